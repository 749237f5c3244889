"""A heat map of models against models: agreement in ten steps, numbered columns, hatched where there is too little."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from analysis.preferences.agreement import LEAST_SHARED, Pair
from dashboard.figures.spec import Spec
from dashboard.words.numbers import percent, plural

TITLE = "which behaviours two models prefer"
HEADING = "Share of behaviours on which both prefer, or both disprefer"


@dataclass(frozen=True, slots=True, kw_only=True)
class HeatCell:
    """One pair of models."""

    pair: Pair
    hover: tuple[str, ...]

    @property
    def share(self) -> float | None:
        """0-1; None: the same model, or too few behaviours."""
        return None if self.pair.first == self.pair.second or self.hatched else self.pair.agreement

    @property
    def hatched(self) -> bool:
        """Too few behaviours to show a share."""
        return self.pair.first != self.pair.second and self.pair.n < LEAST_SHARED


@dataclass(frozen=True, slots=True, kw_only=True)
class HeatSpec(Spec):
    """Rows of models against columns of models."""

    rows: tuple[str, ...]
    """From the top down, with the number of their column where they have one."""
    columns: tuple[str, ...]
    """Names in the order of their numbers."""
    cells: tuple[tuple[HeatCell, ...], ...]


def agreement_figure(
    table: Sequence[Sequence[Pair]],
    names: Mapping[str, str],
    *,
    source: str,
    n_left_out: int = 0,
    n_replicates: int = 0,
    watermark: str = "",
) -> HeatSpec:
    """The pairs as a heat map; `names`: checkpoint -> name on the chart. Raises ValueError without a pair.

    `n_left_out` cells gave no preference; `n_replicates` models stand behind another one of their size.
    """
    if not table or not table[0]:
        raise ValueError("A heat map needs at least one pair of models; none given.")
    rows, columns = [row[0].first for row in table], [pair.second for pair in table[0]]
    number = {name: i for i, name in enumerate(columns, 1)}
    labels = tuple(f"{names[name]}  {number[name]}" if name in number else names[name] for name in rows)
    others = () if rows == columns else tuple(names[name] for name in columns)
    return HeatSpec(
        title=TITLE,
        heading=HEADING,
        rows=labels,
        columns=tuple(names[name] for name in columns),
        cells=tuple(tuple(_cell(pair, names) for pair in row) for row in table),
        watermark=watermark,
        notes=_notes(others, n_left_out, n_replicates),
        provenance=source,
        alt=_alt(table, names),
    )


def _notes(columns: Sequence[str], n_left_out: int, n_replicates: int) -> tuple[str, ...]:
    """What cells, hatching and numbers are; `columns`: their names, if not the rows'."""
    key = ", ".join(f"{i} {name}" for i, name in enumerate(columns, 1)) or "numbered as the rows"
    verb = "is" if n_replicates == 1 else "are"
    said = (
        "Colour: share in steps of ten points.",
        f"Columns: {key}.",
        f"Hatched: fewer than {LEAST_SHARED} shared behaviours.",
        f"{plural(n_left_out, 'cell')} left out (constant answers, too few questions)." if n_left_out else "",
        "Each model at its last step.",
        f"One model of each size is shown, {plural(n_replicates, 'replicate')} {verb} not." if n_replicates else "",
    )
    return tuple(sentence for sentence in said if sentence)


def _cell(pair: Pair, names: Mapping[str, str]) -> HeatCell:
    if pair.first == pair.second:
        return HeatCell(pair=pair, hover=())
    heading = f"{names[pair.first]} and {names[pair.second]}"
    if pair.n < LEAST_SHARED or pair.agreement is None or pair.expected is None:
        return HeatCell(pair=pair, hover=(heading, f"{pair.n} shared behaviours: too few"))
    said = (
        heading,
        f"{pair.same} of {pair.n} behaviours alike: {percent(pair.agreement, 0)}",
        f"unrelated models: {percent(pair.expected, 0)}",
    )
    return HeatCell(pair=pair, hover=said)


def _alt(table: Sequence[Sequence[Pair]], names: Mapping[str, str]) -> str:
    shown = [
        pair for row in table for pair in row if pair.first != pair.second and pair.n >= LEAST_SHARED and pair.agreement
    ]
    size = f"Heat map of {len(table)} models against {len(table[0])}."
    if not shown:
        return f"{size} No pair shares {LEAST_SHARED} behaviours."
    low, high = (chosen(shown, key=lambda pair: pair.agreement or 0) for chosen in (min, max))
    ends = " ".join(
        f"{word}: {names[pair.first]} and {names[pair.second]}, {percent(pair.agreement or 0, 0)}."
        for word, pair in (("Lowest", low), ("Highest", high))
    )
    return (
        f"{size} Share of behaviours on which both prefer or both disprefer. {ends} All pairs are in the table below."
    )
