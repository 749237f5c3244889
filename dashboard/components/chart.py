"""A figure on a page: heading, Plotly chart, caption.

The chart follows the theme: the theme is part of its key, so that a switch draws it anew.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import streamlit as st

from dashboard.components import write
from dashboard.figures.spec import Spec
from dashboard.renderers import plotly_figure
from dashboard.renderers.plotly.config import CONFIG
from dashboard.text.markdown import Markdown, strong
from dashboard.text.plain import plain

if TYPE_CHECKING:
    from plotly.graph_objects import Figure

ALT = 8000
"""Characters of what a screen reader says of a chart."""


def show_figure(spec: Spec, *, key: str, **options: int) -> None:
    """Draw over the whole width, with the alternative text a screen reader says; `options` go to the renderer."""
    if spec.heading:
        note = Markdown(" :gray[:small[{}]]").format(spec.heading_note) if spec.heading_note else ""
        write.markdown(strong(spec.heading) + note)
    figure = _drawn(spec, **options)
    alt = plain(spec.alt, ALT)
    st.plotly_chart(figure, theme="streamlit", config=dict(CONFIG), alt=alt, key=f"{key}.{st.context.theme.type}")
    write.caption(spec.caption)


@lru_cache(maxsize=256)
def _drawn(spec: Spec, **options: int) -> Figure:
    """The figure, drawn once for all who look at the same: nothing changes it afterwards."""
    return plotly_figure(spec, **options)
