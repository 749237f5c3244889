"""Reruns the page when the reader switches the theme, so that open charts are drawn in its colours.

A chart whose figure is unchanged keeps its old colours: give it `st.context.theme.type` in its key, and call
`watch_theme` last on the page. The component reads the page's background and reports when it changes.
"""

from __future__ import annotations

import streamlit as st

_SCRIPT = """
export default function (component) {
  const { parentElement, setStateValue } = component
  const read = () => getComputedStyle(parentElement.host ?? parentElement)
    .getPropertyValue('--st-background-color').trim()
  let shown = read()
  const timer = setInterval(() => {
    const now = read()
    if (now && now !== shown) { shown = now; setStateValue('background', now) }
  }, 300)
  return () => clearInterval(timer)
}
"""


def watch_theme() -> None:
    """Place the watcher; last on a page, because it takes one 16 pixel gap."""
    watcher = st.components.v2.component("scalewatch_theme_watcher", html="<span></span>", js=_SCRIPT)
    watcher(key="scalewatch_theme", height=1, on_background_change=lambda: None)
