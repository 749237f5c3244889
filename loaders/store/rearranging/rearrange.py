"""Sets removed, renamed and merged: whole or not at all, and taken back until the next write."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence
from pathlib import Path

from analysis.errors import UnknownNameError
from loaders.files.bounded import FileRefused
from loaders.files.whole_file import sync_folder
from loaders.files.whole_folder import standing
from loaders.store.errors import StoreError
from loaders.store.manifest import MANIFEST
from loaders.store.rearranging.merging import merged
from loaders.store.set_folder import SetFolder
from loaders.store.source_sheet import SourceSheet
from loaders.store.store import Store
from loaders.store.undo import Done, manifest_hash, pending, put_aside, record, take_back
from loaders.store.writing import check_name


def remove(store: Store, name: str) -> None:
    """Take a set out of the results folder; its files lie in `.undo` until the next write.

    Raises UnknownNameError, or StoreError for a shipped set or where the disk fails.
    """
    with store.writing():
        folder = _own(store, name)
        record(store.folder, Done(did="remove", set=name))
        with _told(folder):
            put_aside(store.folder, folder)


def rename(store: Store, old: str, new: str) -> None:
    """Call a set otherwise, in one step; no file of it is touched (its manifest keeps the name it was written under).

    Raises UnknownNameError, or StoreError for a name that is not allowed or is taken, and for a shipped set.
    """
    _check_new(store, new)
    with store.writing():
        folder = _own(store, old)
        _check_new(store, new)
        with _told(folder):
            record(store.folder, Done(did="rename", set=old, to=new, manifest=_hash(folder, store.folder)))
            folder.rename(store.folder / new)
            sync_folder(store.folder)


def merge(store: Store, names: Sequence[str], into: str, sheet: SourceSheet | None = None) -> None:
    """Make a new set of the rows of several, which stay as they are; shipped sets may be among them.

    Raises what `merging.merged` raises, and StoreError for a name that is not allowed or is taken.
    """
    if len(set(names)) < 2:
        raise StoreError(f"Sets to merge: {', '.join(names) or 'none'}.", "Name two different sets or more.")
    _check_new(store, into)
    with store.writing():
        _check_new(store, into)
        new = merged([store.set_folder(name) for name in names], into, sheet)
        store.write_set(
            into, rates=new.rates, answers=new.answers or None, sheet=new.sheet, files=new.files, extra=new.extra
        )
        folder = SetFolder(store.folder, into).path
        record(store.folder, Done(did="merge", set=into, manifest=_hash(folder, store.folder)))


def undo(store: Store) -> Done:
    """Take back the last of these. Raises StoreError where a write has come after it, or nothing was done."""
    if pending(store.folder) is None:
        return take_back(store.folder)  # says why not, without a lock's file where there is no folder
    with store.writing():
        return take_back(store.folder)


def _own(store: Store, name: str) -> Path:
    """Folder of a set that may be moved."""
    if name not in store.sets():
        raise UnknownNameError.of("result set", name, store.own_sets(), f"Looked in {store.folder}.")
    if not store.is_own(name):
        raise StoreError(
            f"Set '{name}' comes with scalewatch and is never written.", "Leave such sets out with --no-shipped."
        )
    return SetFolder(store.folder, name).path


def _check_new(store: Store, name: str) -> None:
    check_name(name)
    if standing(store.folder / name) is not None:
        raise StoreError(f"{store.folder / name} is there already.", "Choose another name, or remove that set first.")


@contextlib.contextmanager
def _told(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise StoreError(f"{folder}: cannot be moved ({error}).", "No set was changed.") from error


def _hash(folder: Path, results: Path) -> str:
    try:
        return manifest_hash(folder, results)
    except (OSError, FileRefused) as error:
        raise StoreError(f"{folder / MANIFEST}: cannot be read ({error}).", "Restore the file.") from error
