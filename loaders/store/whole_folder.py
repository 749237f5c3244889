"""A folder that is written whole or not at all.

New files go into `.<name>.new`; the folder that is there becomes `.<name>.old`, the new one takes its place. Where that
was cut short between the two renames, the one put aside still counts. The files are on the disk before the first
rename, the renames before the old files go.
"""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path

from loaders.store.whole_file import sync_file, sync_folder, write_through


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

    Raises OSError; what was there is then unchanged, but where nothing more than the sync of the renames failed.
    """
    aside, fresh = _aside(path), path.with_name(f".{path.name}.new")
    try:
        if not path.exists() and aside.exists():
            aside.rename(path)
        for leftover in (fresh, aside):
            shutil.rmtree(leftover, ignore_errors=True)
        fresh.mkdir()
        for file, content in contents.items():
            write_through(fresh / file, content)
        sync_folder(fresh)
        if path.exists():
            path.rename(aside)
        fresh.rename(path)
        sync_folder(path.parent)
        shutil.rmtree(aside, ignore_errors=True)
    except OSError:
        shutil.rmtree(fresh, ignore_errors=True)
        raise


def settle(unfinished: Path, path: Path) -> None:
    """Give a folder that others filled its own name, with all its files on the disk before. Raises OSError."""
    for each in unfinished.rglob("*"):
        if each.is_dir():
            sync_folder(each)
        else:
            sync_file(each)
    sync_folder(unfinished)
    unfinished.rename(path)
    sync_folder(path.parent)


def _aside(path: Path) -> Path:
    return path.with_name(f".{path.name}.old")
