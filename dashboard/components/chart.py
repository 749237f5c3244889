"""A figure on a page: heading, Plotly chart, caption.

The chart follows the theme: the theme is part of its key, so that a switch draws it anew.
"""

from __future__ import annotations

import streamlit as st

from dashboard.figures.spec import Spec
from dashboard.renderers import plotly_figure
from dashboard.renderers.plotly.config import CONFIG


def show_figure(spec: Spec, *, key: str, **options: int) -> None:
    """Draw over the whole width, with the alternative text a screen reader says; `options` go to the renderer."""
    if spec.heading:
        note = f" :gray[:small[{spec.heading_note}]]" if spec.heading_note else ""
        st.markdown(f"**{spec.heading}**{note}")
    figure = plotly_figure(spec, **options)
    st.plotly_chart(figure, theme="streamlit", config=dict(CONFIG), alt=spec.alt, key=f"{key}.{st.context.theme.type}")
    st.caption(spec.caption)
