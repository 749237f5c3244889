"""Plotly traces and layout that every chart shares."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go

from analysis.verdicts import AxisKind
from dashboard.figures.parts.axes import percent_ticks, position
from dashboard.figures.spec import Axis, CurvePart, Series, SpecPoint
from dashboard.renderers.plotly.theme_colours import CONTEXT, GRID, INK, MUTED, PAGE, line_colour

FONT_SIZE = 13
OUTSIDE_DASH = "2px,4px"
"""Short dots mean outside the data and nothing else."""
CHANCE_DASH = "4px,3px"
OPEN_LINE = 1.8
"""Outline of open markers, pixels."""


def dash_of(line: Series) -> str:
    """Plotly's word for the dash of a family."""
    return ",".join(f"{length}px" for length in line.dash) or "solid"


def across(kind: AxisKind, xs: Sequence[float], dodge: float = 0.0) -> np.ndarray:
    """x as Plotly wants it: sizes on its own log axis, steps and tokens as positions shifted by `dodge`."""
    if kind == "size":
        return np.asarray(xs, dtype=float)
    return np.asarray([position(kind, x) + dodge for x in xs], dtype=float)


def percent_array(rates: Sequence[float | None]) -> np.ndarray:
    """Rates 0-1 as percent, NaN where there is none."""
    return np.asarray([np.nan if rate is None else 100 * rate for rate in rates], dtype=float)


def context_trace(line: Series, kind: AxisKind, **where: Any) -> go.Scatter:
    """A grey line of dots, named on hover; dots alone where several models stand at one place."""
    return go.Scatter(
        x=across(kind, line.x),
        y=percent_array(line.y),
        mode="markers" if line.has_replicates else "lines+markers",
        line={"color": CONTEXT, "width": 0.7},
        marker={"color": CONTEXT, "size": 3},
        opacity=0.75,
        **_identity(line, line.points),
        **where,
    )


def band_trace(part: CurvePart, line: Series, kind: AxisKind, opacity: float, **where: Any) -> go.Scatter:
    """The fit's 95 % band as one filled outline."""
    return go.Scatter(
        x=across(kind, (*part.x, *reversed(part.x))),
        y=percent_array((*part.hi, *reversed(part.lo))),
        mode="lines",
        fill="toself",
        fillcolor=line_colour(line.place, ramp=line.ramp),
        line={"width": 0, "color": line_colour(line.place, ramp=line.ramp)},
        opacity=opacity,
        hoverinfo="skip",
        name=f"{line.name} band",
        showlegend=False,
        **where,
    )


def fit_trace(part: CurvePart, line: Series, kind: AxisKind, width: float, **where: Any) -> go.Scatter:
    """The fitted line inside the data in the family's dash, outside dotted."""
    return go.Scatter(
        x=across(kind, part.x),
        y=percent_array(part.y),
        mode="lines",
        line={
            "color": line_colour(line.place, ramp=line.ramp),
            "width": width,
            "dash": dash_of(line) if part.inside else OUTSIDE_DASH,
        },
        hoverinfo="skip",
        name=f"{line.name} fit",
        showlegend=False,
        **where,
    )


def joining_trace(line: Series, kind: AxisKind, dodge: float = 0.0, **where: Any) -> go.Scatter:
    """A thin line that joins untested points: it looks untested because it is. On a ramp it is all there is."""
    return go.Scatter(
        x=across(kind, line.x, dodge),
        y=percent_array(line.y),
        mode="lines",
        line={"color": line_colour(line.place, ramp=line.ramp), "width": line.line_width},
        opacity=1 if line.ramp else 0.55,
        hoverinfo="skip",
        name=f"{line.name} joined",
        showlegend=False,
        **where,
    )


def faint_intervals(line: Series, kind: AxisKind, **where: Any) -> go.Scatter:
    """Intervals of a line among many, in a trace of their own under all lines: faint, so that lines stay legible."""
    colour = line_colour(line.place, ramp=line.ramp)
    return go.Scatter(
        x=across(kind, line.x),
        y=percent_array(line.y),
        mode="markers",
        marker={"color": colour, "size": 1},
        error_y=_intervals(line.points, colour, 1.0),
        opacity=0.3,
        hoverinfo="skip",
        cliponaxis=False,
        name=f"{line.name} intervals",
        showlegend=False,
        **where,
    )


def point_traces(
    line: Series, kind: AxisKind, *, dodge: float = 0.0, small: bool = False, **where: Any
) -> list[go.Scatter]:
    """Points with their intervals; those left out of the test hollow and grey, in a trace of their own.

    Points on a ramp are plain dots; their intervals are drawn by `faint_intervals`.
    """
    size = (line.marker_size + line.focus) * (0.85 if small else 1)
    tested = [point for point in line.points if not point.left_out]
    hollow = [point for point in line.points if point.left_out]
    traces = []
    for points, colour, fill in (
        (hollow, CONTEXT, "-open"),
        (tested, line_colour(line.place, ramp=line.ramp), line.fill),
    ):
        if not points:
            continue
        traces.append(
            go.Scatter(
                x=across(kind, [point.x for point in points if point.x is not None], dodge),
                y=percent_array([point.y for point in points]),
                mode="markers",
                marker={
                    **(
                        {"symbol": line.marker, "color": colour}
                        if line.ramp
                        else marker_style(line.marker, fill, colour)
                    ),
                    "size": size,
                },
                error_y=None if line.ramp else _intervals(points, colour, 1.5 if line.focus else 1.0),
                cliponaxis=False,
                **_identity(line, points),
                **where,
            )
        )
    return traces


def marker_style(marker: str, fill: str, colour: str) -> dict[str, Any]:
    """Filled with a halo in the page's colour; or open, outlined on the page's colour, third with a dot."""
    if not fill:
        return {"symbol": marker, "color": colour, "line": {"color": PAGE, "width": 1.2}}
    symbol = f"{marker}-dot" if fill.endswith("-dot") else marker
    return {"symbol": symbol, "color": PAGE, "line": {"color": colour, "width": OPEN_LINE}}


def chance_trace(rate: float, ends: np.ndarray, **where: Any) -> go.Scatter:
    """Chance as a trace: a shape would lie under the grid. `ends` are the axis ends as Plotly takes x."""
    return go.Scatter(
        x=ends,
        y=np.full(ends.shape, 100 * rate),
        mode="lines",
        line={"color": MUTED, "width": 1.2, "dash": CHANCE_DASH},
        hoverinfo="skip",
        name="chance",
        showlegend=False,
        **where,
    )


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
    """Hover lines as Plotly's HTML, the first in bold."""
    safe = [line.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;") for line in lines]
    return "<br>".join((f"<b>{safe[0]}</b>", *safe[1:]))


def _identity(line: Series, points: Sequence[SpecPoint]) -> dict[str, Any]:
    return {
        "name": line.name,
        "customdata": np.asarray([[point.id, line.name] for point in points], dtype=object),
        "hovertext": [hover_text(point.hover) for point in points],
        "hoverinfo": "text",
        "showlegend": False,
    }


def _intervals(points: Sequence[SpecPoint], colour: str, thickness: float) -> dict[str, Any]:
    up = [None if point.hi is None else point.hi - point.y for point in points]
    down = [None if point.lo is None else point.y - point.lo for point in points]
    return {
        "type": "data",
        "symmetric": False,
        "array": percent_array(up),
        "arrayminus": percent_array(down),
        "width": 0,
        "thickness": thickness,
        "color": colour,
    }
