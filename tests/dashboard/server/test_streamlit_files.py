"""Streamlit's files come from memory, as Streamlit answers them, and from behind the guards."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest
import streamlit
from asgi_calls import HOST, ask, finish, says_its_role
from streamlit.web.server.starlette.starlette_static_routes import create_streamlit_static_handler

from dashboard.server.app import Guard, GuardedApp
from dashboard.server.hosts import host_names
from dashboard.server.streamlit_files import KINDS, StreamlitFiles, streamlit_files
from dashboard.server.tokens import Tokens

FOLDER = Path(streamlit.__file__).parent / "static"
OFFERED = sorted(streamlit_files())
ONE_OF_EACH = [next(path for path in OFFERED if path.endswith(kind)) for kind in KINDS]


def _answer(app: Any, path: str) -> tuple[dict[bytes, bytes], bytes]:
    sent: list[Any] = []

    async def receive() -> Any:
        await asyncio.sleep(60)

    async def send(message: Any) -> None:
        sent.append(message)

    scope = {"type": "http", "method": "GET", "path": path, "query_string": b"", "headers": []}
    finish(app(scope, receive, send))
    return dict(sent[0]["headers"]), b"".join(each.get("body", b"") for each in sent[1:])


@pytest.mark.parametrize("path", ONE_OF_EACH)
def test_they_are_what_streamlit_answers(path: str) -> None:
    ours, content = _answer(StreamlitFiles(says_its_role), path)
    theirs, as_well = _answer(create_streamlit_static_handler(str(FOLDER), None), path)
    assert content == as_well == (FOLDER / path[1:]).read_bytes()
    for name in (b"content-type", b"content-length", b"cache-control"):
        assert ours[name] == theirs[name]


def test_everything_else_is_asked_of_streamlit(tmp_path: Path) -> None:
    (tmp_path / "a.js").write_text("file")
    app = StreamlitFiles(says_its_role, "/scales", {"/static/js/a.js": tmp_path / "a.js"})
    assert ask(app, "/scales/static/js/a.js").body == "file"
    for path in ("/static/js/a.js", "/scales/static/js/b.js", "/scales/static/js/../js/a.js", "/scalesstatic/js/a.js"):
        assert ask(app, path).body == ""
    assert ask(app, "/scales/static/js/a.js", method="HEAD").body == ""
    assert ask(app, "/scales/static/js/a.js", kind="websocket").status == 101


def test_the_guards_stand_before_them(tmp_path: Path) -> None:
    script = tmp_path / "app.py"
    script.write_text("", encoding="utf-8")
    names, path = host_names("127.0.0.1"), ONE_OF_EACH[0]
    answer = ask(GuardedApp(script, Guard(names, None)), path)
    assert (answer.status, answer.headers["x-content-type-options"]) == (200, "nosniff")
    assert ask(GuardedApp(script, Guard(names, None)), path, [("Host", "evil.example")]).status == 421
    asked = ask(GuardedApp(script, Guard(names, Tokens("o" * 32, "r" * 32, "cookie"))), path, [HOST])
    assert asked.status in (401, 403)
