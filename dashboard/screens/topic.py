"""A page on one topic: its question or claim, its behaviours as charts, the readings below."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from dashboard.components import write
from dashboard.components.states import nothing_of, nothing_yet, show_problems
from dashboard.components.topic_parts import charts, choose_set, readings
from dashboard.results.sets import Results, results
from dashboard.words.topics import Topic, topic_summary, topic_title


def topic_page(topic: Topic, found: Results, *, skip: Sequence[str] = ()) -> None:
    """Draw the page; behaviours in `skip` are shown elsewhere on it."""
    mine = [f for f in found.findings if f.group in topic.groups and f.behavior not in skip]
    if not found.findings:
        nothing_yet(topic.question)
    elif not mine:
        nothing_of(topic.question, topic.words)
    else:
        head = st.container()
        shown = choose_set(topic, mine, found)
        write.title(topic_title(topic, shown), place=head)
        write.markdown(topic_summary(shown), width=820, place=head)
        charts(topic, shown)
        readings(topic, shown)


def show(topic: Topic) -> None:
    """Draw the screen of one topic."""
    found = results()
    show_problems(found)
    topic_page(topic, found)
