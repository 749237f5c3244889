"""A folder that is written whole or not at all.

New files go into `.<name>.new`; the folder that is there becomes `.<name>.old`, the new one takes its place. Where that
was cut short between the two renames, the one put aside still counts.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping
from pathlib import Path


def standing(path: Path) -> Path | None:
    """Where the folder's files are now; None where it was never written."""
    return next((each for each in (path, _aside(path)) if each.is_dir()), None)


def name_of(path: Path) -> str | None:
    """Name of the folder whose files `path` holds: its own, or that of a folder put aside; None for other dot names."""
    if not path.name.startswith("."):
        return path.name
    return path.name[1:-4] if path.name.endswith(".old") else None


def write_whole(path: Path, contents: Mapping[str, bytes]) -> None:
    """Put a folder with these files (name -> content) in the place of `path`; when this returns they are on the disk.

    Raises OSError; what was there is then unchanged.
    """
    aside, fresh = _aside(path), path.with_name(f".{path.name}.new")
    try:
        if not path.exists() and aside.exists():
            aside.rename(path)
        for leftover in (fresh, aside):
            shutil.rmtree(leftover, ignore_errors=True)
        fresh.mkdir()
        for file, content in contents.items():
            with (fresh / file).open("wb") as handle:
                handle.write(content)
                handle.flush()
                os.fsync(handle.fileno())
        if path.exists():
            path.rename(aside)
        fresh.rename(path)
        shutil.rmtree(aside, ignore_errors=True)
    except OSError:
        shutil.rmtree(fresh, ignore_errors=True)
        raise


def _aside(path: Path) -> Path:
    return path.with_name(f".{path.name}.old")
