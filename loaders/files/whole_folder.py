"""A folder that is written whole or not at all.

New files go into `.<name>.new`; the folder that is there becomes `.<name>.old`, the new one takes its place. Where that
was cut short between the two renames, the one put aside still counts. The files are on the disk before the first
rename, the renames before the old files go.
"""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from loaders.files.whole_file import sync_file, sync_folder, write_through


@dataclass(frozen=True, slots=True)
class Kept:
    """A file that is there and stays as it is."""

    path: Path
    sha256: str


Contents = Mapping[str, bytes | Kept]
"""File of a folder (with its folders, '/' between them) -> its bytes, or a file that is kept."""


def sha256_of(content: bytes | Kept) -> str:
    """Hash of a file that is to be written."""
    return content.sha256 if isinstance(content, Kept) else hashlib.sha256(content).hexdigest()


def standing(path: Path) -> Path | None:
    """Where the folder's files are now; None where it was never written."""
    places = path, _aside(path), path  # a new folder may take the place between two looks
    return next((each for each in places if os.path.isdir(each)), None)


def name_of(path: Path) -> str | None:
    """Name of the folder whose files `path` holds: its own, or that of a folder put aside; None for other dot names."""
    if not path.name.startswith("."):
        return path.name
    return path.name[1:-4] if path.name.endswith(".old") else None


def write_whole(path: Path, contents: Contents, last: tuple[str, Callable[[Path], bytes]] | None = None) -> None:
    """Put a folder with these files in the place of `path`; when this returns they are on the disk.

    Files that are there already are linked, copied where the file system has no links. `last` is a further file, made
    when the others are written: it may say what they are. Raises OSError; what was there is then unchanged, but where
    nothing more than the sync of the renames failed.
    """
    aside, fresh = _aside(path), path.with_name(f".{path.name}.new")
    try:
        if not path.exists() and aside.exists():
            aside.rename(path)
        for leftover in (fresh, aside):
            shutil.rmtree(leftover, ignore_errors=True)
        fresh.mkdir()
        for file, content in contents.items():
            _put(fresh / file, content)
        if last is not None:
            write_through(fresh / last[0], last[1](fresh))
        for folder in {(fresh / file).parent for file in contents} | {fresh}:
            sync_folder(folder)
        if path.exists():
            path.rename(aside)
        fresh.rename(path)
        sync_folder(path.parent)
        shutil.rmtree(aside, ignore_errors=True)
    except OSError:
        shutil.rmtree(fresh, ignore_errors=True)
        raise


def leftovers(folder: Path) -> list[Path]:
    """What a killed writer left in a folder of folders: new ones without a name, old ones whose place was taken."""
    found = [*folder.glob(".*.new"), *folder.glob(".*.old")]
    return sorted(path for path in found if path.suffix == ".new" or (folder / path.name[1:-4]).exists())


def _put(path: Path, content: bytes | Kept) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    if isinstance(content, bytes):
        write_through(path, content)
        return
    try:
        os.link(content.path, path)
    except OSError:
        shutil.copy2(content.path, path)
        sync_file(path)


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
