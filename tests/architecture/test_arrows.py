"""Arrows an import linter does not see: our own command line, and other processes, called from inside the house."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

PACKAGES = ("analysis", "loaders", "dashboard")
STARTERS = {"subprocess", "multiprocessing", "ProcessPoolExecutor"}
"""What a process is started with."""
COMMAND_LINE = ("dashboard.commands.cli", "dashboard.cli")
PROCESSES = {
    "analysis/trends/fit/side_by_side.py": "families are fitted side by side, where threads wait for each other",
    "dashboard/results/worker.py": "findings are brought up to date outside the server, whose process stays small",
    "loaders/controls/build.py": "cells of a control build are trained side by side, one process each",
}
"""Files that start a process, and why it has to be one."""


def _names(code: str) -> Iterator[str]:
    """Every name in the code: imports, identifiers, and words of texts that are no docstring."""
    tree = ast.parse(code)
    documents = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (name for each in node.names for name in (each.name, each.name.partition(".")[0]))
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield node.module.partition(".")[0]
            yield from (name for each in node.names for name in (each.name, f"{node.module}.{each.name}"))
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in documents:
            yield from node.value.split()


def starts_process(code: str) -> bool:
    """Does the code import what starts a process?"""
    return not STARTERS.isdisjoint(_names(code))


def names_command_line(code: str) -> bool:
    """Does the code import our command line, or spell it for another process?"""
    return not set(COMMAND_LINE).isdisjoint(_names(code))


def found(root: Path, wanted: Callable[[str], bool]) -> set[str]:
    files = [path for package in PACKAGES for path in (root / package).rglob("*.py")]
    return {path.relative_to(root).as_posix() for path in files if wanted(path.read_text(encoding="utf-8"))}


def test_a_process_is_started_only_where_one_is_needed(root: Path) -> None:
    assert found(root, starts_process) == set(PROCESSES)


def test_nothing_calls_our_own_command_line(root: Path) -> None:
    assert found(root, names_command_line) == set()


@pytest.mark.parametrize(
    "code",
    [
        "import subprocess",
        "def f():\n    import multiprocessing.pool",
        "from subprocess import run",
        "from multiprocessing import get_context",
        "from concurrent.futures import ProcessPoolExecutor, wait",
    ],
)
def test_a_started_process_is_seen(code: str) -> None:
    assert starts_process(code)


@pytest.mark.parametrize(
    "code",
    [
        "from dashboard.commands.cli import main",
        "from dashboard.commands import cli",
        "def f():\n    import dashboard.commands.cli as command",
        'command = ["python", "-m", "dashboard.commands.cli", "audit"]',
        'command = f"{python} -m dashboard.commands.cli findings"',
    ],
)
def test_our_command_line_is_seen(code: str) -> None:
    assert names_command_line(code)


def test_threads_and_what_documents_say_are_no_process() -> None:
    code = '"""Run by dashboard.commands.cli, a subprocess."""\nfrom concurrent.futures import ThreadPoolExecutor'
    assert not starts_process(code)
    assert not names_command_line(code)
