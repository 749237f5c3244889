"""Settings of every Plotly chart on a page; they go with `theme="streamlit"`."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

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
