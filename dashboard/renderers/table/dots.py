"""The numbers of a dot plot: a row per model, and one for each of its topics."""

from __future__ import annotations

from collections.abc import Iterator

from dashboard.figures.dots import DotSpec
from dashboard.renderers.table.table import Column, Table, Value

_COLUMNS = (
    Column("Model"), Column("Topic"), Column("Percent", "share"), Column("Interval low", "share"),
    Column("Interval high", "share"), Column("Questions", "count"),
)  # fmt: skip


def dots_table(spec: DotSpec) -> Table:
    """All topics together, then each: topics have neither interval nor number of questions."""
    return Table(_COLUMNS, tuple(_rows(spec)))


def _rows(spec: DotSpec) -> Iterator[tuple[Value, ...]]:
    for row in spec.rows:
        yield row.label, "all", row.rate, row.lo, row.hi, row.n
        for topic, mean in row.marks:
            yield row.label, topic, mean, None, None, None
