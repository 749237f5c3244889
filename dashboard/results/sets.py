"""The results folder as it is now: its sets, their findings, and what cannot be read."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import streamlit as st

from analysis.errors import ScalewatchError
from analysis.findings.finding import Finding
from analysis.findings.findings_json import UnreadableFindings, look_at
from analysis.findings.ranking import strength
from loaders.files.whole_folder import name_of
from loaders.store.manifest import SetInfo
from loaders.store.results_folder import find_results_dir
from loaders.store.states import SetState, counted_once, names, state_now
from loaders.store.store import Store

Stamp = tuple[tuple[str, int, int], ...]
"""Name, time and size of a set's files; -1 where these cannot be had."""


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
    stamps = _stamps([folder, *([shipped] if (shipped := opened(str(folder)).shipped) else [])])
    return _read(
        str(folder.resolve()), hashlib.sha256(repr(stamps).encode("utf-8", "surrogatepass")).hexdigest(), stamps
    )


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
    for name in names(store):
        stamp = _stamps.get(name, ())
        if name not in known or known[name].stamp != stamp:
            known[name] = _one(store, name, stamp)
    read = {one.state.name: one for name in names(store) if (one := known[name]).state is not None}
    return _results(Path(folder), version, read)


def _results(folder: Path, version: str, read: Mapping[str, _ReadSet]) -> Results:
    states = counted_once([one.state for one in read.values() if one.state is not None])
    counted = [each for each in states if not each.copy_of]
    shown = [each for each in counted if not read[each.name].problem and each.info is not None]
    hidden = [each for each in counted if each not in shown]
    reasons = {each.name: f"{each.name}: {read[each.name].problem}" for each in hidden}
    return Results(
        folder=folder, version=version, infos={each.name: each.info for each in shown if each.info is not None},
        findings=tuple(finding for each in shown for finding in read[each.name].findings),
        problems=tuple(reasons[each.name] for each in hidden if not each.is_stale),
        stale={each.name: reasons[each.name] for each in hidden if each.is_stale},
        changed={each.name: each.changed for each in shown if each.changed},
        notes=tuple(note for each in states for note in each.notes),
    )  # fmt: skip


def leave_out_unreadable(found: Results) -> None:
    """Parts of findings are decoded when they are looked at: sets in which one is of another form are no longer shown,
    until they change, and named with the reason."""
    known = _known(str(found.folder))
    for name, one in list(known.items()):
        try:
            look_at(one.findings)
        except UnreadableFindings as error:
            known[name] = replace(one, findings=(), problem=f"findings.json: cannot be read ({error}).")
    _read.clear()
    _ranked.clear()


@dataclass(frozen=True, slots=True, kw_only=True)
class _ReadSet:
    """One set as it was read, and of which files."""

    stamp: Stamp
    state: SetState | None
    """None where it has gone meanwhile."""
    findings: Sequence[Finding] = ()
    problem: str = ""
    """Why it cannot be shown; empty where it can."""


@st.cache_resource(max_entries=2, show_spinner=False)
def _known(folder: str) -> dict[str, _ReadSet]:
    """Sets of the folder that were read before, by name; filled by `_read`."""
    return {}


def _one(store: Store, name: str, stamp: Stamp) -> _ReadSet:
    state = state_now(store, name)
    if state is None:
        return _ReadSet(stamp=stamp, state=None)
    if state.info is None:
        (lost, *_) = state.damage
        said = f"{lost.file}: {lost.reason}. {lost.remedy}" if lost.file else f"{lost.reason}. {lost.remedy}"
        return _ReadSet(stamp=stamp, state=state, problem=said)
    try:
        return _ReadSet(stamp=stamp, state=state, findings=store.findings(name))
    except ScalewatchError as error:
        return _ReadSet(stamp=stamp, state=state, problem=str(error))


def _stamps(folders: Sequence[Path]) -> dict[str, Stamp]:
    """Name, time and size of every file of every set, by set: what is edited is read again."""
    found: dict[str, Stamp] = {}
    for entry in (each for folder in folders for each in _entries(str(folder))):
        name = name_of(Path(entry.name))
        if name is not None:
            found[name] = (*found.get(name, ()), *_files(entry.path))
    return found


def _files(path: str) -> Iterator[tuple[str, int, int]]:
    for entry in _entries(path):
        yield _seen(entry)
        if entry.name == "answers":
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
