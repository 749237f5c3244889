"""The results folder as it is now: its sets, their findings, and what cannot be read."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import streamlit as st

from analysis.errors import ScalewatchError
from analysis.findings.finding import Finding
from analysis.findings.ranking import strength
from loaders.files.whole_folder import name_of
from loaders.store.manifest import SetInfo
from loaders.store.results_folder import find_results_dir
from loaders.store.store import Store

Stamp = tuple[tuple[str, int, int], ...]
"""Name, time and size of a set's files."""
_WATCHED = ("manifest.json", "findings.json")


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

    def along(self, axis: str) -> list[Finding]:
        """Findings along 'size' or 'rlhf'."""
        return [finding for finding in self.findings if finding.result.axis == axis]


def opened(folder: str) -> Store:
    """The results folder, with the shipped sets where they are shown."""
    return Store.opened(Path(folder))


def results() -> Results:
    """The results folder as it is now; a set is read again only when it has changed."""
    folder = find_results_dir()
    stamps = _stamps(folder)
    return _read(str(folder.resolve()), hashlib.sha256(repr(stamps).encode()).hexdigest(), stamps)


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
    infos: dict[str, SetInfo] = {}
    findings: list[Finding] = []
    problems: list[str] = []
    for name in store.sets():
        stamp = _stamps.get(name, ())
        if name not in known or known[name].stamp != stamp:
            known[name] = _one(store, name, stamp)
        one = known[name]
        if one.info is None:
            problems.append(f"{name}: {one.problem}")
            continue
        infos[name] = one.info
        findings += one.findings
    return Results(
        folder=Path(folder), version=version, infos=infos, findings=tuple(findings), problems=tuple(problems)
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _ReadSet:
    """One set as it was read, and of which files."""

    stamp: Stamp
    info: SetInfo | None = None
    """None where it cannot be read."""
    findings: Sequence[Finding] = ()
    problem: str = ""


@st.cache_resource(max_entries=2, show_spinner=False)
def _known(folder: str) -> dict[str, _ReadSet]:
    """Sets of the folder that were read before, by name; filled by `_read`."""
    return {}


def _one(store: Store, name: str, stamp: Stamp) -> _ReadSet:
    try:
        findings = store.findings(name)
        return _ReadSet(stamp=stamp, info=store.info(name), findings=findings)
    except (ScalewatchError, OSError, ValueError, KeyError, TypeError) as error:
        return _ReadSet(stamp=stamp, problem=str(error))


def _stamps(folder: Path) -> dict[str, Stamp]:
    """Name, time and size of every file that a page depends on, by set."""
    found: dict[str, Stamp] = {}
    for entry in sorted(os.scandir(folder), key=lambda each: each.name) if folder.is_dir() else ():
        name = name_of(Path(entry.name))
        if name is not None and entry.is_dir():
            found[name] = (*found.get(name, ()), *_files(entry.path))
    return found


def _files(path: str) -> Iterator[tuple[str, int, int]]:
    for file in _WATCHED:
        with suppress(FileNotFoundError):
            stat = os.stat(os.path.join(path, file))
            yield file, stat.st_mtime_ns, stat.st_size
