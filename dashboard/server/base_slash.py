"""The base path without its slash: what is asked there lies at the one with it."""

from __future__ import annotations

from dataclasses import dataclass

from starlette.responses import RedirectResponse
from starlette.types import ASGIApp, Receive, Scope, Send


@dataclass(frozen=True)
class BaseSlash:
    """ASGI middleware: "/name" leads to "/name/", query included.

    Streamlit's own answer would name a scheme, which behind a proxy with HTTPS is the wrong one.
    """

    app: ASGIApp
    base: str = ""
    """The base path, empty or "/name"."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self.base and scope["type"] == "http" and scope["path"] == self.base:
            query = scope["query_string"].decode("latin-1")
            await RedirectResponse(f"{self.base}/?{query}".rstrip("?"), 307)(scope, receive, send)
        else:
            await self.app(scope, receive, send)
