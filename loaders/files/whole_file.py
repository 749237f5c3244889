"""A file that is written whole or not at all, and is on the disk when its writing returns."""

from __future__ import annotations

import errno
import hashlib
import os
from pathlib import Path

_NO_SUCH_CALL = frozenset({errno.EINVAL, errno.ENOTSUP})
"""What some network file systems answer to a folder's fsync: they have none."""


def write_file(path: Path, content: bytes) -> None:
    """Put a file of these bytes in the place of `path`.

    Raises OSError. Until the new file has its name, what was there is unchanged, also by Ctrl-C or a kill.
    """
    part = path.with_name(f".{path.name}.part")
    try:
        write_through(part, content)
        os.replace(part, path)
    except BaseException:
        part.unlink(missing_ok=True)
        raise
    sync_folder(path.parent)


def write_through(path: Path, content: bytes) -> None:
    """Write a file's bytes to the disk. Raises OSError, and may leave a part of them."""
    with path.open("wb") as handle:
        handle.write(content)
        handle.flush()
        os.fsync(handle.fileno())


def sync_file(path: Path) -> None:
    """Bring a file that was written by others to the disk. Raises OSError."""
    with path.open("r+b") as handle:  # Windows syncs no file that is open for reading alone
        os.fsync(handle.fileno())


def sync_folder(folder: Path) -> None:
    """Bring a folder's entries to the disk: a new name is there only when its folder is. Raises OSError."""
    if os.name == "nt":  # Windows opens no folder as a file; NTFS keeps names in a journal of its own
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    except OSError as error:
        if error.errno not in _NO_SUCH_CALL:
            raise
    finally:
        os.close(descriptor)


def sha256_of_file(path: Path) -> str:
    """Hash of a file's bytes, few of which are in memory. Raises OSError."""
    with path.open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()
