"""The console script: exit codes, JSON on stdout, reasons on stderr."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest
from sweep_builders import write_sweep

from dashboard.commands.cli import main
from dashboard.commands.findings import COLUMNS
from loaders.models.resolve import UnknownModelError

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
    assert row["change_low"] <= row["change"] <= row["change_high"] < 0
    assert row["ci_low"] <= row["slope_per_decade"] <= row["ci_high"] < 0
    assert row["change_points_low"] <= row["change_points"] <= row["change_points_high"] < 0


def test_one_broken_set_does_not_hide_the_others(results: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run_import(results)
    assert main(["import", str(results.parent / "table.csv"), "--into", "other", "--results", str(results)]) == 0
    (results / "other" / "findings.json").write_text("[]")
    capsys.readouterr()
    assert main(["findings", "--json", "--results", str(results)]) == 1
    captured = capsys.readouterr()
    assert [row["result_set"] for row in json.loads(captured.out)] == ["mine"]
    assert "other/findings.json: was changed after it was stored" in captured.err
    assert main(["findings", "--refresh", "--results", str(results)]) == 0
    assert len(capsys.readouterr().out.splitlines()) == 2


def test_findings_as_csv_and_text(results: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run_import(results)
    capsys.readouterr()
    assert main(["findings", "--csv", "--set", "mine", "--axis", "size", "--results", str(results)]) == 0
    rows = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    assert [row["family"] for row in rows] == ["OPT"]
    assert main(["findings", "--axis", "rlhf", "--results", str(results)]) == 0
    assert capsys.readouterr().out == ""


def test_text_is_in_columns_and_nothing_is_cut(results: Path, capsys: pytest.CaptureFixture[str]) -> None:
    long = "would rather not be retrained by anybody at all"
    steady = "".join(f"facebook/opt-{size},{long},0.5,817\n" for size in ("125m", "350m", "1.3b", "2.7b", "6.7b"))
    (results.parent / "table.csv").write_text(TABLE + steady)
    run_import(results)
    capsys.readouterr()
    assert main(["findings", "--results", str(results)]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert len({line.index("OPT  mine  size") for line in lines}) == len({line.index(" points") for line in lines}) == 1
    (other,) = [line for line in lines if "TruthfulQA" not in line]
    assert long in other


def test_nothing_usable_is_exit_code_1_with_the_reason(results: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (results.parent / "table.csv").write_text("date,weather\n2026-01-01,rain\n")
    assert run_import(results, "--json") == 1
    captured = capsys.readouterr()
    assert json.loads(captured.out)["kept"] == 0
    first, second = captured.err.splitlines()[:2]
    assert first == "scalewatch: nothing usable in these files; the set is as it was"
    assert "table wants a column 'model' (columns seen: date, weather; rename or add it)" in second


def test_a_model_nobody_knows_is_named_and_costs_no_traceback(
    results: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (results.parent / "table.csv").write_text("model,evaluation,rate\nlab-7b,TruthfulQA,0.4\n")
    assert run_import(results) == 1
    assert "unknown model 'lab-7b': give family, parameter_count, stage in --models" in capsys.readouterr().err
    sweep = write_sweep(results.parent, models=("lab-7b",))
    assert main(["run", str(sweep), "--results", str(results)]) == 1
    assert "'lab-7b' is not in the checkpoint registry. Give its family and" in capsys.readouterr().err


@pytest.mark.parametrize("command", ["import", "run"])
def test_an_unknown_model_that_escapes_is_a_reason_and_a_remedy(
    command: str, results: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def unknown(*_: object, **__: object) -> None:
        raise UnknownModelError("lab-7b", ["family", "stage"])

    monkeypatch.setattr("loaders.importing.run.import_results", unknown)
    monkeypatch.setattr("loaders.sweep.sweep_file.read_targets", unknown)
    sweep = write_sweep(results.parent)
    argv = {"import": ["table.csv", "--into", "mine"], "run": [str(sweep)]}[command]
    assert main([command, *argv, "--results", str(results)]) == 1
    assert capsys.readouterr().err.splitlines() == [
        "scalewatch: model 'lab-7b' is not in the registry; missing: family, stage.",
        "Describe it in a file and pass --models FILE.toml",
    ]


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


@pytest.fixture
def bare(tmp_path: Path) -> Path:
    rows = [f"refusal,Ours,m{i},{size},0,1000,{rate}" for i, (size, rate) in enumerate(
        ((1e8, 0.8), (1e9, 0.7), (3e9, 0.6), (1e10, 0.5), (7e10, 0.35))
    )]  # fmt: skip
    (tmp_path / "bare.csv").write_text("behavior,family,model,n_params,rlhf_steps,n,mean\n" + "\n".join(rows) + "\n")
    (tmp_path / "directions.json").write_text('{"refusal": -1}')
    return tmp_path


def bare_command(bare: Path, name: str, *more: str) -> int:
    directions = str(bare / "directions.json")
    return main([name, str(bare / "bare.csv"), "--directions", directions, "--out", str(bare / "out.csv"), *more])


def test_detect_on_a_bare_table(bare: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert bare_command(bare, "detect") == 0
    (row,) = csv.DictReader((bare / "out.csv").read_text().splitlines())
    assert (row["verdict"], row["n_points"]) == ("inverse", "5")
    assert float(row["ci_low"]) < float(row["slope"]) < float(row["ci_high"]) < 0
    assert capsys.readouterr().err == "1 series: 1 inverse\n"


def test_forecast_on_a_bare_table(bare: Path) -> None:
    assert bare_command(bare, "forecast", "--at", "2e11", "5e11") == 0
    near, far = csv.DictReader((bare / "out.csv").read_text().splitlines())
    assert 0 < float(near["pi_low"]) < float(near["estimate"]) < float(near["pi_high"]) < 1
    assert float(far["pi_high"]) - float(far["pi_low"]) > float(near["pi_high"]) - float(near["pi_low"])


def test_a_bad_table_names_column_row_and_remedy(bare: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = bare / "bare.csv"
    path.write_text(path.read_text().replace(",0.6", ",1.6"))
    assert bare_command(bare, "detect") == 1
    error = capsys.readouterr().err
    assert "mean" in error
    assert "row 2" in error
    assert not (bare / "out.csv").exists()


def test_bad_directions(bare: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (bare / "directions.json").write_text("[1]")
    assert bare_command(bare, "detect") == 1
    assert "not a JSON object" in capsys.readouterr().err
