"""Specs drawn with Plotly for the screen."""

from __future__ import annotations

import plotly.graph_objects as go

from dashboard.figures.spec import DotSpec, FacetSpec, FigureSpec

CONFIG: dict[str, object] = {}


def scaling_chart(spec: FigureSpec) -> go.Figure:
    """The scaling chart."""
    raise NotImplementedError


def facets_chart(spec: FacetSpec) -> go.Figure:
    """Small multiples."""
    raise NotImplementedError


def dots_chart(spec: DotSpec) -> go.Figure:
    """Dot plot between two poles."""
    raise NotImplementedError
