"""Plotly traces of lines, for one chart and for small multiples."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

import numpy as np
import plotly.graph_objects as go

from analysis.verdicts import AxisKind
from dashboard.figures.spec import CurvePart, Fill, Line, Marker, SpecPoint
from dashboard.renderers.plotly.arrays import across, percent_array
from dashboard.renderers.plotly.layout import hover_text
from dashboard.renderers.plotly.theme_colours import CONTEXT, MUTED, PAGE, line_colour

OUTSIDE_DASH = "2px,4px"
"""Short dots mean outside the data and nothing else."""
CHANCE_DASH = "4px,3px"
OPEN_LINE = 1.8
"""Outline of open markers, pixels."""
SYMBOLS: Mapping[Marker, str] = MappingProxyType(
    {
        "circle": "circle", "square": "square", "triangle_up": "triangle-up", "diamond": "diamond",
        "triangle_down": "triangle-down", "hexagon": "hexagon2",
    }
)  # fmt: skip


def dash_of(dash: Sequence[int]) -> str:
    """Plotly's word for a dash."""
    return ",".join(f"{length}px" for length in dash) or "solid"


def context_trace(line: Line, kind: AxisKind, **where: Any) -> go.Scatter:
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


def band_trace(part: CurvePart, line: Line, kind: AxisKind, opacity: float, **where: Any) -> go.Scatter:
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


def fit_trace(part: CurvePart, line: Line, kind: AxisKind, width: float, **where: Any) -> go.Scatter:
    """The fitted line inside the data in the family's dash, outside dotted."""
    return go.Scatter(
        x=across(kind, part.x),
        y=percent_array(part.y),
        mode="lines",
        line={
            "color": line_colour(line.place, ramp=line.ramp),
            "width": width,
            "dash": dash_of(line.dash) if part.inside else OUTSIDE_DASH,
        },
        hoverinfo="skip",
        name=f"{line.name} fit",
        showlegend=False,
        **where,
    )


def joining_trace(line: Line, kind: AxisKind, dodge: float = 0.0, **where: Any) -> go.Scatter:
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


def faint_intervals(line: Line, kind: AxisKind, **where: Any) -> go.Scatter:
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
    line: Line, kind: AxisKind, *, dodge: float = 0.0, small: bool = False, **where: Any
) -> list[go.Scatter]:
    """Points with their intervals; those left out of the test hollow and grey, in a trace of their own.

    Points on a ramp are plain dots; their intervals are drawn by `faint_intervals`.
    """
    size = (line.marker_size + line.focus) * (0.85 if small else 1)
    tested = [point for point in line.points if not point.left_out]
    hollow = [point for point in line.points if point.left_out]
    drawn: tuple[tuple[list[SpecPoint], str, Fill], ...] = (
        (hollow, CONTEXT, "open"),
        (tested, line_colour(line.place, ramp=line.ramp), line.fill),
    )
    traces = []
    for points, colour, fill in drawn:
        if not points:
            continue
        traces.append(
            go.Scatter(
                x=across(kind, [point.x for point in points if point.x is not None], dodge),
                y=percent_array([point.y for point in points]),
                mode="markers",
                marker={
                    **(
                        {"symbol": SYMBOLS[line.marker], "color": colour}
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


def marker_style(marker: Marker, fill: Fill, colour: str) -> dict[str, Any]:
    """Filled with a halo in the page's colour; or open, outlined on the page's colour, third with a dot."""
    symbol = SYMBOLS[marker]
    if fill == "filled":
        return {"symbol": symbol, "color": colour, "line": {"color": PAGE, "width": 1.2}}
    outline = {"color": colour, "width": OPEN_LINE}
    return {"symbol": f"{symbol}-dot" if fill == "dotted" else symbol, "color": PAGE, "line": outline}


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


def _identity(line: Line, points: Sequence[SpecPoint]) -> dict[str, Any]:
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
