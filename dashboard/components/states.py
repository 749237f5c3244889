"""Pages without results, and sets that cannot be read."""

from __future__ import annotations

import streamlit as st

from dashboard.results import Results


def show_problems(found: Results) -> None:
    """Sets that cannot be read, with file and remedy; the others are shown all the same."""
    for problem in found.problems:
        st.error(problem)


def nothing_yet(title: str) -> None:
    """First start: what to type."""
    st.title(title, anchor=False)
    st.markdown("No results yet. Copy result sets into `cached_results`, or run:", width=820)
    st.code("scalewatch import PATH --into SET", language=None)
    st.caption(
        "PATH is a folder of lm-evaluation-harness results, or a table (CSV or Parquet). Nothing leaves this machine."
    )


def nothing_of(title: str, theme: str) -> None:
    """A theme no set has."""
    st.title(title, anchor=False)
    st.markdown(f"No result set here measures {theme}. To add one, run:", width=820)
    st.code("scalewatch import PATH --into SET", language=None)
