"""A line that says which findings are being computed, and shows them when they are there; nothing when idle."""

from __future__ import annotations

import streamlit as st

from dashboard.components import write
from dashboard.results import refreshing
from dashboard.results.sets import Results

EVERY = 1.0
"""Seconds between two looks."""


def show_refreshing(found: Results) -> None:
    """Have stale findings computed, and draw the line while that lasts."""
    refreshing.ask(found.stale)
    seen = refreshing.now()
    if seen.left:
        _watch(seen.n_done)


@st.fragment(run_every=EVERY)
def _watch(n_done: int) -> None:
    """`n_done` sets were done when the page was drawn; with the next one the page is drawn anew."""
    seen = refreshing.now()
    if seen.n_done != n_done or not seen.left:
        st.rerun()
    write.caption(line(seen))


def line(seen: refreshing.Refreshing) -> str:
    """Which set is computed, how far it is, and how many come after it."""
    name = seen.at or seen.left[0]
    more = f", then {len(seen.left) - 1} more" if len(seen.left) > 1 else ""
    return f"Computing findings of {name}: {seen.share:.0%}{more}"
