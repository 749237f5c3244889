"""scalewatch check, diff and set: exit codes, one JSON document, reasons on stderr."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from rate_builders import sweep

from dashboard.commands.cli import main
from loaders.store.source_sheet import SourceSheet
from loaders.store.store import Store

RISING = (0.45, 0.5, 0.55, 0.6, 0.65, 0.7)
SHEET = SourceSheet(source="made for a test", licence="none", origin="published")
CHANGE = {
    "kind", "behavior", "title", "evaluation", "family", "series", "axis", "prompt_style", "metric", "before", "after",
    "q_before", "q_after", "n_tests_before", "n_tests_after", "why", "detail", "moved",
}  # fmt: skip


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("built")
    rates = sweep(RISING)
    rates.loc[0, "n_questions"] = 20
    for rows in (rates, rates.head(5)):
        Store(folder).write_set("a", rates=rows, answers=None, sheet=SHEET, files={})
    return folder


@pytest.fixture
def results(built: Path, tmp_path: Path) -> Path:
    shutil.copytree(built / "a", tmp_path / "a")
    return tmp_path


def test_check_is_0_where_there_are_health_notes_only(results: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "--json", "--results", str(results)]) == 0
    report = json.loads(capsys.readouterr().out)
    assert set(report) == {"results", "shipped", "state", "damaged", "sets", "damage", "health", "notices"}
    assert [(note["set"], note["kind"], note["checkpoint"]) for note in report["health"]] == [
        ("a", "thin", "Pythia-7e+07")
    ]
    assert report["sets"][0] | {"n_rates": 5, "recomputed": False, "n_damage": 0, "n_health": 1} == report["sets"][0]
    assert main(["check", "--results", str(results)]) == 0
    assert "a: 1 x thin" in capsys.readouterr().out


def test_check_is_1_where_anything_is_damaged(results: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (results / "a" / "rates.csv").write_text("else")
    assert main(["check", "--json", "--set", "a", "--results", str(results)]) == 1
    shown = capsys.readouterr()
    (damage,) = json.loads(shown.out)["damage"]
    assert (damage["set"], damage["file"]) == ("a", "rates.csv")
    assert "1 damaged in a: a/rates.csv: was changed after it was stored" in shown.err.splitlines()[0]
    assert shown.err.splitlines()[1] == damage["remedy"]


def test_diff_since_the_state_before(results: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["diff", "a", "--json", "--results", str(results)]) == 0
    (found,) = json.loads(capsys.readouterr().out)
    assert set(found) == {"before", "after", "method_before", "method_after", "changes"}
    assert all(set(change) == CHANGE for change in found["changes"])
    assert main(["diff", "a", "a", "--results", str(results)]) == 0
    assert capsys.readouterr().out == "a → a: no verdict changed\n"
    assert main(["diff", "nothing", "--results", str(results)]) == 1


def test_a_change_is_a_line(results: Path, capsys: pytest.CaptureFixture[str]) -> None:
    Store(results).write_set("b", rates=sweep(RISING[::-1]), answers=None, sheet=SHEET, files={})
    assert main(["diff", "a", "b", "--results", str(results)]) == 0
    line = capsys.readouterr().out.splitlines()[1]
    assert line.startswith("turned ")
    assert "→ positive" in line
    assert "[data: new Pythia-1.2e+10; changed Pythia-1.6e+08, " in line


def test_set_commands_say_what_they_did(results: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = ["--results", str(results)]
    assert main(["set", "rename", "a", "b", *folder]) == 0
    out = capsys.readouterr().out
    assert out == f"renamed a to b\nTake it back before the next write: scalewatch set undo --results {results}\n"
    assert main(["set", *folder, "undo"]) == 0
    assert capsys.readouterr().out == "undone: rename a to b\n"
    assert main(["set", "undo", *folder]) == 1
    assert capsys.readouterr().err.startswith("scalewatch: Nothing to undo")
    other = sweep(RISING, evaluation="truthfulqa_mc2", behavior="truthfulqa-mc2")
    Store(results).write_set("b", rates=other, answers=None, sheet=SHEET, files={})
    assert main(["set", "merge", "a", "b", "--into", "c", *folder]) == 0
    assert capsys.readouterr().out.startswith("merged a, b into c: 11 rates, 0 answers\n")
    assert main(["set", "remove", "c", *folder, "--no-shipped"]) == 0
    assert Store(results).own_sets() == ["a", "b"]
    with pytest.raises(SystemExit) as bad:
        main(["set", "merge", "a", "b", *folder])
    assert bad.value.code == 2
