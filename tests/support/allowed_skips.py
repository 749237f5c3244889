"""Which tests may be skipped where: a skip that is not on the list fails the run.

A list has a line per allowed skip, `PATTERN :: REASON`: PATTERN is matched against the test's id (`*` is anything),
REASON is the whole reason. Blank lines and lines that begin with '#' are left aside.
"""

from __future__ import annotations

from collections.abc import Iterable
from fnmatch import fnmatchcase
from pathlib import Path
from typing import NamedTuple

import pytest


class Skip(NamedTuple):
    """A test that was skipped, or a line that allows it."""

    test: str
    reason: str


def read_list(path: Path) -> list[Skip]:
    """The lines of a list. Raises ValueError for a line without ' :: '."""
    allowed = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if not line.strip() or line.startswith("#"):
            continue
        pattern, mark, reason = line.partition(" :: ")
        if not mark:
            raise ValueError(f"{path}, line {number}: {line!r} is not 'PATTERN :: REASON'")
        allowed.append(Skip(pattern.strip(), reason.strip()))
    return allowed


def not_allowed(skipped: Iterable[Skip], allowed: Iterable[Skip]) -> list[Skip]:
    """Those of the skips that no line allows."""
    lines = list(allowed)
    return [
        skip
        for skip in skipped
        if not any(fnmatchcase(skip.test, line.test) and skip.reason == line.reason for line in lines)
    ]


def skip_of(report: pytest.TestReport | pytest.CollectReport) -> Skip:
    """What a report says was skipped, and why."""
    reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
    return Skip(report.nodeid, reason.removeprefix("Skipped: "))
