"""Errors carry reason and remedy apart, everywhere, and survive the trip between processes."""

from __future__ import annotations

import ast
import copy
import pickle
import re
from pathlib import Path

import pytest
from places import ROOT

from analysis.errors import ScalewatchError, TableError, UnknownNameError, did_you_mean
from loaders.backends.openai_compatible.connection import UnansweredError
from loaders.sweep.yaml_lines import SweepFileError, SweepProblem

GLUED = re.compile(r"\.\s+(?=[A-Z])")
"""Where a second sentence begins."""

SWEEP_FILE_ERROR = SweepFileError(Path("a/s.yaml"), [SweepProblem(2, "field 'into'", "is missing. Add it")])


def test_an_error_has_a_reason_and_a_remedy_and_reads_as_both() -> None:
    error = ScalewatchError("No disk.", "Buy one.")
    assert (error.reason, error.remedy, str(error)) == ("No disk.", "Buy one.", "No disk. Buy one.")
    alone = ScalewatchError("stopped")
    assert (alone.reason, alone.remedy, str(alone)) == ("stopped", "", "stopped")


@pytest.mark.parametrize(
    ("error", "reason", "remedy"),
    [
        (
            TableError.missing_column("rate", ["rates", "n"], "RATES"),
            "No column 'rate' in RATES.",
            "Did you mean 'rates'? Columns seen: rates, n. Rename or add the column 'rate'.",
        ),
        (
            TableError.missing_column("rate", [], "RATES"),
            "No column 'rate' in RATES.",
            "Columns seen: none. Rename or add the column 'rate'.",
        ),
        (
            TableError.bad_value("n", 3, -1, "above 0", "RATES", "Correct it."),
            "Column 'n' in RATES, row 3: -1 is not above 0.",
            "Correct it.",
        ),
        (UnknownNameError.of("set", "mien", ["mine", "mien2"]), "No set 'mien'.", "Did you mean mien2 or mine?"),
        (UnknownNameError.of("set", "x", ["mine"], "Make it."), "No set 'x'.", "Known: mine. Make it."),
        (UnknownNameError.of("set", "x", ["mine"]), "No set 'x'.", "Known: mine."),
        (
            SWEEP_FILE_ERROR,
            "a/s.yaml: 1 problem, nothing was run.",
            "Correct the file:\ns.yaml, line 2, field 'into': is missing. Add it",
        ),
    ],
)
def test_what_is_wrong_and_what_to_do_are_told_apart(error: ScalewatchError, reason: str, remedy: str) -> None:
    assert (error.reason, error.remedy) == (reason, remedy)


def test_a_hint_names_the_closest_names_or_nothing() -> None:
    assert did_you_mean("rate", ["rates", "n"]) == "Did you mean 'rates'? "
    assert did_you_mean("mien", ["mine", "mien2"], most=3, quote="") == "Did you mean mien2 or mine? "
    assert did_you_mean("rate", ["n", "k"]) == ""


@pytest.mark.parametrize("again", [lambda error: pickle.loads(pickle.dumps(error)), copy.copy, copy.deepcopy])
@pytest.mark.parametrize(
    ("error", "fields"),
    [
        (ScalewatchError("No disk.", "Buy one."), {}),
        (ScalewatchError("stopped"), {}),
        (TableError.bad_value("n", 3, -1, "above 0", "RATES", "Correct it."), {}),
        (UnansweredError("no answer", 500), {"status": 500}),
        (SWEEP_FILE_ERROR, {"problems": [SweepProblem(2, "field 'into'", "is missing. Add it")]}),
    ],
)
def test_a_copy_says_the_same(again, error: ScalewatchError, fields: dict[str, object]) -> None:
    copied = again(error)
    assert type(copied) is type(error)
    assert (copied.reason, copied.remedy, str(copied)) == (error.reason, error.remedy, str(error))
    assert {name: getattr(copied, name) for name in fields} == fields


def test_nobody_glues_a_remedy_to_a_reason() -> None:
    trees = {
        str(path.relative_to(ROOT)): ast.parse(path.read_text())
        for package in ("analysis", "loaders", "dashboard")
        for path in sorted((ROOT / package).rglob("*.py"))
    }
    kinds = error_classes(trees.values())
    assert {"ScalewatchError", "TableError", "StoreError", "UnansweredError"} <= kinds
    glued = [f"{path}:{line}: {text}" for path, tree in trees.items() for line, text in glued_texts(tree, kinds)]
    assert glued == []


@pytest.mark.parametrize(
    ("call", "is_glued"),
    [
        ("TableError('No rows. Give some.')", True),
        ("TableError('No rows.' ' Give some.')", True),
        ("TableError(f'{path}: no rows. {REMEDY}')", True),
        ("TableError.of(f'No rows in {path}.\\nGive some.')", True),
        ("TableError('No rows.', 'Give some. Or none.')", False),
        ("TableError('level is 2; it must be below 1, e.g. 0.9.')", False),
        ("ValueError('No rows. Give some.')", False),
    ],
)
def test_a_glued_remedy_is_seen(call: str, is_glued: bool) -> None:
    assert bool(glued_texts(ast.parse(call), {"TableError"})) == is_glued


def test_a_glued_remedy_is_seen_in_the_constructors_of_an_error() -> None:
    source = "class E(TableError):\n @classmethod\n def of(cls, a):\n  return cls(f'No {a}. Add it.')"
    assert glued_texts(ast.parse(source), {"TableError", "E"}) == [(4, "No X. Add it.")]


def error_classes(trees) -> set[str]:
    """ScalewatchError and all that inherit from it, by name."""
    bases = {
        node.name: {base.id for base in node.bases if isinstance(base, ast.Name)}
        for tree in trees
        for node in tree.body
        if isinstance(node, ast.ClassDef)
    }
    kinds = {"ScalewatchError"}
    while more := {name for name, above in bases.items() if above & kinds} - kinds:
        kinds |= more
    return kinds


def glued_texts(tree: ast.Module, kinds: set[str]) -> list[tuple[int, str]]:
    """(line, text) of each error made of one text with two sentences; X stands for what is filled in."""
    has_kinds = any(isinstance(node, ast.ClassDef) and node.name in kinds for node in tree.body)
    makers = kinds | {"cls"} if has_kinds else kinds
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and len(node.args) == 1 and maker_of(node.func) in makers:
            text = text_of(node.args[0])
            if GLUED.search(text):
                found.append((node.lineno, text))
    return found


def maker_of(function: ast.expr) -> str:
    """The class that is called, itself or one of its constructors."""
    owner = function.value if isinstance(function, ast.Attribute) else function
    return owner.id if isinstance(owner, ast.Name) else ""


def text_of(node: ast.expr) -> str:
    """What a text or an f-string says; nothing for any other expression."""
    if isinstance(node, ast.JoinedStr):
        return "".join(text_of(part) or "X" for part in node.values)
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""
