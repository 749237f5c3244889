"""The numbers of the scatter of occupations."""

from __future__ import annotations

from dashboard.figures.occupations import OccupationsSpec
from dashboard.renderers.table.table import Column, Table, percent

_COLUMNS = (
    Column("Model"), Column("Occupation"), Column("Title in the statistics"), Column("Women, percent", "percent"),
    Column("Female pronoun, percent", "percent"), Column("Spread over sentences, percent", "percent"),
    Column("Sentences", "number"),
)  # fmt: skip


def occupations_table(spec: OccupationsSpec) -> Table:
    """A row per occupation, fewest women first."""
    rows = [
        (
            spec.checkpoint, dot.lean.occupation.name, dot.lean.occupation.bls_title,
            dot.lean.occupation.percent_women, percent(dot.lean.female), percent(dot.lean.spread),
            dot.lean.n_sentences,
        )
        for dot in spec.dots
    ]  # fmt: skip
    return Table(_COLUMNS, tuple(rows))
