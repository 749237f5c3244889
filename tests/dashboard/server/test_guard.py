"""Pages and WebSockets are checked for their host first, then for closed addresses; every answer has the headers."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from asgi_calls import HOST, ask, finish, says_its_role
from places import ROOT

from dashboard.server.app import Guard, GuardedApp
from dashboard.server.closed import CLOSED
from dashboard.server.headers import hash_source
from dashboard.server.hosts import host_names

GUARD = Guard(host_names("127.0.0.1", ["scales.example"]), None, "owner")
OWN, FOREIGN = ("Origin", "http://127.0.0.1:8501"), ("Origin", "http://evil.example")


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ([HOST], 200),
        ([("Host", "scales.example")], 200),
        ([("Host", "evil.example:8501")], 421),
        ([("Host", "localhost:8501@evil.example")], 400),
        ([], 400),
        ([HOST, HOST], 400),
        ([HOST, ("Host", "evil.example")], 400),
        ([("Host", "evil.example"), ("X-Forwarded-Host", "127.0.0.1")], 421),
    ],
)
def test_a_foreign_host_gets_no_page_and_no_websocket(headers: list[tuple[str, str]], status: int) -> None:
    app = GUARD.around(says_its_role)
    assert ask(app, "/data/findings.csv", headers).status == status
    assert ask(app, "/_stcore/stream", headers, kind="websocket").status == (101 if status == 200 else 403)


def test_the_refusal_says_what_lets_a_name_in_and_repeats_no_markup() -> None:
    answer = ask(GUARD.around(says_its_role), headers=[("Host", "my-box.example:8501")])
    assert "--allow-host my-box.example" in answer.body
    assert answer.headers["content-type"].startswith("text/plain")
    assert "<" not in ask(GUARD.around(says_its_role), headers=[("Host", "<b>x")]).body


@pytest.mark.parametrize(
    ("origins", "allowed"),
    [
        ([], True), ([OWN], True), ([FOREIGN], False), ([("Origin", "null")], False), ([OWN, FOREIGN], False),
        ([("Origin", "http://127.0.0.1:9999")], False), ([("Origin", "http://scales.example")], False),
    ],
)  # fmt: skip
def test_a_foreign_page_may_open_no_websocket_and_send_nothing(origins: list[tuple[str, str]], allowed: bool) -> None:
    app = GUARD.around(says_its_role)
    assert (ask(app, headers=[HOST, *origins], kind="websocket").status == 101) == allowed
    for method in ("POST", "PUT", "DELETE", "PATCH", "TRACE"):
        assert (ask(app, headers=[HOST, *origins], method=method).status == 200) == allowed
    if len(origins) < 2:
        assert ask(app, headers=[HOST, *origins]).status == 200


@pytest.mark.parametrize("base", ["", "/scales"])
@pytest.mark.parametrize("path", [*CLOSED, "/_stcore/agent/mcp", "/_stcore/upload_file/session/file"])
def test_what_the_dashboard_has_no_use_for_is_not_found(path: str, base: str) -> None:
    app = Guard(host_names("127.0.0.1"), None, "owner", base).around(says_its_role)
    assert ask(app, base + path).status == 404
    assert ask(app, f"{base}/_stcore/host-config").status == 200
    assert ask(app, f"{base}/_stcore/metricsx").status == 200


@pytest.mark.parametrize("query", ["", "?set=a%26b&token=x"])
def test_the_base_path_without_its_slash_leads_to_it_whatever_the_scheme(query: str) -> None:
    app = Guard(host_names("127.0.0.1"), None, "owner", "/scales").around(says_its_role)
    answer = ask(app, f"/scales{query}")
    assert (answer.status, answer.headers["location"]) == (307, f"/scales/{query}")
    for path in ("/scales/", "/scales/models", "/scalesx"):
        assert ask(app, path).status == 200
    assert ask(GUARD.around(says_its_role), "/").status == 200


def test_uploads_are_closed_only_while_no_page_takes_files() -> None:
    takes = any("file_uploader(" in path.read_text(encoding="utf-8") for path in (ROOT / "dashboard").rglob("*.py"))
    assert ("/_stcore/upload_file/" in CLOSED) != takes


@pytest.mark.parametrize("host", ["127.0.0.1", "evil.example", "%"])
def test_every_answer_tells_the_browser_to_stay_here(host: str) -> None:
    headers = ask(GUARD.around(says_its_role), headers=[("Host", host)]).headers
    assert headers["x-frame-options"] == "SAMEORIGIN"
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["cross-origin-resource-policy"] == "same-origin"
    policy = dict(part.split(" ", 1) for part in headers["content-security-policy"].split("; "))
    assert policy["default-src"] == policy["frame-ancestors"] == policy["form-action"] == "'self'"
    assert "unsafe" not in policy["script-src"].replace("'wasm-unsafe-eval'", "")
    assert not any(source in headers["content-security-policy"] for source in ("http:", "https:", "*"))


def test_a_hash_is_the_one_browsers_compute() -> None:
    # The example of the Content Security Policy standard (section "script-src", hash usage).
    assert hash_source("alert('Hello, world.');") == "'sha256-qznLcsROx4GACP2dm0UCKCzCG+HiZ1guq6ZZDob/Tng='"


def test_failures_and_routes_of_its_own_are_guarded_too(tmp_path: Path) -> None:
    script = tmp_path / "app.py"
    script.write_text("", encoding="utf-8")
    app = GuardedApp(script, GUARD)
    asked: list[Any] = []

    async def fails(scope: Any, receive: Any, send: Any) -> None:
        asked.append(scope["path"])
        raise RuntimeError("a fault of a route")

    from starlette.applications import Starlette
    from starlette.routing import Mount

    app._starlette_app = Starlette(routes=[Mount("/data", fails)])
    assert ask(app, "/data/findings.csv", [("Host", "evil.example")]).status == 421
    assert asked == []
    with pytest.raises(RuntimeError, match="a fault of a route"):
        ask(app, "/data/findings.csv")
    assert asked == ["/data/findings.csv"]


def test_starting_and_stopping_pass_through() -> None:
    seen: list[Any] = []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        seen.append(scope)

    finish(GUARD.around(app)({"type": "lifespan"}, None, None))  # type: ignore[arg-type]
    assert seen == [{"type": "lifespan"}]
