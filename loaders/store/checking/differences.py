"""Stored findings of two states, two sets or two folders, compared."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from analysis.errors import ScalewatchError
from analysis.findings.checks.difference import Change, changes
from analysis.findings.finding import Finding
from analysis.findings.findings_json import findings_from_json
from loaders.store.errors import StoreError
from loaders.store.set_folder import SetFolder
from loaders.store.store import Store
from loaders.store.writing import BEFORE, FINDINGS


@dataclass(frozen=True, slots=True, kw_only=True)
class SetDifference:
    """What differs between two lists of findings."""

    before: str
    """Which state or set, in words."""
    after: str
    method_before: str
    """Version of the method; empty where there is no such set."""
    method_after: str
    changes: list[Change]


@dataclass(frozen=True, slots=True)
class _State:
    called: str
    method: str
    findings: list[Finding]


def differences(store: Store, first: str, second: str | None = None) -> list[SetDifference]:
    """From `first` to `second`: sets of the store, or paths of results folders; alone: since the set's state before.

    Two folders are compared set by set (shipped sets aside), a set and a folder by the set of the same name in it.
    Raises UnknownNameError, ScalewatchError for a folder alone, StoreError where findings cannot be read.
    """
    one, other = _folder(store, first), None if second is None else _folder(store, second)
    if second is None:
        if one is not None:
            raise ScalewatchError(f"{first} is a results folder; it keeps no state before.", "Name two, or a set.")
        return [_since_before(store.set_folder(first))]
    if one is not None and other is not None:
        return _folders(one, other)
    before = store.set_folder(first) if one is None else one.set_folder(second)
    after = store.set_folder(second) if other is None else other.set_folder(first)
    in_two_folders = one is not None or other is not None
    called = [str(each.root / each.name) if in_two_folders else each.name for each in (before, after)]
    return [_compared(*map(_state, (before, after), called))]


def _folder(store: Store, named: str) -> Store | None:
    """The results folder of this path; None where a set is called so, or there is no such folder."""
    if named in store.sets() or not Path(named).is_dir():
        return None
    return Store(Path(named))


def _folders(one: Store, other: Store) -> list[SetDifference]:
    found = []
    for name in sorted({*one.own_sets(), *other.own_sets()}):
        states = [
            _state(SetFolder(each.folder, name), str(each.folder / name))
            if each.is_own(name)
            else _State(f"{each.folder / name} (not there)", "", [])
            for each in (one, other)
        ]
        found.append(_compared(*states))
    return found


def _since_before(stored: SetFolder) -> SetDifference:
    info, content = stored.manifest(), stored.findings_before()
    if content is None:
        raise StoreError(
            f"Set '{stored.name}' has no state before: it was written once, or its findings never changed.",
            "Compare it with another set or folder: scalewatch diff SET OTHER",
        )
    where = stored.path / BEFORE
    before = _State(f"{stored.name} of {info.before_stored}", info.before_method, _parsed(content, where))
    return _compared(before, _state(stored, f"{stored.name} of {info.stored}"))


def _state(stored: SetFolder, called: str) -> _State:
    return _State(called, stored.manifest().method_version, _parsed(stored.file(FINDINGS), stored.path / FINDINGS))


def _parsed(content: bytes, where: Path) -> list[Finding]:
    try:
        return findings_from_json(content)
    except ValueError as error:
        raise StoreError(
            f"{where}: of a form this version does not read ({error}).",
            "Only findings of this form are compared. Run: scalewatch findings --refresh",
        ) from error


def _compared(before: _State, after: _State) -> SetDifference:
    same_method = before.method == after.method or not before.method or not after.method
    return SetDifference(
        before=before.called, after=after.called, method_before=before.method, method_after=after.method,
        changes=changes(before.findings, after.findings, same_method=same_method),
    )  # fmt: skip
