"""A refusal, for a page as for a WebSocket."""

from __future__ import annotations

from starlette.responses import PlainTextResponse
from starlette.types import Receive, Scope, Send
from starlette.websockets import WebSocketClose

POLICY = 1008


async def refuse(scope: Scope, receive: Receive, send: Send, status: int, text: str) -> None:
    """Answer with `status` and the text; a WebSocket handshake gets 403."""
    answer = WebSocketClose(POLICY) if scope["type"] == "websocket" else PlainTextResponse(text + "\n", status)
    await answer(scope, receive, send)
