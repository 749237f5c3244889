"""The heat map of models against behaviours in Plotly: ten steps, each of one standard deviation."""

from __future__ import annotations

from typing import Any

import numpy as np
import plotly.graph_objects as go

from dashboard.figures.stray import StraySpec, sd_text
from dashboard.renderers.plotly.hatch import hatched
from dashboard.renderers.plotly.heat import STEPS
from dashboard.renderers.plotly.layout import base_layout, hover_text, watermark_annotation
from dashboard.renderers.plotly.theme_colours import INK, MUTED, PAGE
from dashboard.words.numbers import MINUS, percent

ENDS = 5.0
"""Standard deviations at the ends of the scale; what is beyond has the last colour."""
MOST_WITH_NUMBERS = 10
"""Behaviours up to which cells hold their number."""
CHARACTER, LEAST_LEFT, MOST_LEFT = 6.6, 44, 120
"""Pixels of a character of a model's name; least and most room for names."""
TOP, BOTTOM, RIGHT = 44, 16, 52
ROW, HEAD = 30, 78
"""Pixels of a row, and of colour bar and foot together."""


def stray_chart(spec: StraySpec) -> go.Figure:
    """Models from the top down; a gap between themes; at the right the share of behaviours a model is far off in."""
    places = _places(spec)
    width = places[-1] + 1
    z = np.full((len(spec.models), width), np.nan)
    hover = [["" for _ in range(width)] for _ in spec.models]
    for i, row in enumerate(spec.cells):
        for place, cell in zip(places, row, strict=True):
            z[i, place] = np.nan if cell.off is None else cell.off
            hover[i][place] = hover_text(cell.hover)
    gap = 2 if width <= 24 else 1 if width <= 60 else 0
    figure = go.Figure(
        go.Heatmap(
            x=np.arange(width), y=np.arange(len(spec.models)), z=z, zmin=-ENDS, zmax=ENDS, colorscale=STEPS, xgap=gap,
            ygap=3, hoverongaps=False, hovertext=hover, hoverinfo="text",
            colorbar={
                "orientation": "h", "x": 0.5, "xanchor": "center", "y": 1, "yanchor": "bottom", "ypad": 4,
                "thickness": 8, "len": 1, "outlinewidth": 0, "tickvals": [-4, -2, 0, 2, 4],
                "ticktext": [f"{MINUS}4 sd", f"{MINUS}2", "as predicted", "+2", "+4 sd"],
                "tickfont": {"size": 12, "color": MUTED},
            },
        )
    )  # fmt: skip
    untested = [
        (i, place)
        for i, row in enumerate(spec.cells)
        for place, cell in zip(places, row, strict=True)
        if cell.off is None
    ]
    if untested:
        figure.add_trace(hatched(untested, half_width=0.5, half_height=0.45, name="not tested"))
    longest = max(len(model.label) for model in spec.models)
    left = min(MOST_LEFT, max(LEAST_LEFT, CHARACTER * longest + 10))
    figure.update_layout(
        **base_layout(HEAD + ROW * len(spec.models), {"l": left, "r": RIGHT, "t": TOP, "b": BOTTOM}),
        xaxis={"visible": False, "range": [-0.5, width - 0.5], "fixedrange": True},
        yaxis={
            "tickvals": np.arange(len(spec.models)), "ticktext": [model.label for model in spec.models],
            "range": [len(spec.models) - 0.5, -0.5], "tickfont": {"size": 13, "color": MUTED}, "tickangle": 0,
            "showgrid": False, "zeroline": False, "fixedrange": True,
        },
        annotations=[
            *([watermark_annotation(spec.watermark)] if spec.watermark else []),
            *_shares(spec),
            *(_numbers(z) if len(spec.behaviors) <= MOST_WITH_NUMBERS else []),
        ],
    )  # fmt: skip
    return figure


def _places(spec: StraySpec) -> list[int]:
    """Column of each behaviour: one is left free between two themes."""
    of_theme = [number for number, (_, columns) in enumerate(spec.themes) for _ in range(columns)]
    return [column + theme for column, theme in enumerate(of_theme)]


def _shares(spec: StraySpec) -> list[dict[str, Any]]:
    """Share of behaviours a model is far off in, bold in ink where it strays."""
    return [
        {
            "x": 1, "xref": "paper", "xanchor": "left", "xshift": 6, "y": i, "showarrow": False,
            "text": f"<b>{percent(model.share_far, 0)}</b>" if model.strays else percent(model.share_far, 0),
            "font": {"size": 13, "color": INK if model.strays else MUTED},
        }
        for i, model in enumerate(spec.models)
    ]  # fmt: skip


def _numbers(z: np.ndarray) -> list[dict[str, Any]]:
    """The residual in every cell, in the page's colour on strong steps and in ink on faint ones."""
    return [
        {
            "x": j, "y": i, "text": sd_text(float(z[i, j])), "showarrow": False,
            "font": {"size": 12, "color": INK if abs(z[i, j]) < 2 else PAGE},
        }
        for i, j in np.ndindex(z.shape)
        if not np.isnan(z[i, j])
    ]  # fmt: skip
