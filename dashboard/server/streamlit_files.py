"""Streamlit's own scripts, styles and fonts, answered from memory.

A browser asks for a hundred of them before it shows a page. Behind Streamlit's layers each is opened and read anew in
threads, which takes three times as long and makes the script of the page wait.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

KINDS = {".js": "text/javascript", ".css": "text/css", ".woff2": "font/woff2"}
"""Ending -> type of what is answered."""
FOREVER = {"Cache-Control": "public, immutable, max-age=31536000"}
"""As Streamlit says of them: their names hold a hash of what is in them."""


def streamlit_files() -> dict[str, Path]:
    """Address below the base path -> file, of all that are there now."""
    import streamlit

    folder = Path(streamlit.__file__).parent / "static"
    files = (path for path in (folder / "static").rglob("*") if path.suffix in KINDS)
    return {f"/{path.relative_to(folder).as_posix()}": path for path in files}


@dataclass(frozen=True)
class StreamlitFiles:
    """ASGI middleware: these files, and everything else as before."""

    app: ASGIApp
    base: str = ""
    """The base path, empty or "/name"."""
    files: dict[str, Path] = field(default_factory=streamlit_files)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = self._asked(scope)
        if path is None:
            await self.app(scope, receive, send)
        else:
            await Response(_content(path), headers=FOREVER, media_type=KINDS[path.suffix])(scope, receive, send)

    def _asked(self, scope: Scope) -> Path | None:
        if scope["type"] != "http" or scope["method"] != "GET" or not scope["path"].startswith(f"{self.base}/"):
            return None
        return self.files.get(scope["path"].removeprefix(self.base))


@lru_cache(maxsize=512)
def _content(path: Path) -> bytes:
    return path.read_bytes()
