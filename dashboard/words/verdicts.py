"""Verdicts in table cells."""

from __future__ import annotations

from analysis.verdicts import CLAIMS, Axis, Verdict, shown_along

METRIC_DEPENDENT = "Metric-dependent"
"""Badge and note where another way to score the same answers would claim something else."""


def verdict_text(verdict: Verdict, axis: Axis = "size", *, fragile: bool | None = None) -> str:
    """Table cell: '◆  Inverse', or '◆  Inverse, fragile' where dropping one size undoes it."""
    text = shown_along(verdict, axis).text
    return f"{text}, fragile" if fragile and verdict in CLAIMS else text
