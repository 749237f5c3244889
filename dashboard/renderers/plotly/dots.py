"""The dot plot between two poles in Plotly: ink only, because rows are named."""

from __future__ import annotations

from typing import Any

import numpy as np
import plotly.graph_objects as go

from dashboard.figures.dots import DotRow, DotSpec
from dashboard.renderers.plotly.arrays import percent_array
from dashboard.renderers.plotly.layout import base_layout, hover_text, watermark_annotation
from dashboard.renderers.plotly.theme_colours import GRID, INK, MUTED, PAGE
from dashboard.renderers.plotly.traces import CHANCE_DASH
from dashboard.words.numbers import bare_percent, count, level_interval

MARGIN = {"l": 16, "r": 16, "t": 64, "b": 34}
ROW_HEIGHT = 76
"""Pixels from one model to the next."""
HEAD_AND_FOOT = 126
"""Pixels for the poles above and the scale below."""


def dots_chart(spec: DotSpec) -> go.Figure:
    """Rows from the top down; the dashed line is even, poles stand above on two levels."""
    rows = spec.rows
    heights = np.arange(len(rows), 0, -1, dtype=float)
    figure = go.Figure()
    figure.add_trace(
        go.Scatter(
            x=np.array([50.0, 50.0]),
            y=np.array([0.4, len(rows) + 0.68]),
            mode="lines",
            line={"color": MUTED, "width": 1.2, "dash": CHANCE_DASH},
            hoverinfo="skip",
            name="even",
        )
    )
    topics = [(row, y, topic, mean) for row, y in zip(rows, heights, strict=True) for topic, mean in row.marks]
    if topics:
        figure.add_trace(
            go.Scatter(
                x=percent_array([mean for *_, mean in topics]),
                y=np.asarray([y for _, y, _, _ in topics]),
                mode="markers",
                marker={"symbol": "line-ns", "size": 20, "line": {"color": MUTED, "width": 1.2}},
                hovertext=[
                    hover_text((row.label, f"{topic}: {bare_percent(mean, 0)}")) for row, _, topic, mean in topics
                ],
                hoverinfo="text",
                name="topics",
                cliponaxis=False,
            )
        )
    figure.add_trace(_dots(rows, heights))
    annotations: list[dict[str, Any]] = [watermark_annotation(spec.watermark)] if spec.watermark else []
    for row, y in zip(rows, heights, strict=True):
        annotations.append(_text(row.label, x=0, y=y, yshift=26, xanchor="left", xshift=2, size=14, colour=INK))
        annotations.append(_text(bare_percent(row.rate, 0), x=100 * row.rate, y=y, yshift=-20, size=13, colour=INK))
    top = len(rows) + 0.68
    annotations += [
        _text("even", x=50, y=top, yshift=9, size=12, colour=MUTED),
        _text(f"← {spec.low_pole}", x=0, y=top, yshift=50, xanchor="left", xshift=2, size=13, colour=INK),
        _text(f"{spec.high_pole} →", x=100, y=top, yshift=30, xanchor="right", xshift=-2, size=13, colour=INK),
    ]
    figure.update_layout(
        **base_layout(HEAD_AND_FOOT + ROW_HEIGHT * len(rows), MARGIN),
        xaxis={
            "range": [0, 100],
            "tickvals": np.array([0, 25, 50, 75, 100]),
            "ticktext": ["0", "25", "50", "75", "100"],
            "tickangle": 0,
            "tickfont": {"size": 13, "color": MUTED},
            "showgrid": False,
            "zeroline": False,
            "fixedrange": True,
        },
        yaxis={
            "range": [0.4, top],
            "tickvals": heights,
            "showticklabels": False,
            "gridcolor": GRID,
            "zeroline": False,
            "fixedrange": True,
        },
        annotations=annotations,
    )
    return figure


def _dots(rows: tuple[DotRow, ...], heights: np.ndarray) -> go.Scatter:
    up = [None if row.hi is None else row.hi - row.rate for row in rows]
    down = [None if row.lo is None else row.rate - row.lo for row in rows]
    return go.Scatter(
        x=percent_array([row.rate for row in rows]),
        y=heights,
        mode="markers",
        marker={"color": INK, "size": 13, "line": {"color": PAGE, "width": 1.5}},
        error_x={
            "type": "data",
            "symmetric": False,
            "array": percent_array(up),
            "arrayminus": percent_array(down),
            "width": 0,
            "thickness": 2.5,
            "color": INK,
        },
        customdata=np.asarray([[row.label] for row in rows], dtype=object),
        hovertext=[_hover(row) for row in rows],
        hoverinfo="text",
        name="models",
        cliponaxis=False,
    )


def _hover(row: DotRow) -> str:
    interval = level_interval(row.lo, row.hi) or "no interval given"
    lines = [row.label, f"{bare_percent(row.rate)} of 100 {interval}"]
    if row.n is not None:
        lines.append(f"n = {count(row.n)} statements")
    return hover_text(lines)


def _text(
    text: str,
    *,
    x: float,
    y: float,
    size: int,
    colour: str,
    yshift: float = 0,
    xshift: float = 0,
    xanchor: str = "center",
) -> dict[str, Any]:
    return {
        "text": text,
        "x": x,
        "y": y,
        "xshift": xshift,
        "yshift": yshift,
        "xanchor": xanchor,
        "showarrow": False,
        "font": {"size": size, "color": colour},
    }
