"""The small trend picture of a table row."""

from __future__ import annotations

from collections.abc import Sequence

from analysis.findings import Point
from dashboard.figures.spec import AxisKind


def sparkline_uri(
    points: Sequence[Point],
    *,
    x_range: tuple[float, float],
    y_range: tuple[float, float],
    chance: float | None,
    kind: AxisKind = "size",
) -> str:
    """SVG data URI, 300 x 76 for 150 x 38: interval, line, end dot, chance. Ranges are sizes (or steps) and rates 0-1."""
    raise NotImplementedError
