"""The scaling chart in Plotly."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import plotly.graph_objects as go

from dashboard.figures.parts.axes import position, value_at
from dashboard.figures.parts.end_labels import EndLabel, end_labels
from dashboard.figures.spec import ORDINARY_HEIGHT, FigureSpec
from dashboard.renderers.plotly.arrays import across
from dashboard.renderers.plotly.layout import axis_title, base_layout, watermark_annotation, x_layout, y_layout
from dashboard.renderers.plotly.theme_colours import INK, MUTED, PAGE, place_colour
from dashboard.renderers.plotly.traces import (
    band_trace,
    chance_trace,
    context_trace,
    faint_intervals,
    fit_trace,
    joining_trace,
    point_traces,
)

MARGIN_LEFT, MARGIN_TOP, MARGIN_BOTTOM = 46, 10, 52
HEIGHT = ORDINARY_HEIGHT + MARGIN_TOP + MARGIN_BOTTOM
"""The plotting area has a fixed height, so that label places are known before the chart is drawn."""
MARGIN_RIGHT = (66, 146)
"""Least and most room for end labels, pixels."""
PHONE_PLOT = 246
"""Width of the plotting area on a 390 pixel screen: there the labels need their room most."""
DODGE = 0.011
"""Positions between lines at the same RL step, so that intervals do not stack."""


def scaling_chart(spec: FigureSpec, *, height: int = HEIGHT) -> go.Figure:
    """Context, bands, chance, fits, points, end labels, in that order; `height` in pixels, axes included."""
    kind, coloured = spec.axis.kind, spec.coloured
    dodges = {line.name: 0.0 for line in coloured}
    if kind == "rlhf":
        dodges = {line.name: (i - (len(coloured) - 1) / 2) * DODGE for i, line in enumerate(coloured)}
    figure = go.Figure()
    for line in spec.lines:
        if line.place is None and line.points:
            figure.add_trace(context_trace(line, kind))
    for line in coloured:
        inside, outside = (0.16, 0.07) if line.focus else (0.07, 0.03)
        for part in line.fit:
            figure.add_trace(band_trace(part, line, kind, inside if part.inside else outside))
    if spec.chance is not None:
        ends = [value_at(kind, end) for end in spec.axis.range]
        figure.add_trace(chance_trace(spec.chance, across(kind, ends)))
    figure.add_traces([faint_intervals(line, kind) for line in coloured if line.ramp])
    for line in coloured:
        inside, outside = (2.4, 2) if line.focus else (1.6, 1.4)
        for part in line.fit:
            figure.add_trace(fit_trace(part, line, kind, inside if part.inside else outside))
        if not line.fit and len(line.points) > 1 and not line.has_replicates:
            figure.add_trace(joining_trace(line, kind, dodges[line.name]))
        figure.add_traces(point_traces(line, kind, dodge=dodges[line.name]))
    labels = end_labels(spec, height - MARGIN_TOP - MARGIN_BOTTOM)
    margin = {"l": MARGIN_LEFT, "r": right_margin(spec, labels), "t": MARGIN_TOP, "b": MARGIN_BOTTOM}
    watermarks = [watermark_annotation(spec.watermark)] if spec.watermark else []
    figure.update_layout(
        **base_layout(height, margin),
        xaxis=x_layout(spec.axis),
        yaxis=y_layout(spec.y_range, ticks=spec.y_ticks),
        annotations=[
            *watermarks,
            axis_title(spec.axis),
            *(end_annotation(label, spec) for label in labels),
        ],
    )
    return figure


def end_annotation(label: EndLabel, spec: FigureSpec) -> dict[str, Any]:
    """A name 5 pixels right of its line's end, or on a hairline leader where it was moved away.

    A fit may be stored as ending a rounding error beyond the axis, where Plotly would not draw the name.
    """
    colour = INK if label.ink else MUTED if label.place is None else place_colour(label.place)
    name = "<br>".join(label.lines)
    text = f"<b>{name}</b>" if label.bold else name
    common = {
        "x": min(position(spec.axis.kind, label.x), spec.axis.range[1]),
        "y": 100 * label.y,
        "text": text,
        "font": {"color": colour, "size": 14 if label.bold else 13},
        "xanchor": "left",
        "align": "left",
        "borderpad": 1,
    }
    if not label.leader:
        return {**common, "showarrow": False, "xshift": label.gap, "yshift": label.shift}
    return {
        **common,
        "showarrow": True,
        "arrowhead": 0,
        "arrowwidth": 0.8,
        "arrowcolor": colour,
        "standoff": 2,
        "ax": 11 + label.gap,
        "ay": -label.shift,
        "bgcolor": PAGE,
    }


def right_margin(spec: FigureSpec, labels: Sequence[EndLabel]) -> float:
    """Room right of the plotting area, so that no end label is cut even on a phone."""
    low, high = spec.axis.range
    needs = [
        22
        + (7.6 if label.bold else 6.7) * max(len(line) for line in label.lines)
        - (high - position(spec.axis.kind, label.x)) / (high - low) * PHONE_PLOT
        for label in labels
    ]
    return min(max([MARGIN_RIGHT[0], *needs]), MARGIN_RIGHT[1])
