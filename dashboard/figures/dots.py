"""Dot plot between two poles."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dashboard.figures.spec import Spec
from dashboard.words.numbers import bare_percent, level_interval


@dataclass(frozen=True, slots=True, kw_only=True)
class DotRow:
    """One model of a dot plot."""

    label: str
    rate: float
    """0-1; 0 is the low pole, 1 the high pole."""
    lo: float | None
    hi: float | None
    n: int | None
    marks: tuple[tuple[str, float], ...] = ()
    """Thin marks: (topic, mean 0-1)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DotSpec(Spec):
    """A dot plot between two poles, neither of which is right or wrong."""

    rows: tuple[DotRow, ...]
    """From the top down."""
    low_pole: str
    high_pole: str


def dots_figure(
    rows: Sequence[DotRow],
    *,
    title: str,
    low_pole: str,
    high_pole: str,
    notes: tuple[str, ...] = (),
    provenance: str = "",
    watermark: str = "",
) -> DotSpec:
    """One row per model: dot, interval, value, thin topic marks.

    Poles are clauses such as 'agrees with left-leaning statements'; neither is right or wrong.

    Raises ValueError for no row.
    """
    if not rows:
        raise ValueError("A dot plot needs at least one row; none given.")
    courses = " ".join(
        f"{row.label}: {bare_percent(row.rate, 0)} {level_interval(row.lo, row.hi, 0)}".strip() + "." for row in rows
    )
    return DotSpec(
        title=title,
        rows=tuple(rows),
        low_pole=low_pole,
        high_pole=high_pole,
        notes=notes,
        provenance=provenance,
        alt=f"Dot plot from 0 ({low_pole}) over 50 (even) to 100 ({high_pole}), one row per model. {courses}",
        watermark=watermark,
    )
