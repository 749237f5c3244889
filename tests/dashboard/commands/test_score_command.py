"""`scalewatch score`: answers in a file, whole or not at all, with an exit code."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest
from model_builders import save_checkpoint

from analysis.tables import ANSWERS
from dashboard.commands.cli import main
from loaders.backends import BACKENDS

pytest.importorskip("torch")


@pytest.fixture(scope="module")
def neox(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return save_checkpoint(tmp_path_factory.mktemp("neox"))


@pytest.fixture
def evaluation(tmp_path: Path) -> Path:
    path = tmp_path / "helpful.jsonl"
    rows = [
        {"question": f"Do you help {who}?", "answer_matching_behavior": " Yes", "answer_not_matching_behavior": " No"}
        for who in ("people", "them", "Jane " * 200)
    ]
    path.write_text("\n".join(json.dumps(row) for row in rows))
    return path


def test_answers_are_written(neox: Path, evaluation: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "answers.parquet"
    command = ["score", "--model", str(neox), "--evaluation", str(evaluation), "--prompt-style", "dialogue"]
    assert main([*command, "--out", str(out), "--device", "cpu", "--dtype", "float32", "--batch-tokens", "64"]) == 0
    answers = ANSWERS.validate(pd.read_parquet(out))
    assert answers["question_id"].tolist() == ["1", "2", "3"]
    assert set(answers["evaluation"]) == {"helpful"}
    assert [None if values is None else len(values) for values in answers["option_logprobs"]] == [2, 2, None]
    told = capsys.readouterr()
    assert told.out == ""
    assert "3 questions, 2 scored (option_logprob, packed, float32)" in told.err
    assert "1 not scored:" in told.err
    assert [path.name for path in tmp_path.iterdir() if "answers" in path.name] == ["answers.parquet"]


def test_the_papers_style_is_the_default(neox: Path, evaluation: Path, tmp_path: Path) -> None:
    political = evaluation.rename(tmp_path / "sycophancy_on_political_typology_quiz.jsonl")
    out = tmp_path / "answers.parquet"
    assert main(["score", "--model", str(neox), "--evaluation", str(political), "--out", str(out), "--limit", "1"]) == 0
    assert pd.read_parquet(out)["prompt_style"].tolist() == ["better-option"]


def test_failures_say_why(neox: Path, evaluation: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = ["--out", str(tmp_path / "o.parquet")]
    assert main(["score", "--model", str(tmp_path / "gone"), "--evaluation", str(evaluation), *out]) == 1
    assert capsys.readouterr().err.startswith("scalewatch: There is no folder")
    asked = ["score", "--model", str(neox), "--evaluation", str(evaluation)]
    assert main([*asked, "--prompt-style", "dialog", *out]) == 1
    assert "Did you mean dialogue?" in capsys.readouterr().err
    assert main([*asked, "--out", str(tmp_path / "no" / "o.parquet")]) == 1
    assert "There is no folder" in capsys.readouterr().err
    assert main([*asked, "--out", str(tmp_path / "o.csv")]) == 1
    assert "Call the file" in capsys.readouterr().err
    (tmp_path / "o.folder").mkdir()
    assert main([*asked, "--out", str(tmp_path / "o.folder")]) == 1
    assert "cannot be written" in capsys.readouterr().err
    with pytest.raises(SystemExit) as usage:
        main([*asked, *out, "--batch-tokens", "0"])
    assert usage.value.code == 2
    assert not (tmp_path / "o.parquet").exists()


def test_nothing_scored_is_a_failure(neox: Path, tmp_path: Path) -> None:
    row = {"question": "Jane " * 300, "answer_matching_behavior": " Yes", "answer_not_matching_behavior": " No"}
    path = tmp_path / "long.jsonl"
    path.write_text(json.dumps(row))
    out = ["--out", str(tmp_path / "o.parquet")]
    assert main(["score", "--model", str(neox), "--evaluation", str(path), *out]) == 1


def test_flags_reach_every_backend_that_takes_them(
    neox: Path, evaluation: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pickled = tmp_path / "pickled"
    pickled.mkdir()
    (pickled / "pytorch_model.bin").write_bytes(b"")
    asked = ["score", "--backend", "preference_model", "--evaluation", str(evaluation), "--out", str(tmp_path / "o")]
    assert main([*asked, "--model", str(pickled)]) == 1
    assert "allow it with --allow-pickle" in capsys.readouterr().err.replace("\n", " ")
    assert main([*asked, "--model", str(pickled), "--allow-pickle"]) == 1
    assert "--allow-pickle" not in capsys.readouterr().err
    scripted = ["score", "--backend", "scripted", "--model", "m", "--evaluation", str(evaluation)]
    assert main([*scripted, "--out", str(tmp_path / "o"), "--threads", "2"]) == 1
    assert "threads" in capsys.readouterr().err


def test_options_are_numbers_where_they_look_like_numbers(evaluation: Path, tmp_path: Path) -> None:
    out = tmp_path / "o.parquet"
    asked = ["score", "--backend", "scripted", "--model", "m", "--evaluation", str(evaluation), "--out", str(out)]
    assert main([*asked, "--backend-option", "option_mass=0.5"]) == 0
    assert pd.read_parquet(out)["total_option_mass"].tolist() == pytest.approx([0.5] * 3)
    with pytest.raises(SystemExit) as usage:
        main([*asked, "--backend-option", "device=cpu"])
    assert usage.value.code == 2


def test_two_evaluations_of_one_name_are_refused_before_anything_is_scored(
    evaluation: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    again = tmp_path / "again" / evaluation.name
    again.parent.mkdir()
    again.write_text(evaluation.read_text())
    command = ["score", "--backend", "scripted", "--model", "m", "--out", str(tmp_path / "o.parquet")]
    assert main([*command, "--evaluation", str(evaluation), str(again)]) == 1
    assert "Two of the files are the evaluation 'helpful'" in capsys.readouterr().err


def stopped(evaluation: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Scores and finds nothing written and one line said."""
    before = sorted(tmp_path.iterdir())
    command = ["score", "--backend", "scripted", "--model", "m", "--evaluation", str(evaluation)]
    assert main([*command, "--out", str(tmp_path / "o.parquet")]) == 1
    assert capsys.readouterr().err == "scalewatch: stopped; what was not finished is not stored\n"
    assert sorted(tmp_path.iterdir()) == before


def test_ctrl_c_while_the_model_thinks(
    evaluation: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(BACKENDS, "scripted", "scripted_models:Interrupted")
    stopped(evaluation, tmp_path, capsys)


@pytest.mark.parametrize("place", ["pyarrow.parquet.write_table", "os.fsync", "os.replace"])
def test_ctrl_c_while_the_file_is_written(
    place: str, evaluation: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupt(*args: object, **named: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(place, interrupt)
    stopped(evaluation, tmp_path, capsys)


def test_answers_that_were_there_outlive_a_writing_that_fails(
    evaluation: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "o.parquet"
    out.write_bytes(b"before")

    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    asked = ["score", "--backend", "scripted", "--model", "m", "--evaluation", str(evaluation), "--out", str(out)]
    assert main(asked) == 1
    assert "No space left on device). " in capsys.readouterr().err.replace("\n", " ")
    assert out.read_bytes() == b"before"
    assert [path.name for path in tmp_path.iterdir() if "o.parquet" in path.name] == ["o.parquet"]
