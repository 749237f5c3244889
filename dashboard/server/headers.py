"""What every answer tells the browser: nothing from elsewhere, no frame of elsewhere, no referrer."""

from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import dataclass, field
from pathlib import Path

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send


def content_policy(scripts: str, styles: str = "'unsafe-inline'") -> str:
    """A Content-Security-Policy of this server alone; `scripts` are sources for scripts beside its own files."""
    return "; ".join(
        (
            "default-src 'self'",
            f"script-src 'self' {scripts}".strip(),
            f"style-src 'self' {styles}",  # Streamlit and Plotly write styles into elements
            "img-src 'self' data: blob:",
            "font-src 'self' data:",
            "media-src 'self' data: blob:",
            "worker-src 'self' blob:",
            "object-src 'none'",
            "base-uri 'self'",
            "form-action 'self'",
            "frame-ancestors 'self'",
        )
    )


def hash_source(script: str) -> str:
    """What lets one inline script run: its hash, as a source."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()}'"


def page_scripts() -> str:
    """Sources for the scripts of a page: those inline in Streamlit's own page, components, which are blobs, and
    WebAssembly, with which Streamlit reads its messages."""
    import streamlit

    page = (Path(streamlit.__file__).parent / "static" / "index.html").read_text(encoding="utf-8")
    inline = re.findall(r"<script>(.*?)</script>", page, flags=re.DOTALL)
    return " ".join([*map(hash_source, inline), "blob:", "'wasm-unsafe-eval'"])


def security_headers() -> dict[str, str]:
    """Header -> value, of every answer that does not bring its own."""
    return {
        "Content-Security-Policy": content_policy(page_scripts()),
        "X-Frame-Options": "SAMEORIGIN",
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "no-referrer",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Cross-Origin-Opener-Policy": "same-origin",
    }


@dataclass(frozen=True)
class SecurityHeaders:
    """ASGI middleware: the headers on every answer."""

    app: ASGIApp
    headers: dict[str, str] = field(default_factory=security_headers)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_with(message: Message) -> None:
            if message["type"] == "http.response.start":
                answer = MutableHeaders(scope=message)
                for name, value in self.headers.items():
                    answer.setdefault(name, value)
            await send(message)

        await self.app(scope, receive, send_with if scope["type"] == "http" else send)
