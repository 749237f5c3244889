"""The state of every set in a results folder: what is readable, what is wrong with it, and whether it counts.

A set that holds the same data as another one is counted once: the one whose manifest names its folder, before it a
shipped one, else the first by name. A copy that was written since holds other data, and counts.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from analysis.errors import UnknownNameError
from analysis.findings.findings_json import METHOD_VERSION
from loaders.files.whole_folder import name_of
from loaders.store.errors import RESTORE, Damage, NewerVersionError, StoreError, shown
from loaders.store.manifest import MANIFEST, SetInfo
from loaders.store.set_folder import REFRESH, SetFolder, is_stale
from loaders.store.store import Store
from loaders.store.tables.rates_form import form_fault
from loaders.store.writing import BEFORE, FINDINGS, RATES_FILE

_MOST = 5
"""Damaged files of a set that are named."""
_OF_A_SET = (RATES_FILE, FINDINGS)
"""A folder with one of these and no manifest is a set that lost it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SetState:
    """One set as it is now."""

    name: str
    """Of its folder."""
    is_own: bool
    """Is it in the user's own folder, not a shipped one?"""
    info: SetInfo | None = None
    """Its manifest, under the folder's name; None where that cannot be read."""
    damage: tuple[Damage, ...] = ()
    """Files that are missing or not as they were written."""
    renamed_from: str = ""
    """What it was called when it was written; empty where its folder still is called so."""
    copy_of: str = ""
    """Set that holds the same data and is counted; empty where this one is."""
    is_newer: bool = False
    """Did a newer scalewatch write it?"""

    @property
    def is_stale(self) -> bool:
        """Are findings to be computed anew: missing, changed, or of another version, and all else whole?"""
        return self.info is not None and is_stale(self.info, self.damage)

    @property
    def readable(self) -> tuple[str, ...]:
        """Which of findings, rates and answers can still be read."""
        if self.info is None:
            return ()
        wrong = {each.file for each in self.damage}
        found = [] if FINDINGS in wrong or self.info.method_version != METHOD_VERSION else ["findings"]
        found += [] if RATES_FILE in wrong else ["rates"]
        holds_answers = any(file.startswith("answers") for file in self.info.hashes)
        return (*found, "answers") if holds_answers and not any(f.startswith("answers") for f in wrong) else (*found,)

    @property
    def notes(self) -> tuple[str, ...]:
        """What is worth knowing and no fault."""
        if self.copy_of:
            return (f"{self.name} holds the same data as {self.copy_of} and is counted once.",)
        return (f"{self.name} was called {self.renamed_from} when it was stored.",) if self.renamed_from else ()

    @property
    def changed(self) -> tuple[str, ...]:
        """Damage to other files than findings and manifest, in words: findings are shown as they were stored."""
        wrong = [each for each in self.damage if each.file not in (MANIFEST, FINDINGS)]
        said = [f"{self.name}: {shown(each.file)} {each.reason}. {each.remedy}" for each in wrong]
        more = (f"{self.name}: and {len(said) - _MOST} more files.",) if len(said) > _MOST else ()
        return (*said[:_MOST], *more)


def survey(store: Store) -> list[SetState]:
    """The state of every set, sorted by name; nothing that is in the folder raises an error here."""
    return sorted(counted_once([state_of(store, name) for name in folder_names(store)]), key=lambda each: each.name)


def folder_names(store: Store) -> list[str]:
    """Names of all folders that are sets, or lost their manifest."""
    return sorted({*store.sets(), *_without_manifest(store.folder)})


def state_of(store: Store, name: str) -> SetState:
    """The state of one set, its copies aside; one that has gone, or lost its manifest, is damaged."""
    return _state(store, name) or _lost(name)


def _state(store: Store, name: str) -> SetState | None:
    """None where the set has gone meanwhile."""
    try:
        is_own, folder = store.is_own(name), store.set_folder(name)
    except UnknownNameError:
        return None
    if not name.isprintable():
        return SetState(name=shown(name), is_own=is_own, damage=(misnamed(name),))
    try:
        said, found = folder.manifest_and_damage()
        damage = tuple(_damage(folder, said, found))
    except StoreError as error:
        is_newer = isinstance(error, NewerVersionError)
        return SetState(name=name, is_own=is_own, damage=(folder.unreadable(error),), is_newer=is_newer)
    return SetState(
        name=name, is_own=is_own, info=replace(said, name=name), damage=damage,
        renamed_from="" if said.name == name else said.name,
    )  # fmt: skip


def misnamed(name: str) -> Damage:
    """Of a folder whose name cannot be printed; nothing in it is read."""
    return Damage(shown(name), "", "its folder has a name that no set can have", "Rename it.")


def _damage(folder: SetFolder, said: SetInfo, found: list[Damage]) -> Iterable[Damage]:
    yield from (replace(each, remedy=REFRESH) if each.file in (FINDINGS, BEFORE) else each for each in found)
    if RATES_FILE in said.hashes and not any(each.file == RATES_FILE for each in found):
        reason = form_fault(folder.path / RATES_FILE, folder.root, said.hashes[RATES_FILE])
        if reason:
            yield Damage(folder.name, RATES_FILE, reason)


def _lost(name: str) -> SetState:
    return SetState(name=name, is_own=True, damage=(Damage(name, MANIFEST, "is missing", RESTORE),))


def _without_manifest(folder: Path) -> list[str]:
    """Printable names of folders that hold files of a set and no manifest."""
    try:
        paths = [path for path in folder.iterdir() if name_of(path) == path.name and path.name.isprintable()]
    except OSError:
        return []
    return [
        path.name
        for path in paths
        if not os.path.lexists(path / MANIFEST) and any(os.path.lexists(path / file) for file in _OF_A_SET)
    ]


def counted_once(states: list[SetState]) -> list[SetState]:
    """Those that hold the data of one that comes before them say so."""
    first: dict[tuple[str, str], str] = {}
    out = []
    for each in sorted(states, key=lambda each: (bool(each.renamed_from), each.is_own, each.name)):
        key = _data(each)
        out.append(replace(each, copy_of=first[key]) if key in first else each)
        if key is not None:
            first.setdefault(key, each.name)
    return out


def _data(state: SetState) -> tuple[str, str] | None:
    """What the set's rates and answers are told by; None where that is not known or its findings cannot be read."""
    if state.info is None or RATES_FILE not in state.info.hashes or "findings" not in state.readable:
        return None
    return state.info.hashes[RATES_FILE], state.info.answers_hash
