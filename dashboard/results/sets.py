"""The results folder as it is now: its sets, their findings, and what cannot be read."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

import streamlit as st

from analysis.errors import ScalewatchError
from analysis.findings.finding import Finding
from loaders.store.manifest import SetInfo
from loaders.store.results_folder import find_results_dir
from loaders.store.states import SetState, survey
from loaders.store.store import Store

Seen = tuple[str, int, int]
"""A file: its path, time of its last change in nanoseconds, size; -1 where that cannot be had."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Results:
    """Everything the pages show, read once."""

    folder: Path
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
    """The results folder as it is now; read again only when a set in it has changed."""
    folder = find_results_dir()
    return _read(str(folder.resolve()), _fingerprint(folder))


@st.cache_resource(max_entries=4, show_spinner=False)
def _read(folder: str, fingerprint: str) -> Results:
    """`fingerprint` is part of the cache key: it changes with the files."""
    store = opened(folder)
    states = survey(store)
    infos: dict[str, SetInfo] = {}
    findings: list[Finding] = []
    problems: list[str] = []
    stale: dict[str, str] = {}
    for state in (each for each in states if not each.copy_of):
        try:
            of_set, infos[state.name] = _findings(store, state)
            findings += of_set
        except ScalewatchError as error:
            if state.is_stale:
                stale[state.name] = f"{state.name}: {error}"
            else:
                problems.append(f"{state.name}: {error}")
    return Results(
        folder=Path(folder), infos=infos, findings=tuple(findings), problems=tuple(problems), stale=stale,
        changed={each.name: each.changed for each in states if each.changed and each.name in infos},
        notes=tuple(note for each in states for note in each.notes),
    )  # fmt: skip


def _findings(store: Store, state: SetState) -> tuple[list[Finding], SetInfo]:
    if state.info is None:
        (lost, *_) = state.damage
        raise ScalewatchError(f"{lost.file}: {lost.reason}." if lost.file else f"{lost.reason}.", lost.remedy)
    return store.findings_and_info(state.name)


def _fingerprint(folder: Path) -> str:
    """Changes with every file of every set, here and among the shipped ones: what is edited is read again."""
    shipped = Store.opened(folder).shipped
    roots = [folder] if shipped is None else [folder, shipped]
    sets = (entry for root in roots for entry in _entries(str(root)) if not entry.name.endswith((".new", ".lock")))
    files = [seen for entry in sets for seen in _files(entry.path)]
    return sha256(repr(files).encode("utf-8", "surrogatepass")).hexdigest()


def _files(path: str) -> Iterator[Seen]:
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


def _seen(entry: os.DirEntry[str]) -> Seen:
    try:
        facts = entry.stat()
    except OSError:
        return entry.path, -1, -1
    return entry.path, facts.st_mtime_ns, facts.st_size
