"""What a page says to its server and hears from it, read from the frames of its WebSocket.

The page's own state is no measure: it says "not running" until the server's first answer, and a starved browser says it
late. A click is answered when the run it asked for has begun and finished after it was asked for.
"""

from __future__ import annotations

import time
from collections import deque
from typing import Any

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

_KEPT = 30
_UNINTERESTING = ("delta", "page_config_changed", "page_info_changed", "navigation")


class Frames:
    """Follows the runs of one page."""

    def __init__(self, page: Any) -> None:
        self.asked = 0
        """Runs the page asked for."""
        self.is_answered = True
        """Has the last one finished, and begun since it was asked for?"""
        self._has_begun = False
        self._last: deque[str] = deque(maxlen=_KEPT)
        page.on("websocket", self._follow)

    def said(self) -> str:
        """The last messages, for whoever asks why a click was not answered."""
        return "\n".join(self._last)

    def _follow(self, socket: Any) -> None:
        self._note("socket opened")
        socket.on("framesent", self._sent)
        socket.on("framereceived", self._received)
        socket.on("close", lambda *_: self._note("socket closed"))

    def _note(self, what: str) -> None:
        self._last.append(f"{time.strftime('%H:%M:%S')} {what}")

    def _sent(self, frame: bytes | str) -> None:
        if not isinstance(frame, bytes):
            return
        message = BackMsg.FromString(frame)
        self._note(f"> {message.WhichOneof('type')}")
        if message.HasField("rerun_script"):
            self.asked, self._has_begun, self.is_answered = self.asked + 1, False, False

    def _received(self, frame: bytes | str) -> None:
        if not isinstance(frame, bytes):
            return
        message = ForwardMsg.FromString(frame)
        kind = message.WhichOneof("type")
        if kind not in _UNINTERESTING:
            self._note(f"< {kind}")
        if kind == "new_session":
            self._has_begun = True
        elif kind == "script_finished" and message.script_finished != ForwardMsg.FINISHED_EARLY_FOR_RERUN:
            self.is_answered = self._has_begun
