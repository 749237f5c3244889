"""The view as a link."""

from __future__ import annotations

from urllib.parse import urljoin

import streamlit as st

from dashboard.components import write


def copy_link(url: str) -> None:
    """The whole view as a link, with the link version and the data hash."""
    with write.popover("Copy link", icon=":material/link:"):
        st.code(urljoin(st.context.url or "", url), language=None)
        write.caption("Opens this view again, and says so when the data have changed since.")
