"""Warnings of one computation, as text."""

from __future__ import annotations

import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TextIO

_ONE_AT_A_TIME = threading.Lock()
"""What becomes of a warning is set for the whole process, and the dashboard serves each reader in a thread: of two
blocks at once, the first to end would end the recording of the second, which then leaves the first's recorder in place.
"""


@contextmanager
def warned() -> Iterator[set[str]]:
    """First lines of the warnings that this thread gives inside the block, also those given before.

    Warnings of other threads go where they went before.
    """
    mine, texts = threading.get_ident(), set[str]()
    with _ONE_AT_A_TIME, warnings.catch_warnings():
        shown = warnings.showwarning

        def note(
            message: Warning | str, category: type[Warning], filename: str, lineno: int,
            file: TextIO | None = None, line: str | None = None,
        ) -> None:  # fmt: skip
            if threading.get_ident() == mine:
                texts.add(str(message).split("\n")[0])
            else:
                shown(message, category, filename, lineno, file, line)

        warnings.simplefilter("always")
        warnings.showwarning = note
        yield texts
