"""Addresses Streamlit answers that the dashboard has no use for: 404."""

from __future__ import annotations

from dataclasses import dataclass

from starlette.types import ASGIApp, Receive, Scope, Send

from dashboard.server.refuse import refuse

CLOSED = (
    "/_stcore/metrics",  # memory and sessions of the server
    "/_stcore/script-health-check",  # runs the script for whoever asks
    "/_stcore/agent/",  # pages for programs
    "/_stcore/upload_file/",  # no page takes files
    "/auth/login",  # Streamlit's own login: no page asks for it
    "/auth/logout",
    "/oauth2callback",
    "/component/",  # files of components in frames: none is used
    "/app/static/",  # a folder of files: there is none
)
"""Paths below the base path; those that end with a slash, with all that is under them."""


@dataclass(frozen=True)
class Closed:
    """ASGI middleware: nothing answers at `CLOSED`."""

    app: ASGIApp
    base: str = ""
    """The base path, empty or "/name"."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and self._is_closed(scope["path"]):
            await refuse(scope, receive, send, 404, "Not found.")
        else:
            await self.app(scope, receive, send)

    def _is_closed(self, path: str) -> bool:
        below = path.removeprefix(self.base)
        return any(below == closed or (closed.endswith("/") and below.startswith(closed)) for closed in CLOSED)
