"""Specs drawn with Plotly for the screen; pass `theme="streamlit"` and CONFIG to `st.plotly_chart`."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from dashboard.renderers.plotly.dots import dots_chart
from dashboard.renderers.plotly.facets import facets_chart
from dashboard.renderers.plotly.heat import heat_chart
from dashboard.renderers.plotly.occupations import occupations_chart
from dashboard.renderers.plotly.scaling import scaling_chart

CONFIG: Mapping[str, Any] = MappingProxyType(
    {
        "displayModeBar": "hover",
        "displaylogo": False,
        "showSendToCloud": False,
        "showTips": False,
        "scrollZoom": False,
        "doubleClick": False,
        "modeBarButtonsToRemove": [
            "zoom2d",
            "pan2d",
            "select2d",
            "lasso2d",
            "zoomIn2d",
            "zoomOut2d",
            "autoScale2d",
            "resetScale2d",
            "hoverClosestCartesian",
            "hoverCompareCartesian",
            "toggleSpikelines",
            "sendDataToCloud",
        ],
        "toImageButtonOptions": {"format": "svg", "filename": "scalewatch"},
    }
)
"""Only 'download as image' (SVG) and full screen; nothing that uploads."""

__all__ = ["CONFIG", "dots_chart", "facets_chart", "heat_chart", "occupations_chart", "scaling_chart"]
