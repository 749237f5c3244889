"""The results folder as it is now: its sets, their findings, and what cannot be read."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from hashlib import sha256
from pathlib import Path

import streamlit as st

from analysis.errors import ScalewatchError
from analysis.findings.finding import Finding
from analysis.findings.ranking import strength
from dashboard.results.shared_look import SharedLook
from loaders.files.whole_folder import name_of
from loaders.store.manifest import SetInfo
from loaders.store.results_folder import find_results_dir
from loaders.store.states import SetState, counted_once, folder_names, state_of
from loaders.store.store import Store

Stamp = tuple[tuple[str, int, int], ...]
"""Every file of a set: its path, time of its last change in nanoseconds, size; -1 where that cannot be had."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Results:
    """Everything the pages show, read once."""

    folder: Path
    version: str = ""
    """Changes with any file of the folder that a page depends on."""
    infos: dict[str, SetInfo] = field(default_factory=dict)
    """Readable sets."""
    findings: tuple[Finding, ...] = ()
    """Findings of all readable sets, both axes."""
    problems: tuple[str, ...] = ()
    """Sets that cannot be read: file, reason and remedy."""
    stale: Mapping[str, str] = field(default_factory=dict)
    """Set whose findings are to be computed anew -> reason and remedy."""
    changed: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Readable set -> its files that are not as they were stored; its findings are shown as they were."""
    notes: tuple[str, ...] = ()
    """Sets that were renamed, and copies, which are counted once."""

    def along(self, axis: str) -> list[Finding]:
        """Findings along 'size' or 'rlhf'."""
        return [finding for finding in self.findings if finding.result.axis == axis]


def opened(folder: str) -> Store:
    """The results folder, with the shipped sets where they are shown."""
    return Store.opened(Path(folder))


def results() -> Results:
    """The results folder as it is now; a set is read again only when it has changed."""
    folder = find_results_dir()
    store = opened(str(folder))
    version, stamps = _stamped(store.shipped, store.folder).now()
    return _read(str(folder.resolve()), version, stamps)


@lru_cache(maxsize=8)
def _stamped(*roots: Path | None) -> SharedLook[tuple[str, dict[str, Stamp]]]:
    """A hash of the stamps, and these."""

    def look() -> tuple[str, dict[str, Stamp]]:
        stamps = _stamps(*roots)
        return sha256(repr(stamps).encode("utf-8", "surrogatepass")).hexdigest(), stamps

    return SharedLook(look)


def ranked(found: Results, axis: str) -> tuple[Finding, ...]:
    """Findings along an axis, strongest evidence first, control models last."""
    return _ranked(str(found.folder), found.version, axis, found)


@st.cache_resource(max_entries=4, show_spinner=False)
def _ranked(folder: str, version: str, axis: str, _found: Results) -> tuple[Finding, ...]:
    return tuple(sorted(_found.along(axis), key=lambda f: (f.is_control, strength(f))))


@st.cache_resource(max_entries=2, show_spinner=False)
def _read(folder: str, version: str, _stamps: dict[str, Stamp]) -> Results:
    """`version` is part of the cache key: it changes with the files."""
    store, known = opened(folder), _known(folder)
    for name in folder_names(store):
        if name not in known or known[name].stamp != _stamps.get(name):
            known[name] = _one(store, name, _stamps.get(name, ()))
    read = [known[name] for name in folder_names(store) if name in known]
    states = counted_once([each.state for each in read])
    counted = {each.name for each in states if not each.copy_of}
    shown = [each for each in read if each.state.name in counted]
    return Results(
        folder=Path(folder), version=version,
        infos={each.state.name: each.info for each in shown if each.info is not None},
        findings=tuple(finding for each in shown for finding in each.findings),
        problems=tuple(each.problem for each in shown if each.problem and not each.state.is_stale),
        stale={each.state.name: each.problem for each in shown if each.problem and each.state.is_stale},
        changed={each.state.name: each.state.changed for each in shown if each.info is not None and each.state.changed},
        notes=tuple(note for each in states for note in each.notes),
    )  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class _ReadSet:
    """One set as it was read, and of which files."""

    stamp: Stamp
    state: SetState
    info: SetInfo | None = None
    """None where its findings cannot be shown."""
    findings: Sequence[Finding] = ()
    problem: str = ""


@st.cache_resource(max_entries=2, show_spinner=False)
def _known(folder: str) -> dict[str, _ReadSet]:
    """Sets of the folder that were read before, by name; filled by `_read`."""
    return {}


def _one(store: Store, name: str, stamp: Stamp) -> _ReadSet:
    state = state_of(store, name)
    if state.info is None:
        (lost, *_) = state.damage
        return _ReadSet(stamp=stamp, state=state, problem=str(lost))
    try:
        findings, info = store.findings_and_info(name)
        return _ReadSet(stamp=stamp, state=state, info=info, findings=findings)
    except ScalewatchError as error:
        return _ReadSet(stamp=stamp, state=state, problem=f"{state.name}: {error}")


def _stamps(*roots: Path | None) -> dict[str, Stamp]:
    """Every file of every set, by set, here and among the shipped ones: what is edited is read again."""
    found: dict[str, Stamp] = {}
    for root in roots:
        of_root: dict[str, Stamp] = {}
        for entry in () if root is None else _entries(str(root)):
            name = name_of(Path(entry.name))
            if name is not None:
                of_root[name] = (*of_root.get(name, ()), *_files(entry.path))
        found |= of_root
    return found


def _files(path: str) -> Iterator[tuple[str, int, int]]:
    for entry in _entries(path):
        yield _seen(entry)
        if entry.name in ("answers", "questions"):
            for evaluation in _entries(entry.path):
                yield from map(_seen, _entries(evaluation.path))


def _entries(folder: str) -> list[os.DirEntry[str]]:
    """What is in a folder, in order; nothing where it is none."""
    try:
        with os.scandir(folder) as found:
            return sorted(found, key=lambda each: each.name)
    except OSError:
        return []


def _seen(entry: os.DirEntry[str]) -> tuple[str, int, int]:
    try:
        facts = entry.stat()
    except OSError:
        return entry.path, -1, -1
    return entry.path, facts.st_mtime_ns, facts.st_size
