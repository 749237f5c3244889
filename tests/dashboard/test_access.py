"""Only the server of this process can say that a session is its owner's."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
import streamlit as st
from streamlit.runtime.context import StreamlitHeaders

from dashboard import access
from dashboard.access import ROLE_HEADER, role, stamp


def test_without_our_server_everyone_is_a_reader() -> None:
    assert role() == "reader"


@pytest.mark.parametrize(
    ("sent", "expected"),
    [
        ([stamp("owner")], "owner"),
        ([stamp("reader")], "reader"),
        (["owner"], "reader"),
        (["owner "], "reader"),
        (["owner " + "0" * 32], "reader"),
        ([stamp("reader"), stamp("owner")], "reader"),
        ([stamp("owner"), stamp("owner")], "reader"),
    ],
)
def test_a_role_is_believed_once_and_with_the_stamp(
    sent: list[str], expected: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    headers = StreamlitHeaders([(ROLE_HEADER.title(), value) for value in sent])
    monkeypatch.setattr(access, "st", SimpleNamespace(context=SimpleNamespace(headers=headers)))
    assert role() == expected


def test_the_stamp_is_long() -> None:
    assert len(stamp("owner")) == len("owner ") + 32
    assert st.context.headers.get_all(ROLE_HEADER) == []
