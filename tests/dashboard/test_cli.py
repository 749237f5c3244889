"""The console script: exit codes, JSON on stdout, reasons on stderr."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest

from dashboard.cli import main
from dashboard.commands.findings import COLUMNS

TABLE = "model,evaluation,rate,n_questions\n" + "".join(
    f"facebook/opt-{size},TruthfulQA,{rate},817\n"
    for size, rate in (("125m", 0.43), ("350m", 0.41), ("1.3b", 0.39), ("2.7b", 0.37), ("6.7b", 0.35))
)


@pytest.fixture
def results(tmp_path: Path) -> Path:
    (tmp_path / "table.csv").write_text(TABLE)
    return tmp_path / "results"


def run_import(results: Path, *more: str) -> int:
    return main(["import", str(results.parent / "table.csv"), "--into", "mine", "--results", str(results), *more])


def test_import_then_findings(results: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run_import(results, "--json") == 0
    report = json.loads(capsys.readouterr().out)
    assert (report["set"], report["read"], report["kept"], report["rejected"]) == ("mine", 5, 5, 0)
    assert report["files"][0]["format"] == "table"
    assert main(["findings", "--json", "--results", str(results)]) == 0
    (row,) = json.loads(capsys.readouterr().out)
    assert tuple(row) == COLUMNS
    assert (row["behavior"], row["family"], row["axis"], row["n_points"]) == ("truthfulqa-mc2", "OPT", "size", 5)
    assert row["change"] < 0


def test_findings_as_csv_and_text(results: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run_import(results)
    capsys.readouterr()
    assert main(["findings", "--csv", "--set", "mine", "--axis", "size", "--results", str(results)]) == 0
    rows = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    assert [row["family"] for row in rows] == ["OPT"]
    assert main(["findings", "--axis", "rlhf", "--results", str(results)]) == 0
    assert capsys.readouterr().out == ""


def test_nothing_usable_is_exit_code_1_with_the_reason(results: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (results.parent / "table.csv").write_text("date,weather\n2026-01-01,rain\n")
    assert run_import(results, "--json") == 1
    captured = capsys.readouterr()
    assert json.loads(captured.out)["kept"] == 0
    first, second = captured.err.splitlines()[:2]
    assert first == "scalewatch: nothing usable in these files; the set is as it was"
    assert "not recognised as lm-evaluation-harness or table" in second


def test_no_results_says_what_to_do(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["findings", "--results", str(tmp_path / "none")]) == 1
    assert "scalewatch import PATH --into SET" in capsys.readouterr().err


def test_an_unknown_set_offers_the_closest(results: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run_import(results)
    assert main(["findings", "--set", "mien", "--results", str(results)]) == 1
    assert "Did you mean mine?" in capsys.readouterr().err


@pytest.mark.parametrize("argv", [[], ["frobnicate"], ["import", "x"], ["findings", "--json", "--csv"]])
def test_bad_usage_is_exit_code_2(argv: list[str]) -> None:
    with pytest.raises(SystemExit) as stop:
        main(argv)
    assert stop.value.code == 2
