"""Where the dashboard is served, to whom, and what Streamlit is told of it."""

from __future__ import annotations

import re
import socket
from dataclasses import dataclass

from analysis.errors import ScalewatchError
from dashboard.server.hosts import EVERY_ADDRESS, HostNames, is_loopback

_BASE_PATH = re.compile(r"/?(?:[A-Za-z0-9_~-]+/)*[A-Za-z0-9_~-]*", re.ASCII)


@dataclass(frozen=True)
class Serving:
    """An address to listen on, and who may come."""

    port: int = 8501
    host: str = "127.0.0.1"
    allow_hosts: tuple[str, ...] = ()
    """Names it answers to beside its own: of a proxy in front of it."""
    asks_token: bool = True
    """May it ask for a token? It does where others can reach it, or where the environment names one."""
    base_path: str = ""
    """Path below which a proxy shows it; "/" or empty: none. ScalewatchError where it is no path."""

    def __post_init__(self) -> None:
        if not _BASE_PATH.fullmatch(self.base_path):
            raise ScalewatchError(
                f"--base-path {self.base_path!r} is not a path.",
                "Letters, digits and -_~ between slashes: --base-path /scales",
            )

    @property
    def base(self) -> str:
        """The base path, empty or "/name"."""
        return f"/{self.base_path.strip('/')}".rstrip("/")

    @property
    def is_private(self) -> bool:
        """Can this machine alone reach it, as far as we know?"""
        return is_loopback(self.host) and all(map(is_loopback, self.allow_hosts))

    def address(self, *, of_others: bool = False) -> str:
        """What is typed into a browser on this machine, or on another."""
        host = self.host
        if host in EVERY_ADDRESS:
            host = socket.gethostname() if of_others else "127.0.0.1"
        return f"http://{f'[{host}]' if ':' in host else host}:{self.port}{self.base}"


def streamlit_options(serving: Serving, names: HostNames) -> dict[str, object]:
    """Settings no file and no variable may change; the first of them keep Streamlit from asking anything outside."""
    return {
        "browser.serverAddress": "127.0.0.1" if serving.host in EVERY_ADDRESS else serving.host,
        "browser.gatherUsageStats": False,
        "logger.hideWelcomeMessage": True,
        "server.address": serving.host or "0.0.0.0",
        "server.port": serving.port,
        "server.baseUrlPath": serving.base,
        "server.headless": True,
        "server.allowedHosts": ["*"] if names.any_address else sorted(names.names),
        "server.enableCORS": True,
        "server.enableXsrfProtection": True,
        "server.corsAllowedOrigins": [],
        "server.enableAgentApi": False,
        "server.enableStaticServing": False,
        "server.scriptHealthCheckEnabled": False,
        "client.allowedOrigins": [],
        "global.developmentMode": False,
    }
