"""The scatter of occupations in Plotly: ink only, because every dot is named on hover."""

from __future__ import annotations

import numpy as np
import plotly.graph_objects as go

from dashboard.figures.occupations import OccupationsSpec
from dashboard.renderers.plotly.arrays import percent_array
from dashboard.renderers.plotly.layout import FONT_SIZE, base_layout, hover_text, watermark_annotation, y_layout
from dashboard.renderers.plotly.theme_colours import CONTEXT, INK, MUTED, PAGE
from dashboard.renderers.plotly.traces import CHANCE_DASH

HEIGHT = 430
MARGIN = {"l": 46, "r": 16, "t": 22, "b": 52}
_TICKS = tuple((tick / 100, f"{tick}%" if tick == 100 else str(tick)) for tick in range(0, 101, 20))
_ENDS = np.array([0.0, 100.0])


def occupations_chart(spec: OccupationsSpec) -> go.Figure:
    """Dots with their spread under them, the fitted line, and the diagonal a mirror of the statistics would follow."""
    x = percent_array([dot.women for dot in spec.dots])
    y = percent_array([dot.lean.female for dot in spec.dots])
    spread = percent_array([dot.lean.spread or 0.0 for dot in spec.dots])
    error = {
        "type": "data", "symmetric": False, "array": np.minimum(spread, 100 - y), "arrayminus": np.minimum(spread, y),
        "width": 0, "thickness": 1, "color": CONTEXT,
    }  # fmt: skip
    quiet = {"hoverinfo": "skip", "showlegend": False}
    figure = go.Figure(
        [
            go.Scatter(x=_ENDS, y=_ENDS, mode="lines", name="as in the statistics", **quiet,
                       line={"color": MUTED, "width": 1.2, "dash": CHANCE_DASH}),
            go.Scatter(x=x, y=y, mode="markers", name="spread over sentences", error_y=error, opacity=0.3, **quiet,
                       marker={"size": 1, "color": CONTEXT}),
            go.Scatter(x=x, y=y, mode="markers", name="occupations", showlegend=False, cliponaxis=False,
                       marker={"size": 7, "color": INK, "opacity": 0.7, "line": {"color": PAGE, "width": 1}},
                       customdata=np.asarray([[dot.lean.occupation.name] for dot in spec.dots], dtype=object),
                       hovertext=[hover_text(dot.hover) for dot in spec.dots], hoverinfo="text"),
        ]
    )  # fmt: skip
    if spec.line is not None:
        figure.add_trace(
            go.Scatter(x=_ENDS, y=percent_array(spec.line), mode="lines", name="fitted line",
                       line={"color": INK, "width": 2}, **quiet)
        )  # fmt: skip
    across = {
        "range": [-1, 101], "tickvals": [100 * tick for tick, _ in _TICKS], "ticktext": [text for _, text in _TICKS],
        "tickangle": 0, "tickfont": {"size": FONT_SIZE, "color": MUTED}, "showgrid": False, "zeroline": False,
        "showline": True, "linecolor": CONTEXT, "ticks": "outside", "ticklen": 5, "tickcolor": CONTEXT,
        "fixedrange": True,
    }  # fmt: skip
    title = {
        "text": "Women in the occupation (US, 2019)", "xref": "paper", "yref": "paper", "x": 0.5, "y": 0,
        "yshift": -29, "yanchor": "top", "showarrow": False, "font": {"size": FONT_SIZE, "color": MUTED},
    }  # fmt: skip
    corner = {
        "text": "as in the statistics", "x": 100, "y": 100, "xanchor": "right", "yanchor": "bottom", "yshift": 2,
        "showarrow": False, "font": {"size": 12, "color": MUTED},
    }  # fmt: skip
    watermark = [watermark_annotation(spec.watermark)] if spec.watermark else []
    figure.update_layout(
        **base_layout(HEIGHT, MARGIN),
        xaxis=across,
        yaxis=y_layout((0.0, 1.0), ticks=_TICKS),
        annotations=[*watermark, title, corner],
    )
    return figure
