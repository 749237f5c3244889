"""The dashboard as an ASGI application behind everything that guards it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import streamlit as st
from starlette.types import ASGIApp, Receive, Scope, Send

from dashboard.access import Role
from dashboard.server.base_slash import BaseSlash
from dashboard.server.closed import Closed
from dashboard.server.door import Door, Everyone
from dashboard.server.headers import SecurityHeaders
from dashboard.server.host_check import HostCheck
from dashboard.server.hosts import HostNames
from dashboard.server.streamlit_files import StreamlitFiles
from dashboard.server.tokens import Tokens


@dataclass(frozen=True)
class Guard:
    """What stands before the pages, the outermost first: headers, host, base path, closed addresses, token."""

    names: HostNames
    tokens: Tokens | None
    """None: no token is asked."""
    everyone: Role = "reader"
    """What every session is where no token is asked."""
    base: str = ""
    """The base path, empty or "/name"."""

    def around(self, app: ASGIApp) -> ASGIApp:
        """The same application, guarded."""
        app = BaseSlash(app, self.base)  # behind the door, which takes a token out of the address
        inner = Everyone(app, self.everyone) if self.tokens is None else Door(app, self.tokens, self.base)
        return SecurityHeaders(HostCheck(Closed(inner, self.base), self.names))


class GuardedApp(st.App):
    """Streamlit's application. All of it is guarded, its own routes, routes given to it, and its failures."""

    def __init__(self, script: Path, guard: Guard) -> None:
        super().__init__(script)
        self._guarded = guard.around(StreamlitFiles(super().__call__, guard.base))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self._guarded(scope, receive, send)
