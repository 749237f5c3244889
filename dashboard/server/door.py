"""Lets in who has a token, as owner or as reader, and writes the role where the session finds it."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from urllib.parse import parse_qs, quote, unquote_plus

from starlette.datastructures import MutableHeaders
from starlette.requests import ClientDisconnect, HTTPConnection, Request
from starlette.responses import RedirectResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from dashboard.access import ROLE_HEADER, Role, stamp
from dashboard.server.refuse import refuse
from dashboard.server.sign_in import sign_in_page
from dashboard.server.tokens import Tokens

HEALTH = "/_stcore/health"
DAYS_30 = 30 * 24 * 60 * 60
LONGEST_FORM = 4096
"""Bytes of a sent form that are read."""


@dataclass(frozen=True)
class Everyone:
    """ASGI middleware where no token is asked: every session has the same role."""

    app: ASGIApp
    role: Role

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self.app(scope if scope["type"] == "lifespan" else _as(self.role, scope), receive, send)


@dataclass(frozen=True)
class Door:
    """ASGI middleware where a token is asked, once a browser: its cookie is good for pages and WebSockets.

    401 and a form without it (403 on a WebSocket handshake); only whether the server is up is told to everyone.
    """

    app: ASGIApp
    tokens: Tokens
    base: str = ""
    """The base path, empty or "/name"."""
    delay: float = 0.5
    """Seconds after which a wrong token is refused."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan" or (scope["type"] == "http" and scope["path"] == self.base + HEALTH):
            await self.app(scope, receive, send)
            return
        role = self.tokens.role_of_cookie(HTTPConnection(scope).cookies)
        if scope["type"] == "http" and (answer := await self._answer(scope, receive, role)) is not None:
            await answer(scope, receive, send)
        elif role is None:
            await refuse(scope, receive, send, 403, "No token.")
        else:
            await self.app(_as(role, scope), receive, send)

    async def _answer(self, scope: Scope, receive: Receive, role: Role | None) -> Response | None:
        """What is answered before any page is asked; None where one may be."""
        reads = scope["method"] in ("GET", "HEAD")
        if reads and (sent := _token_in_address(scope)) is not None:
            return await self._tried(scope, sent)
        if role is not None:
            return None
        if scope["method"] == "POST":
            return await self._tried(scope, await _token_in_form(Request(scope, receive)))
        return sign_in_page(wrong=False)

    async def _tried(self, scope: Scope, token: str) -> Response:
        role = self.tokens.role(token)
        if role is None:
            await asyncio.sleep(self.delay)
            return sign_in_page(wrong=True)
        answer = RedirectResponse(_address_without_token(scope), 303, {"Cache-Control": "no-store"})
        answer.set_cookie(
            self.tokens.cookie, self.tokens.cookie_value(role), DAYS_30, path=self.base or "/",
            httponly=True, samesite="strict", secure=scope["scheme"] == "https",
        )  # fmt: skip
        return answer


def _as(role: Role, scope: Scope) -> Scope:
    """The request with its role in it, and no other."""
    marked = {**scope, "headers": list(scope["headers"])}
    MutableHeaders(scope=marked)[ROLE_HEADER] = stamp(role)
    return marked


def _parameters(scope: Scope) -> list[tuple[str, str]]:
    """Name of each part of the query, and the part as it was sent."""
    parts = scope["query_string"].decode("latin-1").split("&")
    return [(unquote_plus(part.partition("=")[0]), part) for part in parts if part]


def _token_in_address(scope: Scope) -> str | None:
    return next((unquote_plus(part.partition("=")[2]) for name, part in _parameters(scope) if name == "token"), None)


async def _token_in_form(request: Request) -> str:
    """Empty where there is none, where the form is no such form, or where its sender has gone."""
    body = b""
    try:
        async for chunk in request.stream():
            body += chunk
            if len(body) > LONGEST_FORM:
                return ""
    except ClientDisconnect:
        return ""
    return parse_qs(body.decode("latin-1")).get("token", [""])[0].strip()


def _address_without_token(scope: Scope) -> str:
    """Path and query on this server: two slashes in front would name another."""
    rest = "&".join(part for name, part in _parameters(scope) if name != "token")
    return "/" + quote(scope["path"].lstrip("/")) + (f"?{rest}" if rest else "")
