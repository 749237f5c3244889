"""Colours of charts as Streamlit's placeholders: the browser puts in the palette of the theme shown.

So a chart is right in both themes at first paint. It is an internal convention of Streamlit, imported and
used here only; it needs `theme="streamlit"`. Exports, which no browser recolours, take the light values.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from streamlit.elements.lib import streamlit_plotly_theme as placeholders

FAMILY: tuple[str, ...] = (
    placeholders.CATEGORY_0,
    placeholders.CATEGORY_1,
    placeholders.CATEGORY_2,
    placeholders.CATEGORY_3,
    placeholders.CATEGORY_4,
    placeholders.CATEGORY_5,
)
"""Colour of places 1-6."""
RAMP: tuple[str, ...] = (
    placeholders.SEQUENTIAL_0,
    placeholders.SEQUENTIAL_1,
    placeholders.SEQUENTIAL_2,
    placeholders.SEQUENTIAL_3,
    placeholders.SEQUENTIAL_4,
    placeholders.SEQUENTIAL_5,
    placeholders.SEQUENTIAL_6,
    placeholders.SEQUENTIAL_7,
    placeholders.SEQUENTIAL_8,
    placeholders.SEQUENTIAL_9,
)
"""Places 1-10 of the ordered ramp, faint to strong in both themes; 3-10 have the contrast a line needs."""
DIVERGING: tuple[str, ...] = (
    placeholders.DIVERGING_0,
    placeholders.DIVERGING_1,
    placeholders.DIVERGING_2,
    placeholders.DIVERGING_3,
    placeholders.DIVERGING_4,
    placeholders.DIVERGING_5,
    placeholders.DIVERGING_6,
    placeholders.DIVERGING_7,
    placeholders.DIVERGING_8,
    placeholders.DIVERGING_9,
)
"""Ten steps of a heat map, from far below its middle to far above; neither end is good or bad."""
CONTEXT = placeholders.CATEGORY_6
"""Context grey and axis lines."""
MUTED = placeholders.CATEGORY_7
"""Tick text, chance."""
GRID = placeholders.CATEGORY_8
INK = placeholders.CATEGORY_9
PAGE = placeholders.BG_COLOR

LIGHT: Mapping[str, str] = MappingProxyType(
    {
        **dict(zip(FAMILY, ("#0F6CBD", "#C24A00", "#0A6B4B", "#B04088", "#4A3B05", "#26344F"), strict=True)),
        **dict(
            zip(
                RAMP,
                (
                    "#E4EEED",
                    "#A3BFC0",
                    "#6C99A1",
                    "#4A8C9D",
                    "#397D96",
                    "#296E90",
                    "#1D5F8A",
                    "#234F7C",
                    "#223E6B",
                    "#1F2D59",
                ),
                strict=True,
            )
        ),
        **dict(
            zip(
                DIVERGING,
                (
                    "#4D3A85",
                    "#6150A0",
                    "#7566AE",
                    "#B4ABD6",
                    "#EBE9EE",
                    "#F2EBE3",
                    "#DBA676",
                    "#A2601A",
                    "#8A4C04",
                    "#6B3500",
                ),
                strict=True,
            )
        ),
        CONTEXT: "#928C82",
        MUTED: "#66615A",
        GRID: "#E8E4DC",
        INK: "#151310",
        PAGE: "#FDFCFA",
    }
)
"""Placeholder -> value of the light theme, as in .streamlit/config.toml."""


def place_colour(place: int | None) -> str:
    """Colour of a family's place 1-6; context grey for None."""
    return CONTEXT if place is None else FAMILY[place - 1]


def line_colour(place: int | None, *, ramp: bool) -> str:
    """Colour of a series: its family's, or its step of the ordered ramp (place 1-10)."""
    return RAMP[place - 1] if ramp and place is not None else place_colour(place)


def with_light_colours(figure_json: str) -> str:
    """A figure's JSON with the light theme's values in place of the placeholders, for files."""
    for placeholder, value in LIGHT.items():
        figure_json = figure_json.replace(placeholder, value)
    return figure_json
