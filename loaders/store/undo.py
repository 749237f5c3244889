"""The last rearrangement of a results folder, kept until the next write so that it can be taken back.

`.undo/undo.json` says what was done, `.undo/set` is the folder of a removed set. Each step is one rename: a kill before
it leaves the sets as they were, a kill after it what was asked for.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from dataclasses import asdict, dataclass
from pathlib import Path

from loaders.files.bounded import FileRefused, json_object, read_bounded
from loaders.files.typed import MisfitError, typed
from loaders.files.whole_file import sync_folder, write_file
from loaders.files.whole_folder import standing
from loaders.store.errors import StoreError
from loaders.store.manifest import MANIFEST, read_manifest

UNDO = ".undo"
_RECORD, _PUT_ASIDE = "undo.json", "set"
_LARGEST = 1 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """What was done last: it can be taken back as long as the folder is as it left it."""

    did: str
    """remove | rename | merge"""
    set: str
    """The set that was removed, renamed or made."""
    to: str = ""
    """Its new name, where it was renamed."""
    manifest: str = ""
    """SHA-256 of the manifest of the set it left; empty where it left none."""

    @property
    def text(self) -> str:
        """In words: 'rename a to b'."""
        return f"{self.did} {self.set}" + (f" to {self.to}" if self.to else "")


def manifest_hash(folder: Path, results: Path) -> str:
    """SHA-256 of the manifest in a set's folder. Raises FileRefused or OSError."""
    return hashlib.sha256(read_manifest(folder / MANIFEST, results)).hexdigest()


def record(results: Path, done: Done) -> None:
    """Write down what is about to be done, or has been. What could be taken back before no longer can.

    Raises StoreError.
    """
    try:
        forget(results)
        (results / UNDO).mkdir()
        write_file(results / UNDO / _RECORD, json.dumps(asdict(done)).encode())
        sync_folder(results)
    except OSError as error:
        raise StoreError(f"{results / UNDO}: cannot be written ({error}).", "Free space; nothing was done.") from error


def forget(results: Path) -> None:
    """A write has come after: nothing can be taken back any more. Raises OSError."""
    if not (results / UNDO).is_dir():
        return
    (results / UNDO / _RECORD).unlink(missing_ok=True)  # first: a half of what was kept is never given back
    shutil.rmtree(results / UNDO)


def put_aside(results: Path, folder: Path) -> None:
    """Move a set's folder to where it can be taken back from. Raises OSError."""
    folder.rename(results / UNDO / _PUT_ASIDE)
    sync_folder(results)


def pending(results: Path) -> Done | None:
    """What can be taken back; None where nothing can."""
    try:
        done = typed(Done, json_object(read_bounded(results / UNDO / _RECORD, results, _LARGEST)))
    except (OSError, FileRefused, MisfitError):
        return None
    return done if _still_holds(results, done) else None


def take_back(results: Path) -> Done:
    """Take back what was done last; the sets are then as they were before it.

    The caller holds the folder. Raises StoreError where nothing can be taken back.
    """
    done = pending(results)
    if done is None:
        raise StoreError(
            f"Nothing to undo in {results}.", "A removal, renaming or merging can be undone until the next write."
        )
    try:
        _take_back(results, done)
        sync_folder(results)
        forget(results)
    except OSError as error:
        raise StoreError(f"{results}: cannot be written ({error}).", "Run it again: no set is lost.") from error
    return done


def _take_back(results: Path, done: Done) -> None:
    if done.did == "remove":
        (results / UNDO / _PUT_ASIDE).rename(results / done.set)
    elif done.did == "rename":
        _stands(results, done.to).rename(results / done.set)
    else:
        _stands(results, done.set).rename(results / UNDO / _PUT_ASIDE)


def _still_holds(results: Path, done: Done) -> bool:
    """Is what was done still the last word on its sets?"""
    if done.did == "remove":
        return (results / UNDO / _PUT_ASIDE).is_dir() and standing(results / done.set) is None
    if done.did == "rename":
        return standing(results / done.set) is None and _is_as_left(results, done.to, done)
    return not (results / UNDO / _PUT_ASIDE).exists() and _is_as_left(results, done.set, done)


def _is_as_left(results: Path, name: str, done: Done) -> bool:
    folder = standing(results / name)
    try:
        return folder is not None and manifest_hash(folder, results) == done.manifest
    except (OSError, FileRefused):
        return False


def _stands(results: Path, name: str) -> Path:
    return standing(results / name) or results / name
