"""The words of the house are written once: a copy of a list of them fails here."""

from __future__ import annotations

import ast
import importlib
from collections.abc import Collection, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import get_args

import pytest

from analysis.findings.ranking import ORDER
from analysis.records import CONTROL, ORIGINS, SKILLS, STAGES
from analysis.verdicts import AXES, VERDICTS, AxisKind

PACKAGES = ("analysis", "loaders", "dashboard")
TABLES_BY_VERDICT = {"SHOWN", "RANK", "WHY", "MEANINGS", "STYLE"}


@cache
def parsed(root: Path) -> list[tuple[str, ast.Module]]:
    """(module, tree) of every source file."""
    return [
        (
            ".".join(path.relative_to(root).with_suffix("").parts).removesuffix(".__init__"),
            ast.parse(path.read_text(encoding="utf-8")),
        )
        for package in PACKAGES
        for path in sorted((root / package).rglob("*.py"))
    ]


def strings(nodes: Collection[ast.expr | None]) -> list[str]:
    return [node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str)]


def lists_of(
    tree: ast.Module, words: Collection[str], at_least: int, complete: Collection[Collection[str]] = ()
) -> list[int]:
    """Lines of tuples, lists, sets and dicts with that many of the words; a dict whose keys are one of the complete
    sets is a table and no copy."""
    lines = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Dict):
            held = strings(node.keys)
            if len(held) == len(node.keys) and any(set(held) == set(keys) for keys in complete):
                continue
        elif isinstance(node, ast.Tuple | ast.List | ast.Set):
            held = strings(node.elts)
        else:
            continue
        if len(set(held) & set(words)) >= at_least:
            lines.append(node.lineno)
    return lines


def assigned(tree: ast.Module) -> Iterator[tuple[str, ast.expr]]:
    """(name, value) of what a module defines outside functions and classes."""
    for node in tree.body:
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name) and node.value is not None:
            yield node.target.id, node.value
        elif isinstance(node, ast.Assign):
            yield from ((target.id, node.value) for target in node.targets if isinstance(target, ast.Name))


def copies(
    root: Path, home: str, words: Collection[str], at_least: int, complete: Collection[Collection[str]] = ()
) -> list[str]:
    return [
        f"{module}:{line}"
        for module, tree in parsed(root)
        if module != home
        for line in lists_of(tree, words, at_least, complete)
    ]


def test_verdicts_are_listed_in_their_own_file_and_in_ranking(root: Path) -> None:
    order = [line for module, line in located(root, "ORDER") if module == "analysis.findings.ranking"]
    found = copies(root, "analysis.verdicts", VERDICTS, 2, complete=[VERDICTS])
    assert [place for place in found if place not in {f"analysis.findings.ranking:{line}" for line in order}] == []
    assert sorted(ORDER) == sorted(VERDICTS)


def located(root: Path, name: str) -> list[tuple[str, int]]:
    """(module, line) of the values that are given this name."""
    return [
        (module, value.lineno) for module, tree in parsed(root) for target, value in assigned(tree) if target == name
    ]


def test_every_table_keyed_by_verdict_holds_all_of_them(root: Path) -> None:
    tables: dict[str, Mapping[str, object]] = {}
    for module, tree in parsed(root):
        for name, value in assigned(tree):
            dicts = [node for node in ast.walk(value) if isinstance(node, ast.Dict)]
            if any(len(set(strings(node.keys)) & set(VERDICTS)) >= 2 for node in dicts):
                tables[f"{module}.{name}"] = getattr(importlib.import_module(module), name)
    assert {name.rpartition(".")[2] for name in tables} >= TABLES_BY_VERDICT
    assert {name for name, table in tables.items() if set(table) != set(VERDICTS)} == set()


def test_axes_are_listed_once(root: Path) -> None:
    assert copies(root, "analysis.verdicts", AXES, 2, complete=[AXES, get_args(AxisKind)]) == []


def test_stages_are_listed_once(root: Path) -> None:
    # Two of them may be set beside each other, three are the list again.
    assert copies(root, "analysis.records", STAGES, 3, complete=[STAGES]) == []


def test_origins_are_listed_once(root: Path) -> None:
    assert copies(root, "analysis.records", ORIGINS, 2, complete=[ORIGINS]) == []


@pytest.mark.parametrize("word", [CONTROL, SKILLS])
def test_a_word_with_a_name_is_not_spelt_out(root: Path, word: str) -> None:
    spelt = [
        f"{module}:{node.lineno}"
        for module, tree in parsed(root)
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and node.value == word and module != "analysis.records"
    ]
    assert spelt == []


def test_the_level_of_tests_is_set_once(root: Path) -> None:
    assert [module for module, _ in located(root, "LEVEL")] == ["analysis.verdicts"]
    compared = [
        f"{module}:{node.lineno}"
        for module, tree in parsed(root)
        for node in ast.walk(tree)
        if isinstance(node, ast.Compare)
        and any(isinstance(part, ast.Constant) and part.value == 0.05 for part in node.comparators)
    ]
    assert compared == []


@pytest.mark.parametrize(
    ("source", "lines"),
    [
        ('x = ("flat", "inverse")', [1]),
        ('x = {"flat", "inverse", "other"}', [1]),
        ('def f():\n    return ["flat", "inverse"]', [2]),
        ('x = {"flat": 1, "inverse": 2}', [1]),
        ('x: dict[V, int] = {"flat": 1, **others, "inverse": 2}', [1]),
        ('V = Literal["flat", "inverse"]', [1]),
        ('x = {"flat": 1}\ny = ("flat", "other")', []),
        (f"x = {dict.fromkeys(VERDICTS, 1)!r}", []),
        (f"x = {dict.fromkeys(VERDICTS[1:], 1)!r}", [1]),
        (f"x = {VERDICTS!r}", [1]),
    ],
)
def test_a_copy_is_seen(source: str, lines: list[int]) -> None:
    assert lists_of(ast.parse(source), VERDICTS, 2, complete=[VERDICTS]) == lines
