"""Gives freed memory back to the system.

Batches differ a little in size, so the C library's heap grows by gaps that no later tensor fits; glibc keeps them
unless asked. Other C libraries have no such call, and nothing is done there.
"""

from __future__ import annotations

import ctypes
from functools import cache
from typing import Any


def give_back() -> None:
    """Return what is free at the moment."""
    trim = _trim()
    if trim is not None:
        trim(0)


@cache
def _trim() -> Any:
    return getattr(ctypes.CDLL(None), "malloc_trim", None)
