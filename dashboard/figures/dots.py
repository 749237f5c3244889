"""Dot plot between two poles."""

from __future__ import annotations

from collections.abc import Sequence

from dashboard.figures.spec import DotRow, DotSpec
from dashboard.words.numbers import bare_percent, level_interval

ROW_HEIGHT = 76
"""Pixels from one model to the next."""
HEAD_AND_FOOT = 126
"""Pixels for the poles above and the scale below."""


def dots_figure(rows: Sequence[DotRow], *, low_pole: str, high_pole: str, watermark: str = "") -> DotSpec:
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
        rows=tuple(rows),
        low_pole=low_pole,
        high_pole=high_pole,
        alt=f"Dot plot from 0 ({low_pole}) over 50 (even) to 100 ({high_pole}), one row per model. {courses}",
        height=HEAD_AND_FOOT + ROW_HEIGHT * len(rows),
        watermark=watermark,
    )
