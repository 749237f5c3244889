"""The controls above the findings table: axis, verdicts, and topic, family and data set in a popover."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from analysis.findings.finding import Finding
from dashboard.components import url_state, write
from dashboard.components.axis_choice import choose_axis
from dashboard.figures.parts.line_styles import natural
from dashboard.results.sets import Results
from dashboard.selection import Filter, default_kinds, filter_from
from dashboard.words import overview

PAGE = "findings"
MOST_PILLS = 40
"""More options than this are searched, not laid out."""
AXIS, KINDS, TOPICS, FAMILIES, SETS = (f"findings.{name}" for name in ("axis", "kinds", "topics", "families", "sets"))


def choose_filter(found: Results) -> Filter:
    """Draw the controls and return what they say, which is also put into the address bar."""
    asked = filter_from(url_state.own_params(PAGE, foreign="behaviour"), found.findings)
    follow = url_state.led_here(PAGE)
    row = st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="bottom")
    verdicts, controls = (
        row.container(width="content"),
        row.container(horizontal=True, vertical_alignment="bottom", width="content"),
    )
    across, more = controls.container(width="content"), controls.container(width="content")
    with across:
        axis = choose_axis(found.findings, key=AXIS, asked=asked.axis, follow=follow)
    with more, write.popover("Theme, family, data set", icon=":material/tune:"):
        rows = found.along(axis)
        topics = _choose("Theme", TOPICS, asked.topics, [f.group for f in rows], follow=follow)
        families = _find("Family", FAMILIES, asked.families, [f.family for f in rows], follow=follow)
        sets = _choose("Data set", SETS, asked.sets, [f.result_set for f in rows], follow=follow)
    inside = Filter(axis=axis, topics=topics, families=families, sets=sets)
    counts = overview.counts(overview.apart_from_controls(inside.within(rows)))
    present = list(overview.counts(rows))
    shown_first = [kind for kind in asked.kinds if kind in present]
    url_state.seed(f"{KINDS}.{axis}", shown_first, present, follow=follow)
    kinds = write.pills(
        "Show verdicts",
        present,
        selection_mode="multi",
        format_func=lambda kind: f"{overview.kind_word(kind, axis)} {counts.get(kind, 0):,}",
        key=f"{KINDS}.{axis}",
        on_change=url_state.touched,
        wrap=True,
        place=verdicts,
    )
    everything_tested = set(kinds) == set(default_kinds(present))
    chosen = Filter(
        axis=axis,
        kinds=default_kinds(overview.KINDS) if everything_tested else tuple(k for k in present if k in kinds),
        topics=topics,
        families=families,
        sets=sets,
    )
    url_state.write(PAGE, chosen.params())
    return chosen


def offer_all(hidden: Sequence[Finding], axis: str) -> None:
    """In place of an empty table: how many rows are hidden, and a button that shows them."""
    write.markdown(overview.nothing_shown(len(hidden)))
    write.button("Show all", on_click=_show_all, args=(axis, list(overview.counts(hidden))))


def _show_all(axis: str, present: list[str]) -> None:
    for key in (TOPICS, FAMILIES, SETS):
        st.session_state[key] = []
    st.session_state[f"{KINDS}.{axis}"] = present
    url_state.touched()


def _choose(label: str, key: str, asked: Sequence[str], offered: Sequence[str], *, follow: bool) -> tuple[str, ...]:
    options = sorted(set(offered))
    if len(options) > MOST_PILLS:
        return _find(label, key, asked, options, follow=follow)
    url_state.seed(key, list(asked), options, follow=follow)
    chosen = write.pills(label, options, selection_mode="multi", key=key, on_change=url_state.touched, wrap=True)
    return tuple(chosen)


def _find(label: str, key: str, asked: Sequence[str], offered: Sequence[str], *, follow: bool) -> tuple[str, ...]:
    """As `_choose`, for more options than fit: typing narrows the list."""
    options = sorted(set(offered), key=natural)
    url_state.seed(key, list(asked), options, follow=follow)
    chosen = write.multiselect(
        label,
        options,
        key=key,
        on_change=url_state.touched,
        placeholder=f"All {len(options)}; type to find one",
        select_all=False,
    )
    return tuple(chosen)
