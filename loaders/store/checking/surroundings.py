"""What else lies in a results folder: leftovers of stopped writers, renamed sets, copies, what is no set. None of it is
damage."""

from __future__ import annotations

import os
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from loaders.files.whole_folder import leftovers
from loaders.store.manifest import MANIFEST
from loaders.store.set_folder import REFRESH, SetFolder
from loaders.store.states import SetState, survey
from loaders.store.store import Store
from loaders.store.undo import UNDO, pending

Kind = Literal["leftover", "cut_short", "unlisted", "no_set", "renamed", "copy", "stale", "undo"]
_CLEANED = "The next write removes it."
_SHEETS = "sources"
"""Folder of source sheets beside the sets."""


@dataclass(frozen=True, slots=True)
class Notice:
    """Something in a results folder that is as it may be, and worth knowing."""

    kind: Kind
    path: str
    """Inside the results folder."""
    reason: str
    remedy: str = ""

    def __str__(self) -> str:
        return f"{self.path}: {self.reason}. {self.remedy}".rstrip()


def notices(store: Store) -> list[Notice]:
    """Of the user's own results folder, in the order of the kinds above."""
    if not store.folder.is_dir():
        return []
    return [*_leftovers(store.folder), *_entries(store), *_of_sets(store), *_undo(store.folder)]


def _leftovers(folder: Path) -> Iterator[Notice]:
    for path in leftovers(folder):
        yield Notice("leftover", path.name, "left by a writer that was stopped", _CLEANED)
    if (folder / UNDO).is_dir() and pending(folder) is None:
        yield Notice("leftover", UNDO, "can no longer be undone", _CLEANED)
    for name in sorted(SetFolder(folder, name).path.name for name in _names(folder)):
        if name.startswith("."):
            yield Notice("cut_short", name, "a write was stopped between its renames; this is the set, whole", _CLEANED)


def _entries(store: Store) -> Iterator[Notice]:
    for path in sorted(store.folder.iterdir()):
        if path.is_dir() and not path.name.startswith(".") and path.name not in (*store.own_sets(), _SHEETS):
            yield Notice("no_set", path.name, f"is no set: it has no {MANIFEST}", "Move it elsewhere or restore it.")


def _of_sets(store: Store) -> Iterator[Notice]:
    for each in survey(store):
        if each.is_own and each.info is not None:  # else the checks of the set itself say so
            yield from _unlisted(SetFolder(store.folder, each.name).path, set(each.info.hashes))
            yield from _of_state(each)


def _of_state(state: SetState) -> Iterator[Notice]:
    if state.copy_of:
        remedy = f"Keep one: scalewatch set remove {shlex.quote(state.name)}"
        yield Notice("copy", state.name, f"holds the same data as '{state.copy_of}' and is counted once", remedy)
    elif state.renamed_from:
        yield Notice("renamed", state.name, f"was called '{state.renamed_from}' when it was written")
    if state.is_stale:
        yield Notice("stale", state.name, "its findings are missing or of another version of the method", REFRESH)


def _unlisted(folder: Path, known: set[str]) -> Iterator[Notice]:
    for path in sorted(folder.rglob("*")):
        file = path.relative_to(folder).as_posix()
        if not path.is_dir() and file not in known and file != MANIFEST:
            yield Notice("unlisted", f"{folder.name}/{file}", "no manifest names it; it is not read", _CLEANED)


def _undo(folder: Path) -> Iterator[Notice]:
    done = pending(folder)
    if done is not None:
        yield Notice("undo", UNDO, f"'{done.text}' can be undone until the next write", "scalewatch set undo")


def _names(folder: Path) -> list[str]:
    return [name for name in Store(folder).own_sets() if os.path.lexists(folder / f".{name}.old")]
