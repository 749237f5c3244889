"""Asks an ASGI application one thing, exactly as written: no client adds or mends a header."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

HOST = ("Host", "127.0.0.1:8501")


@dataclass
class Answer:
    """What came back."""

    status: int = 0
    """Of the answer; 403 for a refused handshake, as uvicorn sends it, and 101 for an accepted one."""
    headers: dict[str, str] = field(default_factory=dict)
    body: str = ""


def finish(coroutine: Coroutine[Any, Any, Any]) -> None:
    """Run it to its end, in a thread of its own: tests in a browser leave a loop running in this one."""
    with ThreadPoolExecutor(1) as thread:
        thread.submit(asyncio.run, coroutine).result()


def ask(
    app: Any, address: str = "/", headers: Sequence[tuple[str, str]] = (HOST,), *, method: str = "GET", body: str = "",
    kind: str = "http",
) -> Answer:  # fmt: skip
    """One request, or one handshake (`kind` "websocket")."""
    path, _, query = address.partition("?")
    scope = {
        "type": kind, "method": method, "path": path, "query_string": query.encode(), "scheme": "http",
        "headers": [(name.lower().encode(), value.encode()) for name, value in headers],
    }  # fmt: skip
    answer = Answer()
    parts = [{"type": "websocket.connect"} if kind == "websocket" else {"type": "http.request", "body": body.encode()}]

    async def receive() -> Any:
        return parts.pop(0)

    async def send(message: Any) -> None:
        if message["type"] == "http.response.start":
            answer.status = message["status"]
            answer.headers = {name.decode(): value.decode() for name, value in message["headers"]}
        elif message["type"] == "http.response.body":
            answer.body += message.get("body", b"").decode()
        else:
            answer.status = {"websocket.accept": 101, "websocket.close": 403}[message["type"]]

    finish(app(scope, receive, send))
    return answer


async def says_its_role(scope: Any, receive: Any, send: Any) -> None:
    """An application that answers with the role headers it sees."""
    if scope["type"] == "websocket":
        await send({"type": "websocket.accept"})
        return
    roles = [value.split()[0] for name, value in scope["headers"] if name == b"x-scalewatch-role"]
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": b" ".join(roles)})
