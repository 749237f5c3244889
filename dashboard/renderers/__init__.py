"""What draws a spec: a renderer has a function for every type of spec, imported when it is first needed."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from dashboard.figures.correlation import CorrelationSpec
from dashboard.figures.dots import DotSpec
from dashboard.figures.facets import FacetSpec
from dashboard.figures.heat import HeatSpec
from dashboard.figures.occupations import OccupationsSpec
from dashboard.figures.spec import FigureSpec, Spec
from dashboard.figures.stray import StraySpec

if TYPE_CHECKING:
    from plotly.graph_objects import Figure

    from dashboard.renderers.table.table import Table

RENDERERS: Mapping[str, Mapping[type[Spec], str]] = MappingProxyType(
    {
        "plotly": {
            FigureSpec: "dashboard.renderers.plotly.scaling:scaling_chart",
            CorrelationSpec: "dashboard.renderers.plotly.scaling:scaling_chart",
            FacetSpec: "dashboard.renderers.plotly.facets:facets_chart",
            DotSpec: "dashboard.renderers.plotly.dots:dots_chart",
            HeatSpec: "dashboard.renderers.plotly.heat:heat_chart",
            OccupationsSpec: "dashboard.renderers.plotly.occupations:occupations_chart",
            StraySpec: "dashboard.renderers.plotly.stray:stray_chart",
        },
        "table": {
            FigureSpec: "dashboard.renderers.table.lines:lines_table",
            CorrelationSpec: "dashboard.renderers.table.correlation:correlation_table",
            FacetSpec: "dashboard.renderers.table.lines:facets_table",
            DotSpec: "dashboard.renderers.table.dots:dots_table",
            HeatSpec: "dashboard.renderers.table.heat:heat_table",
            OccupationsSpec: "dashboard.renderers.table.occupations:occupations_table",
            StraySpec: "dashboard.renderers.table.stray:stray_table",
        },
    }
)
"""Renderer -> type of spec -> 'module:function'. Plotly is imported by the first chart, not by a page without one."""


def _rendered(renderer: str, spec: Spec, **options: Any) -> Any:
    """The spec as this renderer gives it. Raises KeyError for a renderer, or a type of spec, that is not declared."""
    module, _, function = RENDERERS[renderer][type(spec)].partition(":")
    return getattr(import_module(module), function)(spec, **options)


def plotly_figure(spec: Spec, **options: Any) -> Figure:
    """The spec drawn, its texts as texts; `options` are those of its function, such as `height`."""
    from dashboard.renderers.plotly.shown_text import shown

    figure: Figure = _rendered("plotly", shown(spec), **options)
    return figure


def table_of(spec: Spec) -> Table:
    """The numbers of the spec as rows."""
    table: Table = _rendered("table", spec)
    return table
