"""Reruns the page when the reader switches the theme, so that open charts are drawn in its colours."""

from __future__ import annotations


def watch_theme() -> None:
    """Call last on a page; charts carry `st.context.theme.type` in their key."""
    raise NotImplementedError
