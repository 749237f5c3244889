"""Layout that every Plotly chart shares: axes, fonts, hover, watermark."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from dashboard.figures.parts.axes import percent_ticks
from dashboard.figures.spec import Axis
from dashboard.renderers.plotly.arrays import across, percent_array
from dashboard.renderers.plotly.theme_colours import CONTEXT, GRID, INK, MUTED, PAGE

FONT_SIZE = 13


def x_layout(axis: Axis) -> dict[str, Any]:
    """Horizontal axis: every real size a small tick, a few of them with text."""
    shown = across(axis.kind, [value for value, _ in axis.labels])
    ends = axis.range
    return {
        "type": "log" if axis.kind == "size" else "linear",
        "range": list(ends),
        "showgrid": False,
        "zeroline": False,
        "showline": True,
        "linecolor": CONTEXT,
        "ticks": "outside",
        "ticklen": 5,
        "tickcolor": CONTEXT,
        "tickvals": shown,
        "ticktext": [text for _, text in axis.labels],
        "tickangle": 0,
        "tickfont": {"size": FONT_SIZE, "color": MUTED},
        "minor": {
            "tickvals": across(axis.kind, axis.ticks),
            "ticks": "outside",
            "ticklen": 3,
            "tickcolor": CONTEXT,
            "showgrid": False,
        },
        "fixedrange": True,
    }


def y_layout(
    y_range: tuple[float, float],
    step: int = 10,
    head: float = 0.007,
    ticks: Sequence[tuple[float, str]] = (),
) -> dict[str, Any]:
    """Percent axis: a grid of `step` points, the sign on the top tick, room for lines and marks at edges.

    `head` is the room above the top grid line as a share of the range: with none the line vanishes. `ticks` stand for
    those of a percent axis where the numbers are no shares.
    """
    ticks = ticks or percent_ticks(y_range, step)
    low, high = 100 * y_range[0], 100 * y_range[1]
    return {
        "range": [low - 0.022 * (high - low), high + head * (high - low)],
        "tickvals": percent_array([rate for rate, _ in ticks]),
        "ticktext": [text for _, text in ticks],
        "tickfont": {"size": FONT_SIZE, "color": MUTED},
        "gridcolor": GRID,
        "gridwidth": 1,
        "showgrid": True,
        "zeroline": False,
        "showline": False,
        "ticks": "outside",
        "ticklen": 7,
        "tickcolor": PAGE,
        "fixedrange": True,
    }


def base_layout(height: float, margin: Mapping[str, float]) -> dict[str, Any]:
    """Layout without axes: fonts, hover box, no drag, one state while the data change."""
    return {
        "height": height,
        "margin": {**margin, "pad": 0},
        "font": {"size": FONT_SIZE, "color": MUTED},
        "showlegend": False,
        "dragmode": False,
        "hovermode": "closest",
        "hoverlabel": {
            "bgcolor": PAGE,
            "bordercolor": CONTEXT,
            "align": "left",
            "font": {"color": INK, "size": FONT_SIZE},
        },
        "uirevision": "scalewatch",
        "paper_bgcolor": PAGE,
        "plot_bgcolor": PAGE,
    }


def axis_title(axis: Axis) -> dict[str, Any]:
    """Name of the axis under its tick texts, at a fixed distance."""
    return {
        "text": axis.title,
        "xref": "paper",
        "yref": "paper",
        "x": 0.5,
        "y": 0,
        "yshift": -29,
        "yanchor": "top",
        "showarrow": False,
        "font": {"size": FONT_SIZE, "color": MUTED},
    }


def watermark_annotation(text: str, *, x: float = 0.5, y: float = 0.5) -> dict[str, Any]:
    """Large slanted word behind the numbers."""
    return {
        "text": text,
        "xref": "paper",
        "yref": "paper",
        "x": x,
        "y": y,
        "showarrow": False,
        "font": {"size": 54, "color": MUTED},
        "opacity": 0.3,
        "textangle": -18,
    }


def hover_text(lines: Sequence[str]) -> str:
    """Lines of a shown spec as a hover text, the first in bold."""
    return "<br>".join((f"<b>{lines[0]}</b>", *lines[1:]))
