"""Refuses whoever asks for a foreign host, and foreign pages that would do more than read a page."""

from __future__ import annotations

from dataclasses import dataclass

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from dashboard.server.hosts import HostNames, is_own_origin, parse_host
from dashboard.server.refuse import refuse

_READS = ("GET", "HEAD", "OPTIONS")


@dataclass(frozen=True)
class HostCheck:
    """ASGI middleware for pages and WebSockets: 400 for a malformed host, 421 for a foreign one, 403 for a foreign page
    (403 for any of them on a WebSocket handshake)."""

    app: ASGIApp
    names: HostNames

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        refused = None if scope["type"] == "lifespan" else self._refused(scope)
        if refused is None:
            await self.app(scope, receive, send)
        else:
            await refuse(scope, receive, send, *refused)

    def _refused(self, scope: Scope) -> tuple[int, str] | None:
        """Status and what is said, or None."""
        headers = Headers(scope=scope)
        hosts, origins = headers.getlist("host"), headers.getlist("origin")
        if len(hosts) != 1 or len(origins) > 1 or (place := parse_host(hosts[0])) is None:
            return 400, "A request names one host."
        if not self.names.hold(hosts[0]):
            return 421, f"This server does not answer to {place.name}. Its user can: --allow-host {place.name}"
        reads = scope["type"] == "http" and scope["method"] in _READS
        if origins and not reads and not is_own_origin(origins[0], hosts[0]):
            return 403, "Pages of other servers may not do this."
        return None
