"""A heat map of models against models: agreement in ten steps, numbered columns, hatched where there is too little."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from analysis.preferences.agreement import LEAST_SHARED, Pair
from dashboard.words.numbers import percent

MOST_WITH_NUMBERS = 10
"""Columns up to which cells hold their number on a phone."""
CELL, HEAD = 26, 96
"""Pixels of a row, and of colour bar, column numbers and foot together."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HeatCell:
    """One pair of models."""

    share: float | None
    """0-1; None: the same model, or too few behaviours."""
    hatched: bool
    """Too few behaviours to show a share."""
    hover: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class HeatSpec:
    """Rows of models against columns of models."""

    rows: tuple[str, ...]
    """From the top down, with the number of their column where they have one."""
    columns: tuple[str, ...]
    """Names in the order of their numbers."""
    cells: tuple[tuple[HeatCell, ...], ...]
    numbers: bool
    """Do cells hold their number?"""
    watermark: str
    alt: str
    height: int
    """Pixels."""


def agreement_figure(table: Sequence[Sequence[Pair]], names: Mapping[str, str], *, watermark: str = "") -> HeatSpec:
    """The pairs as a heat map; `names`: checkpoint -> name on the chart. Raises ValueError without a pair."""
    if not table or not table[0]:
        raise ValueError("A heat map needs at least one pair of models; none given.")
    rows, columns = [row[0].first for row in table], [pair.second for pair in table[0]]
    number = {name: i for i, name in enumerate(columns, 1)}
    labels = tuple(f"{names[name]}  {number[name]}" if name in number else names[name] for name in rows)
    return HeatSpec(
        rows=labels,
        columns=tuple(names[name] for name in columns),
        cells=tuple(tuple(_cell(pair, names) for pair in row) for row in table),
        numbers=len(columns) <= MOST_WITH_NUMBERS,
        watermark=watermark,
        alt=_alt(table, names),
        height=HEAD + CELL * len(rows),
    )


def _cell(pair: Pair, names: Mapping[str, str]) -> HeatCell:
    if pair.first == pair.second:
        return HeatCell(share=None, hatched=False, hover=())
    heading = f"{names[pair.first]} and {names[pair.second]}"
    enough = pair.n >= LEAST_SHARED
    if not enough or pair.agreement is None or pair.expected is None:
        return HeatCell(share=None, hatched=True, hover=(heading, f"{pair.n} shared behaviours: too few"))
    said = (
        heading,
        f"{pair.same} of {pair.n} behaviours alike: {percent(pair.agreement, 0)}",
        f"unrelated models: {percent(pair.expected, 0)}",
    )
    return HeatCell(share=pair.agreement, hatched=False, hover=said)


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
