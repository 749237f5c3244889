"""Small multiples in Plotly."""

from __future__ import annotations

from typing import Any

import plotly.graph_objects as go
from plotly.subplots import make_subplots

from dashboard.figures.facets import FacetSpec, KeyEntry
from dashboard.figures.parts.axes import value_at
from dashboard.renderers.plotly.arrays import across
from dashboard.renderers.plotly.facet_layout import PanelText, columns_for, figure_height, header_height, panel_texts
from dashboard.renderers.plotly.layout import axis_title, base_layout, watermark_annotation, x_layout, y_layout
from dashboard.renderers.plotly.theme_colours import INK, MUTED, place_colour
from dashboard.renderers.plotly.traces import (
    band_trace,
    chance_trace,
    context_trace,
    dash_of,
    fit_trace,
    joining_trace,
    marker_style,
    point_traces,
)

MARGIN_LEFT, MARGIN_RIGHT, MARGIN_BOTTOM = 40, 10, 52
KEY_HEIGHT = 40
"""Pixels above the headers for one line of the key; a second line makes room for itself."""
SPACING = {1: 0.0, 2: 0.04, 3: 0.06}
"""Between panels, as a share of the width, by number of columns: tick texts of neighbours must not touch."""


def facets_chart(spec: FacetSpec) -> go.Figure:
    """One figure for all panels: wrapped headers (one line collides on phones), shared axes, a key on top."""
    columns = columns_for([panel.title for panel in spec.panels])
    rows = -(-len(spec.panels) // columns)
    texts = panel_texts(spec.panels, columns)
    header = header_height(texts)
    height = figure_height(rows, header)
    top = KEY_HEIGHT + header
    plot = height - top - MARGIN_BOTTOM
    figure = make_subplots(
        rows=rows,
        cols=columns,
        shared_xaxes="all",
        shared_yaxes="all",
        horizontal_spacing=SPACING[columns],
        vertical_spacing=(header + 22) / plot if rows > 1 else 0,
    )
    for i in range(len(spec.panels)):
        for trace in _panel_traces(spec, i):
            figure.add_trace(trace, row=i // columns + 1, col=i % columns + 1)
    for entry in spec.key:
        figure.add_trace(_key_trace(entry), row=1, col=1)
    step = 20 if spec.y_range[1] - spec.y_range[0] > 0.55 else 10
    figure.update_xaxes(**x_layout(spec.axis), showticklabels=False)
    figure.update_yaxes(**y_layout(spec.y_range, step, 0.018), showticklabels=False)
    watermarks: list[dict[str, Any]] = []
    headers: list[dict[str, Any]] = []
    for i in range(rows * columns):
        row, column = divmod(i, columns)
        x_axis = figure.get_subplot(row + 1, column + 1).xaxis
        y_axis = figure.get_subplot(row + 1, column + 1).yaxis
        if i >= len(spec.panels):
            x_axis.visible = y_axis.visible = False
            continue
        below_empty = i + columns >= len(spec.panels)
        x_axis.showticklabels = bool(below_empty)
        y_axis.showticklabels = column == 0
        headers.append(_header(texts[i], x_axis.domain[0], y_axis.domain[1]))
        if spec.watermark:
            centre = sum(x_axis.domain) / 2, sum(y_axis.domain) / 2
            mark = watermark_annotation(spec.watermark, x=centre[0], y=centre[1])
            watermarks.append({**mark, "font": {**mark["font"], "size": 24}})
    layout = base_layout(height, {"l": MARGIN_LEFT, "r": MARGIN_RIGHT, "t": top, "b": MARGIN_BOTTOM})
    figure.update_layout(
        **{**layout, "showlegend": True},
        annotations=[*watermarks, *headers, axis_title(spec.axis)],
        legend={
            "orientation": "h",
            "x": 0,
            "xanchor": "left",
            "y": 1 + (1.12 * header + 8) / plot,
            "yanchor": "bottom",
            "itemclick": False,
            "itemdoubleclick": False,
            "font": {"size": 13, "color": MUTED},
            "bgcolor": "rgba(0,0,0,0)",
        },
    )
    return figure


def _panel_traces(spec: FacetSpec, i: int) -> list[go.Scatter]:
    panel, kind = spec.panels[i], spec.axis.kind
    grey = [line for line in panel.lines if line.place is None and line.points]
    coloured = [line for line in panel.lines if line.place is not None]
    traces = [context_trace(line, kind) for line in grey]
    inside = [(line, part) for line in coloured for part in line.fit if part.inside]
    traces += [band_trace(part, line, kind, 0.10) for line, part in inside]
    if panel.chance is not None:
        ends = across(kind, [value_at(kind, end) for end in spec.axis.range])
        traces.append(chance_trace(panel.chance, ends))
    traces += [fit_trace(part, line, kind, 1.8) for line, part in inside]
    for line in coloured:
        if not line.fit and len(line.points) > 1 and not line.has_replicates:
            traces.append(joining_trace(line, kind))
        traces += point_traces(line, kind, small=True)
    return traces


def _key_trace(entry: KeyEntry) -> go.Scatter:
    style, colour = entry.style, place_colour(entry.style.place)
    return go.Scatter(
        x=[None],
        y=[None],
        mode="lines+markers",
        name=f'<span style="color:{colour}">{entry.name}</span>',
        line={
            "color": colour,
            "width": 1.6,
            "dash": dash_of(style.dash),
        },
        marker={
            **marker_style(style.marker, style.fill, colour),
            "size": style.marker_size,
        },
        showlegend=True,
        hoverinfo="skip",
    )


def _header(text: PanelText, x: float, y: float) -> dict[str, Any]:
    head = "<br>".join(f'<span style="font-size:14px;color:{INK}"><b>{line}</b></span>' for line in text.title)
    tail = "<br>".join(f'<span style="font-size:12px;color:{MUTED}">{line}</span>' for line in text.strongest)
    return {
        "text": f"{head}<br>{tail}",
        "xref": "paper",
        "yref": "paper",
        "x": x,
        "y": y,
        "xanchor": "left",
        "yanchor": "bottom",
        "align": "left",
        "showarrow": False,
        "yshift": 4,
        "font": {"size": 13},
    }
