"""scalewatch controls: arguments, exit codes, one JSON document; the build itself is tested with its cells."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

import loaders.controls.design as design_module
from dashboard.commands.cli import main
from loaders.controls.design import Design, read_design, read_truth


def tiny() -> Design:
    design = read_design(quick=True)
    sizes = (replace(design.sizes[0], negative_seeds=0, rlhf_seeds=0),)
    return replace(design, questions=20, pretraining_steps=4, sizes=sizes)


@pytest.fixture
def built(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Arguments of a build of one small model, in this process."""
    monkeypatch.setattr(design_module, "read_design", lambda quick: tiny())
    monkeypatch.setattr("loaders.controls.build.ProcessPoolExecutor", InThisProcess)
    folders = ["--models", str(tmp_path / "models"), "--results", str(tmp_path / "results")]
    return ["controls", "build", "--quick", "--into", "controls", *folders]


class InThisProcess:
    """Stands in for the pool of workers."""

    def __init__(self, *_: object, initializer: object) -> None: ...

    def __enter__(self) -> InThisProcess:
        return self

    def __exit__(self, *_: object) -> None: ...

    def submit(self, function, *args):  # type: ignore[no-untyped-def]
        from concurrent.futures import Future

        future: Future[float] = Future()
        try:
            future.set_result(function(*args))
        except OSError as error:
            future.set_exception(error)
        return future


def test_a_build_is_stored_and_a_second_one_changes_nothing(
    built: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([*built, "--json"]) == 0
    done = json.loads(capsys.readouterr().out)
    assert (done["set"], done["cells_done"], done["cells_found"], done["changed"]) == ("controls", 1, 0, True)
    assert (tmp_path / "models" / "control-positive-w004-s0" / "control-positive-w004-s0" / "config.json").is_file()
    assert main(built) == 0
    out = capsys.readouterr().out
    assert "0 cells done" in out
    assert "nothing changed" in out


def test_verdicts_beside_the_truth(built: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(built)
    capsys.readouterr()
    assert main(["controls", "verdicts", "--json", "--results", str(tmp_path / "results")]) == 0
    rows = json.loads(capsys.readouterr().out)
    assert {row["outcome"] for row in rows} == {"not tested"}  # one size
    assert {row["behavior"] for row in rows} <= {name for plant in read_truth() for name in plant.behaviors}
    assert main(["controls", "verdicts", "--results", str(tmp_path / "results")]) == 0
    assert capsys.readouterr().out.count("control-sycophancy-tastes") == 1


def test_bad_usage_and_a_bad_width(built: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stop:
        main(["controls", "build"])
    assert stop.value.code == 2
    assert main([*built, "--larger", "100"]) == 1
    assert "Width 100 cannot be added" in capsys.readouterr().err


def test_a_failing_cell_is_named(
    built: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fails(*_: object) -> float:
        raise OSError("no space left")

    monkeypatch.setattr("loaders.controls.cells.do_cell", fails)
    assert main(built) == 1
    assert "control-positive-w004-s0 failed (OSError: no space left)" in capsys.readouterr().err


@pytest.mark.slow
def test_the_quick_build_from_end_to_end(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    results = ["--results", str(tmp_path / "results")]
    models = tmp_path / "models"
    assert (
        main(["controls", "build", "--quick", "--into", "controls", "--models", str(models), *results, "--json"]) == 0
    )
    assert json.loads(capsys.readouterr().out)["cells_done"] == 16
    assert main(["findings", "--set", "controls", "--json", *results]) == 0
    rows = json.loads(capsys.readouterr().out)
    assert {row["axis"] for row in rows} == {"size", "rlhf"}
    assert all(row["n_points"] >= 4 for row in rows if row["family"].startswith("Control"))
    main(["controls", "verdicts", "--json", *results])
    outcomes = [row["outcome"] for row in json.loads(capsys.readouterr().out)]
    assert "wrong sign" not in outcomes
    assert outcomes.count("agrees") > len(outcomes) / 2
    training = pd.read_csv(models / "training.csv")
    after = training[(training["arm"] == "biased") & (training["step"] == 400)]
    assert (after["kl"] > 0).all()
    assert (after["allowed_share"] > 0.9).all()
    assert main(["run", str(models / "sweep-positive.yaml"), "--limit", "5", *results]) == 0
