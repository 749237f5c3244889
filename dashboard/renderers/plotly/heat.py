"""The heat map in Plotly: ten steps instead of a ramp, so that every number in a cell can be read."""

from __future__ import annotations

from typing import Any

import numpy as np
import plotly.graph_objects as go

from dashboard.figures.heat import HeatSpec
from dashboard.renderers.plotly.hatch import hatched
from dashboard.renderers.plotly.layout import base_layout, hover_text, watermark_annotation
from dashboard.renderers.plotly.theme_colours import DIVERGING, INK, MUTED, PAGE

STEPS = [[edge / 10, colour] for i, colour in enumerate(DIVERGING) for edge in (i, i + 1)]
"""Ten steps of ten points, as Plotly's colour scale."""
CHARACTER, LEAST_LEFT, MOST_LEFT = 6.4, 60, 150
"""Pixels of a character of a row's name; least and most room for names."""
TOP, BOTTOM = 40, 34
CELL, HEAD = 26, 96
"""Pixels of a row, and of colour bar, column numbers and foot together."""
MOST_WITH_NUMBERS = 10
"""Columns up to which cells hold their number on a phone."""
SMALL_NUMBERS_FROM, MOST_NUMBERS = 13, 20
"""Columns from which their numbers are small, and most of them shown, so that they stay apart on a phone."""


def heat_chart(spec: HeatSpec) -> go.Figure:
    """Rows from the top down, columns by number; hatched cells have too few behaviours."""
    n_rows, n_columns = len(spec.rows), len(spec.columns)
    shares = np.array([[np.nan if c.share is None else 100 * c.share for c in row] for row in spec.cells])
    figure = go.Figure(
        go.Heatmap(
            x=np.arange(1, n_columns + 1),
            y=np.arange(n_rows),
            z=shares,
            zmin=0,
            zmax=100,
            colorscale=STEPS,
            xgap=2,
            ygap=2,
            hoverongaps=False,
            hovertext=[[hover_text(c.hover) if c.hover else "" for c in row] for row in spec.cells],
            hoverinfo="text",
            colorbar={
                "orientation": "h", "x": 0.5, "xanchor": "center", "y": 1, "yanchor": "bottom", "ypad": 6,
                "thickness": 8, "len": 1, "outlinewidth": 0, "tickvals": [3, 25, 50, 75, 96],
                "ticktext": ["0%", "25", "50", "75", "100%"], "tickfont": {"size": 12, "color": MUTED},
            },
        )
    )  # fmt: skip
    few = [(i, j) for i, row in enumerate(spec.cells) for j, cell in enumerate(row, 1) if cell.hatched]
    if few:
        figure.add_trace(hatched(few, half_width=0.46, half_height=0.44, name="too few shared behaviours"))
    longest = max(len(name) for name in spec.rows)
    left = min(MOST_LEFT, max(LEAST_LEFT, CHARACTER * longest + 8))
    ticks = {"tickangle": 0, "tickfont": {"size": 12, "color": MUTED}, "showgrid": False, "zeroline": False}
    watermark = [watermark_annotation(spec.watermark)] if spec.watermark else []
    figure.update_layout(
        **base_layout(HEAD + CELL * n_rows, {"l": left, "r": 8, "t": TOP, "b": BOTTOM}),
        xaxis={**ticks, "tickvals": np.arange(1, n_columns + 1, -(-n_columns // MOST_NUMBERS)), "side": "bottom",
               "tickfont": {"size": 9 if n_columns >= SMALL_NUMBERS_FROM else 12, "color": MUTED},
               "range": [0.5, n_columns + 0.5], "fixedrange": True},
        yaxis={**ticks, "tickvals": np.arange(n_rows), "ticktext": list(spec.rows), "range": [n_rows - 0.5, -0.5],
               "fixedrange": True},
        annotations=[*watermark, *(_numbers(shares) if n_columns <= MOST_WITH_NUMBERS else [])],
    )  # fmt: skip
    return figure


def _numbers(shares: np.ndarray) -> list[dict[str, Any]]:
    """The share in every cell, in the page's colour on strong steps and in ink on faint ones."""
    return [
        {
            "x": j + 1, "y": i, "text": f"{shares[i, j]:.0f}", "showarrow": False,
            "font": {"size": 12, "color": INK if 3 <= min(9, int(shares[i, j] // 10)) <= 6 else PAGE},
        }
        for i, j in np.ndindex(shares.shape)
        if not np.isnan(shares[i, j])
    ]  # fmt: skip
