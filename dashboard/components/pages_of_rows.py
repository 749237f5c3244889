"""Rows of a long table, a page at a time: a browser holds a thousand well and 25,000 not."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

import streamlit as st

from dashboard.components import write

MOST = 1_000
"""Rows on a page."""
T = TypeVar("T")


def choose_page(rows: Sequence[T], *, key: str) -> Sequence[T]:
    """The rows of the page the reader chose; draws the choice where they do not fit on one."""
    n_pages = -(-len(rows) // MOST)
    if n_pages < 2:
        return rows
    if st.session_state.get(key, 1) > n_pages:
        st.session_state[key] = 1
    page = st.pagination(n_pages, key=key)
    first = MOST * (page - 1)
    shown = rows[first : first + MOST]
    write.caption(f"Rows {first + 1:,} to {first + len(shown):,} of {len(rows):,}; the table sorts and searches these.")
    return shown
