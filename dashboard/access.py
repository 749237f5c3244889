"""Who a session is: an owner may change things, a reader only looks."""

from __future__ import annotations

import secrets
from typing import Literal

import streamlit as st

Role = Literal["owner", "reader"]

ROLE_HEADER = "x-scalewatch-role"
_OURS = secrets.token_hex(16)


def stamp(role: Role) -> str:
    """What the server of this process writes into `ROLE_HEADER`: nobody else knows it, so nobody else can send it."""
    return f"{role} {_OURS}"


def role() -> Role:
    """The role of the session whose script runs.

    "owner" only where `scalewatch serve` let the session in as one; where another server runs the entry script, or
    none does, everyone is a reader.
    """
    return "owner" if st.context.headers.get_all(ROLE_HEADER) == [stamp("owner")] else "reader"
