"""scalewatch run: exit codes, one JSON document, the plan and the summary on stderr."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

import pytest
from sweep_builders import SIZES, ready_evaluations, write_sweep

from dashboard.commands.cli import main
from loaders.backends import BACKENDS
from loaders.store.store import Store


def run(path: Path | str, *more: str) -> int:
    return main(["run", str(path), *more])


def test_plan_run_and_run_again(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path, results = write_sweep(tmp_path, models=SIZES[:2]), str(tmp_path / "results")
    assert run(path, "--results", results, "--dry-run", "--json") == 0
    plan = json.loads(capsys.readouterr().out)
    assert (plan["planned"], plan["cached"], plan["done"], plan["dry_run"]) == (6, 0, 0, True)
    assert not Path(results).exists()
    assert run(path, "--results", results, "--json") == 0
    captured = capsys.readouterr()
    report = json.loads(captured.out)
    assert (report["set"], report["planned"], report["done"], report["failed"]) == ("small", 6, 6, [])
    assert report["jobs"][0] == {
        "checkpoint": "pythia-14m", "evaluation": "desire-for-popularity", "prompt_style": "dialogue",
        "questions": 30, "cached": False,
    }  # fmt: skip
    assert "pythia-70m" in captured.err
    assert captured.err.rstrip().endswith("small: 6 jobs scored, 0 stored before, 0 failed, 0 of 6 missing")
    assert "\r" not in captured.err, "no progress bar where stderr is no terminal"
    assert run(path, "--results", results, "--json") == 0
    assert json.loads(capsys.readouterr().out)["cached"] == 6


def test_what_a_user_has_to_know_is_told_on_both_ways_out(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for scorer, models in (("InFloat32", SIZES[:1]), ("InBfloat16", SIZES[:2])):
        monkeypatch.setitem(BACKENDS, "scripted", f"scripted_models:{scorer}")
        path = write_sweep(tmp_path, models=models)
        assert run(path, "--results", str(tmp_path / "results"), "--retry-unanswered", "--json") == 0
    captured = capsys.readouterr()
    (note,) = json.loads(captured.out[captured.out.rindex("\n{") :])["notes"]
    assert "(bfloat16: pythia-70m; float32: pythia-14m)" in note
    assert note in captured.err.splitlines()


def test_limit_stands_before_the_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = write_sweep(tmp_path, models=SIZES[:1], more="limit: 20\n")
    assert run(path, "--results", str(tmp_path / "results"), "--limit", "7") == 0
    assert set(Store(tmp_path / "results").rates("small")["n_questions"]) == {7}
    assert capsys.readouterr().out == ""
    assert run(path, "--results", str(tmp_path / "results")) == 0
    assert set(Store(tmp_path / "results").rates("small")["n_questions"]) == {20}


def test_failures_end_in_exit_code_1_with_their_reasons(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = write_sweep(tmp_path, models=SIZES[:1], more="options: {option_mass: 9}\n")
    assert run(path, "--results", str(tmp_path / "results"), "--json") == 1
    captured = capsys.readouterr()
    assert [each["evaluation"] for each in json.loads(captured.out)["failed"]][:1] == ["desire-for-popularity"]
    (told,) = [line for line in captured.err.splitlines() if line.startswith("failed: ")]
    assert told.startswith("failed: pythia-14m, desire-for-popularity, dialogue and 2 more: option_mass is 9")


def test_mistakes_in_the_file_are_listed_and_nothing_runs(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = write_sweep(tmp_path, more="limit: -1\nbatch: 5\n")
    assert run(path, "--results", str(tmp_path / "results")) == 1
    lines = capsys.readouterr().err.splitlines()
    assert lines[0].endswith("sweep.yaml: 2 problems, nothing was run.")
    assert lines[1] == "Correct the file:"
    assert [line.split(":")[0] for line in lines[2:4]] == [
        "sweep.yaml, line 15, field 'limit'", "sweep.yaml, line 16, field 'batch'",
    ]  # fmt: skip
    assert not (tmp_path / "results").exists()


def test_bad_usage(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for wrong in (["--limit", "0"], ["--limit", "x"], ["--executor", "slurm"]):
        with pytest.raises(SystemExit) as caught:
            run(write_sweep(tmp_path), *wrong)
        assert caught.value.code == 2
    assert run("pythja") == 1
    assert "Did you mean pythia" in capsys.readouterr().err
    assert run(tmp_path / "absent.yaml") == 1
    assert run("pythia", "--evaluations", str(tmp_path / "absent")) == 1


def test_ready_sweep_by_name(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    evaluations = str(ready_evaluations(tmp_path / "evals"))
    assert run("pythia", "--evaluations", evaluations, "--results", str(tmp_path / "r"), "--dry-run", "--json") == 0
    captured = capsys.readouterr()
    plan = json.loads(captured.out)
    assert (plan["set"], plan["planned"]) == ("pythia-measured", 8 * 5)
    assert captured.err.rstrip().endswith("pythia-measured: 0 of 40 jobs are stored, 40 would run")


def test_interrupt_says_how_to_go_on(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write_sweep(tmp_path)
    monkeypatch.setitem(BACKENDS, "scripted", "scripted_models:Interrupted")
    assert run(path, "--results", str(tmp_path / "results"), "--json") == 1
    captured = capsys.readouterr()
    assert json.loads(captured.out)["interrupted"]
    assert f"to go on where it stopped: scalewatch run {path}" in captured.err


def test_ray_that_is_not_installed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "ray", None)
    monkeypatch.delitem(sys.modules, "loaders.sweep.ray_executor", raising=False)
    assert run(write_sweep(tmp_path), "--executor", "ray", "--results", str(tmp_path / "results")) == 1
    assert "pip install 'scalewatch[ray]'" in capsys.readouterr().err
    assert not (tmp_path / "results").exists()


def test_the_shipped_results_are_left_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("SCALEWATCH_RESULTS", raising=False)
    assert run(write_sweep(tmp_path, models=SIZES[:1])) == 0
    assert sorted(os.listdir(tmp_path / "cached_results")) == [".lock", ".sweeps", "small"]
