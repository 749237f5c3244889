"""A Plotly chart that follows the theme: the theme is part of the key, so that a switch draws it anew."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from dashboard.renderers.plotly.renderer import CONFIG

if TYPE_CHECKING:
    from plotly.graph_objects import Figure


def draw(figure: Figure, *, key: str, alt: str) -> None:
    """Draw over the whole width, with the alternative text a screen reader says."""
    st.plotly_chart(figure, theme="streamlit", config=dict(CONFIG), alt=alt, key=f"{key}.{st.context.theme.type}")
