"""Widgets and the address bar kept in step: a link sets the widgets, the widgets set the link.

Widgets are the truth after the reader touched one; otherwise an address that this page did not write itself
(a link, the back button, a click in a table) is.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

_TOUCHED, _WRITTEN = "address.touched", "address.written"


def params() -> dict[str, list[str]]:
    """Parameters of the address, every value as a list."""
    return {name: st.query_params.get_all(name) for name in st.query_params}


def first(link: Mapping[str, Sequence[str]], name: str) -> str:
    """First value of a parameter; empty where the address does not have it."""
    return next(iter(link.get(name, ())), "")


def own_params(page: str, *, foreign: str) -> dict[str, list[str]]:
    """Parameters of the address for this page; its own last ones where the address carries another page's.

    On the way to another page Streamlit first puts that page's parameters on the old path: the back button stops
    there, and `foreign` (a parameter only the other page has) tells.
    """
    link = params()
    if foreign not in link:
        return link
    last: dict[str, list[str]] = st.session_state.get(f"{_WRITTEN}.{page}", {})
    return last


def led_here(page: str) -> bool:
    """True where the address asks for something and the widgets have yet to follow."""
    if st.session_state.pop(_TOUCHED, False):
        return False
    return bool(st.session_state.get(_WRITTEN) != (page, params()))


def touched() -> None:
    """Callback of every widget whose value is part of the link."""
    st.session_state[_TOUCHED] = True


def write(page: str, link: Mapping[str, Sequence[str]]) -> None:
    """Put the view into the address bar, where it is not there already."""
    wanted = {name: list(values) for name, values in link.items()}
    if params() != wanted:
        st.query_params.from_dict(wanted)
    st.session_state[_WRITTEN] = (page, wanted)
    st.session_state[f"{_WRITTEN}.{page}"] = wanted


def seed(key: str, value: Any, options: Sequence[Any], *, follow: bool) -> None:
    """Give a widget its value before it is drawn: following a link, or when its own is no longer offered."""
    held = st.session_state.get(key)
    chosen = held if isinstance(held, list) else [held]
    if follow or key not in st.session_state or any(each not in options for each in chosen):
        st.session_state[key] = value
