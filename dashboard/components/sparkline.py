"""The small trend picture of a table row."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Sequence
from functools import lru_cache

from analysis.findings.finding import Point
from analysis.verdicts import AxisKind
from dashboard.figures.parts.axes import position

WIDTH, HEIGHT = 300, 76
"""Drawn at twice the 150 x 38 pixels it is shown at."""
_PAD_X, _PAD_Y = 10, 8
_BAND, _LINE = "#8A857C", "#7D776E"
"""Middle greys: one picture is right on paper white and on dark."""


def sparkline_uri(
    points: Sequence[Point],
    *,
    x_range: tuple[float, float],
    y_range: tuple[float, float],
    chance: float | None,
    kind: AxisKind = "size",
) -> str:
    """SVG data URI of a row's trend: interval, line, end dot, chance.

    `x_range` are the smallest and largest size (or step count), `y_range` rates 0-1: the same for all
    rows, so that rows compare. Points without x are left out; without any the picture shows chance alone.
    """
    tall = y_range[1] - y_range[0] or 1.0

    def down(rate: float) -> str:
        inside = min(max(rate, y_range[0]), y_range[1])
        return f"{_PAD_Y + (y_range[1] - inside) / tall * (HEIGHT - 2 * _PAD_Y):.1f}"

    placed = [(_across(kind, x, *x_range), rate, low, high) for x, rate, low, high in _by_place(points)]
    parts: list[str] = []
    if chance is not None and y_range[0] <= chance <= y_range[1]:
        parts.append(
            f'<path d="M0 {down(chance)}H{WIDTH}" stroke="{_BAND}" stroke-width="1.4" stroke-dasharray="6 5"/>'
        )
    banded = [(x, low, high) for x, _, low, high in placed if low is not None and high is not None]
    if len(banded) > 1:
        outline = [f"{x},{down(top)}" for x, _, top in banded]
        outline += [f"{x},{down(bottom)}" for x, bottom, _ in reversed(banded)]
        parts.append(f'<polygon points="{" ".join(outline)}" fill="{_BAND}" fill-opacity="0.35"/>')
    if placed:
        line = " ".join(f"{x},{down(rate)}" for x, rate, _, _ in placed)
        parts.append(f'<polyline points="{line}" fill="none" stroke="{_LINE}" stroke-width="3.2"/>')
        x, last, _, _ = placed[-1]
        parts.append(f'<circle cx="{x}" cy="{down(last)}" r="5.2" fill="{_LINE}"/>')
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{HEIGHT}" '
        f'viewBox="0 0 {WIDTH} {HEIGHT}">{"".join(parts)}</svg>'
    )
    return f"data:image/svg+xml;base64,{b64encode(svg.encode()).decode()}"


@lru_cache(maxsize=4096)
def _across(kind: AxisKind, x: float, first: float, last: float) -> str:
    """Where a size lies between the first and the last; rows of a table share most sizes."""
    low, high = position(kind, first), position(kind, last)
    return f"{_PAD_X + (position(kind, x) - low) / (high - low or 1.0) * (WIDTH - 2 * _PAD_X):.1f}"


def _by_place(points: Sequence[Point]) -> list[tuple[float, float, float | None, float | None]]:
    """(x, rate, low, high) at each place in order: of several models at one, the mean rate and the outer interval."""
    found: dict[float, list[Point]] = {}
    for point in points:
        if point.x is not None:
            found.setdefault(point.x, []).append(point)
    return [
        (x, here[0].rate, here[0].ci_low, here[0].ci_high)
        if len(here) == 1
        else (
            x,
            sum(point.rate for point in here) / len(here),
            min((point.ci_low for point in here if point.ci_low is not None), default=None),
            max((point.ci_high for point in here if point.ci_high is not None), default=None),
        )
        for x, here in found.items()
    ]
