"""The results folder as it is now: its sets, their findings, and what cannot be read."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import streamlit as st

from analysis.errors import ScalewatchError
from analysis.findings.finding import Finding
from loaders.store.manifest import SetInfo
from loaders.store.results_folder import find_results_dir
from loaders.store.store import Store

_WATCHED = ("manifest.json", "findings.json")


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
def _read(folder: str, fingerprint: tuple[tuple[str, int, int], ...]) -> Results:
    """`fingerprint` is part of the cache key: it changes with the files."""
    store = opened(folder)
    infos: dict[str, SetInfo] = {}
    findings: list[Finding] = []
    problems: list[str] = []
    for name in store.sets():
        try:
            of_set = store.findings(name)
            infos[name] = store.info(name)
        except (ScalewatchError, OSError, ValueError, KeyError, TypeError) as error:
            problems.append(f"{name}: {error}")
            continue
        findings += of_set
    return Results(folder=Path(folder), infos=infos, findings=tuple(findings), problems=tuple(problems))


def _fingerprint(folder: Path) -> tuple[tuple[str, int, int], ...]:
    """Name, time and size of every file that a page depends on."""
    files = [path for name in _WATCHED for path in sorted(folder.glob(f"*/{name}"))]
    return tuple((str(path.relative_to(folder)), (stat := path.stat()).st_mtime_ns, stat.st_size) for path in files)
