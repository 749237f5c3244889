"""Hatched cells over a heat map, which cannot hatch its own."""

from __future__ import annotations

from collections.abc import Iterable

import plotly.graph_objects as go

from dashboard.renderers.plotly.theme_colours import CONTEXT


def hatched(cells: Iterable[tuple[int, int]], *, half_width: float, half_height: float, name: str) -> go.Scatter:
    """Cells (row, column) as one filled trace; half sizes in cells, `name` says what they are."""
    xs: list[float | None] = []
    ys: list[float | None] = []
    for i, j in cells:
        left, right, top, bottom = j - half_width, j + half_width, i - half_height, i + half_height
        xs += [left, right, right, left, left, None]
        ys += [top, top, bottom, bottom, top, None]
    return go.Scatter(
        x=xs, y=ys, mode="lines", line={"width": 0, "color": CONTEXT}, fill="toself",
        fillpattern={"shape": "/", "size": 7, "solidity": 0.18, "fgcolor": CONTEXT}, hoverinfo="skip",
        name=name, showlegend=False,
    )  # fmt: skip
