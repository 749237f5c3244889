"""The parts of a page on one topic: its controls, its charts, its readings."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from analysis.findings.finding import Finding
from analysis.findings.ranking import strength
from dashboard.components import url_state, write
from dashboard.components.axis_choice import choose_axis
from dashboard.components.chart import show_figure
from dashboard.components.findings_table import findings_table
from dashboard.components.numbers_below import numbers_below
from dashboard.components.open_behaviour import open_behaviour
from dashboard.components.set_choice import choose_of
from dashboard.figures.facets import MAX_PANELS, facets_figure
from dashboard.figures.scaling import default_coloured, scaling_figure
from dashboard.renderers import table_of
from dashboard.results.sets import Results
from dashboard.words.topics import Topic, panels


def choose_set(topic: Topic, findings: Sequence[Finding], found: Results) -> list[Finding]:
    """Draw the data-set and axis controls, as far as there is a choice; the findings they leave."""
    link = url_state.own_params(topic.page, foreign="behaviour")
    follow = url_state.led_here(topic.page)
    best = min(findings, key=lambda f: (f.is_control, f.result.axis != "size", strength(f)))
    sets = sorted({f.result_set for f in findings})
    asked = next((name for name in link.get("set", []) if name in sets), best.result_set)
    chosen = choose_of(found, sets, key=f"{topic.page}.set", asked=asked, follow=follow)
    left = [f for f in findings if f.result_set == chosen]
    wanted = next(iter(link.get("axis", [])), "")
    axis = choose_axis(left, key=f"{topic.page}.axis", asked=wanted, follow=follow)
    address = {"set": [chosen]} if len(sets) > 1 else {}
    url_state.write(topic.page, address | ({"axis": [axis]} if axis != "size" else {}))
    return [f for f in left if f.result.axis == axis]


def charts(topic: Topic, findings: Sequence[Finding]) -> None:
    """One large chart for one behaviour, else small ones, six at a time."""
    groups = panels(findings)
    pages = -(-len(groups) // MAX_PANELS)
    if len(groups) == 1:
        spec = scaling_figure(findings, coloured=default_coloured(findings), focus=None)
        show_figure(spec, key=f"{topic.page}.chart")
        return
    above = st.container()
    page = 1
    if pages > 1:
        with st.container(horizontal=True, vertical_alignment="center"):
            page = st.pagination(pages, key=f"{topic.page}.page.{findings[0].result_set}")
            write.caption(f"{len(groups)} behaviours, {MAX_PANELS} at a time, strongest evidence first")
    few = facets_figure(groups[(page - 1) * MAX_PANELS : page * MAX_PANELS], topic.words)
    with above:
        show_figure(few, key=f"{topic.page}.facets")
        numbers_below(table_of(few), few.title)


def readings(topic: Topic, findings: Sequence[Finding]) -> None:
    """The verdicts as a table; a click opens the behaviour."""
    write.header("Readings")
    rows = sorted(findings, key=strength)
    clicked = findings_table(
        rows,
        key=f"{topic.page}.table.{rows[0].result_set}",
        alt=f"Readings: {topic.words}",
        tallest=438,
        leave_out=("Theme", "Data set"),
    )
    write.caption("Click a row to open it.")
    if clicked:
        open_behaviour(clicked)
