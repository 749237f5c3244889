"""Political views: where models stand between two poles, how views shift. No direction is better."""

from __future__ import annotations

import streamlit as st

from analysis.catalogue.behaviors import behaviors
from dashboard.components import write
from dashboard.components.chart import show_figure
from dashboard.components.numbers_below import numbers_below
from dashboard.components.open_behaviour import link_to
from dashboard.components.states import nothing_of, nothing_yet, show_problems
from dashboard.components.topic_parts import charts, choose_set, readings
from dashboard.figures.political_lean import lean_figure, lean_of
from dashboard.renderers import table_of
from dashboard.results.sets import results
from dashboard.words import political_lean as lean_words
from dashboard.words.topics import POLITICAL, topic_summary, topic_title


def show() -> None:
    """Draw the screen."""
    found = results()
    show_problems(found)
    mine = [f for f in found.findings if f.group in POLITICAL.groups]
    lean = lean_of(mine, behaviors().get)
    by_size = [f for f in mine if lean is None or f.behavior not in lean.behaviors]
    if not found.findings:
        nothing_yet(POLITICAL.question)
    elif not mine:
        nothing_of(POLITICAL.question, POLITICAL.words)
    if lean:
        write.title(POLITICAL.question)
        asked = [row.n for row in lean.rows]
        write.markdown(lean_words.sentence(asked, metric=lean.metric, asked_when=lean.round), width=820)
        spec = lean_figure(lean, POLITICAL.words)
        show_figure(spec, key="political.dots")
        numbers_below(table_of(spec), spec.title)
        link_to(lean.finding, f"Open as a behaviour: {lean.finding.title.lower()}")
    if by_size:
        head = st.container()
        shown = choose_set(POLITICAL, by_size, found)
        title = topic_title(POLITICAL, shown)
        if lean:
            write.header("How views shift with size" if title == POLITICAL.question else title, place=head)
        else:
            write.title(title, place=head)
        write.markdown(topic_summary(shown), width=820, place=head)
        charts(POLITICAL, shown)
        readings(POLITICAL, shown)
