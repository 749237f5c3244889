"""One look at something for all who asked before it began: twenty pages at once look once or twice."""

from __future__ import annotations

import time
from collections.abc import Callable
from threading import Lock
from typing import Generic, TypeVar

Seen = TypeVar("Seen")


class SharedLook(Generic[Seen]):
    """Whoever asks is shown what was so after they asked; a look that began earlier is not good enough."""

    def __init__(self, look: Callable[[], Seen]) -> None:
        self._look, self._lock = look, Lock()
        self._last: tuple[float, Seen] | None = None
        """When it began, and what was seen."""

    def now(self) -> Seen:
        """What is seen; raises what looking raises."""
        asked = time.monotonic()
        with self._lock:
            if self._last is None or self._last[0] <= asked:
                self._last = (time.monotonic(), self._look())
            return self._last[1]
