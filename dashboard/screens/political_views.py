"""Political views: where models stand between two poles, how views shift. No direction is better."""

from __future__ import annotations

import streamlit as st

from analysis.catalogue.behaviors import behaviors
from dashboard.components.chart import draw
from dashboard.components.numbers_below import numbers_of
from dashboard.components.open_behaviour import link_to
from dashboard.components.states import nothing_of, nothing_yet, show_problems
from dashboard.figures.dots import dots_figure
from dashboard.figures.parts.notes import watermark
from dashboard.renderers.plotly.renderer import dots_chart
from dashboard.results.sets import results
from dashboard.screens.topic import charts, choose_set, readings
from dashboard.words.political_lean import lean_of
from dashboard.words.topics import POLITICAL, topic_summary, topic_title


def show() -> None:
    """Draw the screen."""
    found = results()
    show_problems(found)
    mine = [f for f in found.findings if f.group in POLITICAL.groups]
    lean = lean_of(mine, behaviors().get)
    by_size = [f for f in mine if lean is None or f.behavior not in lean.behaviours]
    if not found.findings:
        nothing_yet(POLITICAL.question)
    elif not mine:
        nothing_of(POLITICAL.question, POLITICAL.words)
    if lean:
        st.title(POLITICAL.question, anchor=False)
        st.markdown(lean.sentence, width=820)
        mark = watermark([lean.finding])
        spec = dots_figure(lean.rows, low_pole=lean.poles[0], high_pole=lean.poles[1], watermark=mark)
        draw(dots_chart(spec), key="political.dots", alt=spec.alt)
        st.caption(lean.caption)
        numbers_of(spec, what=POLITICAL.words)
        link_to(lean.finding, f"Open as a behaviour: {lean.finding.title.lower()}")
    if by_size:
        head = st.container()
        shown = choose_set(POLITICAL, by_size, found)
        title = topic_title(POLITICAL, shown)
        if lean:
            head.header("How views shift with size" if title == POLITICAL.question else title, anchor=False)
        else:
            head.title(title, anchor=False)
        head.markdown(topic_summary(shown), width=820)
        charts(POLITICAL, shown)
        readings(POLITICAL, shown)
