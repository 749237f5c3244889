"""Small multiples in Plotly."""

from __future__ import annotations

import textwrap
from typing import Any

import plotly.graph_objects as go
from plotly.subplots import make_subplots

from dashboard.figures.axes import value_at
from dashboard.figures.spec import FacetSpec, KeyEntry
from dashboard.renderers import plotly_parts as parts
from dashboard.renderers.theme_colours import INK, MUTED, place_colour

TITLE_LINE, EVIDENCE_LINE = 17, 15
"""Pixels a header line takes."""
TITLE_WIDTH = {1: 46, 2: 22, 3: 15}
"""Characters of a title line that fit a panel on a 390 pixel screen, by number of columns."""
MARGIN_LEFT, MARGIN_RIGHT, MARGIN_BOTTOM = 40, 10, 44
KEY_HEIGHT = 30


def facets_chart(spec: FacetSpec) -> go.Figure:
    """One figure for all panels: wrapped headers (one line collides on phones), shared axes, a key on top."""
    columns = spec.columns
    rows = -(-len(spec.panels) // columns)
    titles = [textwrap.wrap(panel.title, TITLE_WIDTH[columns]) for panel in spec.panels]
    evidence = [_evidence_lines(panel.evidence, columns) for panel in spec.panels]
    header = (
        max(len(lines) for lines in titles) * TITLE_LINE
        + max(len(lines) for lines in evidence) * EVIDENCE_LINE
        + 12
    )
    top = KEY_HEIGHT + header
    plot = spec.height - top - MARGIN_BOTTOM
    figure = make_subplots(
        rows=rows,
        cols=columns,
        shared_xaxes="all",
        shared_yaxes="all",
        horizontal_spacing=0.03 if columns > 1 else 0,
        vertical_spacing=(header + 22) / plot if rows > 1 else 0,
    )
    for i in range(len(spec.panels)):
        for trace in _panel_traces(spec, i):
            figure.add_trace(trace, row=i // columns + 1, col=i % columns + 1)
    for entry in spec.key:
        figure.add_trace(_key_trace(entry, spec), row=1, col=1)
    figure.update_xaxes(**parts.x_layout(spec.axis), showticklabels=False)
    figure.update_yaxes(**parts.y_layout(spec.y_range), showticklabels=False)
    watermarks, headers = [], []
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
        headers.append(_header(titles[i], evidence[i], x_axis.domain[0], y_axis.domain[1]))
        if spec.watermark:
            centre = sum(x_axis.domain) / 2, sum(y_axis.domain) / 2
            mark = parts.watermark_annotation(spec.watermark, x=centre[0], y=centre[1])
            watermarks.append({**mark, "font": {**mark["font"], "size": 24}})
    layout = parts.base_layout(
        spec.height, {"l": MARGIN_LEFT, "r": MARGIN_RIGHT, "t": top, "b": MARGIN_BOTTOM}
    )
    figure.update_layout(
        **{**layout, "showlegend": True},
        annotations=[*watermarks, *headers, _axis_title(spec)],
        legend={
            "orientation": "h",
            "x": 0,
            "xanchor": "left",
            "y": 1 + (header + 2) / plot,
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
    grey = [line for line in panel.series if line.place is None and line.points]
    coloured = [line for line in panel.series if line.place is not None]
    traces = [parts.context_trace(line, kind) for line in grey]
    inside = [(line, part) for line in coloured for part in line.fit if part.inside]
    traces += [parts.band_trace(part, line, kind, 0.10) for line, part in inside]
    if panel.chance is not None:
        ends = parts.across(kind, [value_at(kind, end) for end in spec.axis.range])
        traces.append(parts.chance_trace(panel.chance, ends))
    traces += [parts.fit_trace(part, line, kind, 1.8) for line, part in inside]
    for line in coloured:
        if not line.fit and len(line.points) > 1:
            traces.append(parts.joining_trace(line, kind))
        traces += parts.point_traces(line, kind, small=True)
    return traces


def _key_trace(entry: KeyEntry, spec: FacetSpec) -> go.Scatter:
    colour = place_colour(entry.place)
    return go.Scatter(
        x=[None],
        y=[None],
        mode="lines+markers",
        name=f'<span style="color:{colour}">{entry.name}</span>',
        line={
            "color": colour,
            "width": 1.6,
            "dash": ",".join(f"{length}px" for length in entry.dash) or "solid",
        },
        marker={
            "symbol": f"{entry.marker}{entry.fill}",
            "size": entry.marker_size,
            "color": colour,
            "line": {"color": colour, "width": parts.OPEN_LINE if entry.fill else 0},
        },
        showlegend=True,
        hoverinfo="skip",
    )


def _evidence_lines(evidence: tuple[str, ...], columns: int) -> list[str]:
    return list(evidence) if columns == 3 else [" ".join(evidence)]


def _header(title: list[str], evidence: list[str], x: float, y: float) -> dict[str, Any]:
    head = "<br>".join(f'<span style="font-size:14px;color:{INK}"><b>{line}</b></span>' for line in title)
    tail = "<br>".join(f'<span style="font-size:12px;color:{MUTED}">{line}</span>' for line in evidence)
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


def _axis_title(spec: FacetSpec) -> dict[str, Any]:
    return {
        "text": spec.axis.title,
        "xref": "paper",
        "yref": "paper",
        "x": 0.5,
        "y": 0,
        "yshift": -24,
        "yanchor": "top",
        "showarrow": False,
        "font": {"size": 13, "color": MUTED},
    }
