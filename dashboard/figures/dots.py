"""Dot plot between two poles."""

from __future__ import annotations

from collections.abc import Sequence

from dashboard.figures.spec import DotRow, DotSpec


def dots_figure(rows: Sequence[DotRow], *, low_pole: str, high_pole: str, watermark: str = "") -> DotSpec:
    """One row per model: dot, interval, value, thin topic marks; poles such as 'agrees with left-leaning statements'."""
    raise NotImplementedError
