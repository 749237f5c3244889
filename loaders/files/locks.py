"""A folder's lock: one writer at a time, on every system; given back also where the writer is killed."""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Iterator
from pathlib import Path

from filelock import FileLock, Timeout

from analysis.errors import ScalewatchError

SAID_AFTER_S = 2.0
"""A writer that waits says so after this long."""
_logger = logging.getLogger(__name__)


class LockError(ScalewatchError):
    """A folder in which nothing can be written; the text says why and what to do."""


@contextlib.contextmanager
def only_writer(
    folder: Path,
    *,
    busy: ScalewatchError | None = None,
    remedy: str = "Choose another folder with --results.",
) -> Iterator[None]:
    """Hold the folder, made where it is not there, while the block runs.

    Where another writer holds it: waits, and says so, or raises `busy` where that is given. The thread that waited may
    enter again. Raises LockError with `remedy` where the folder cannot be written.
    """
    lock = FileLock(folder / ".lock", is_singleton=busy is None)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock.acquire(timeout=SAID_AFTER_S if busy is None else 0)
    except Timeout as error:
        if busy is not None:
            raise busy from error
        _logger.warning("%s: another scalewatch is writing in this folder; waiting for it", folder)
        lock.acquire()
    except OSError as error:
        raise LockError(f"{folder}: cannot be written ({error}).", remedy) from error
    try:
        yield
    finally:
        lock.release()
