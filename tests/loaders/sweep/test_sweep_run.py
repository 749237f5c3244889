"""Running a sweep: stored job by job, resumed, and whatever fails is reported while the rest goes on."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from scripted_models import Backwards
from sweep_builders import EVALUATIONS, SIZES, run_file, write_evaluation, write_sweep

from analysis.errors import ScalewatchError, TableError
from analysis.records import Question
from loaders.backends import BACKENDS
from loaders.backends.streaming import Told
from loaders.files.locks import LockError
from loaders.store.store import Store
from loaders.sweep.plan import jobs_of
from loaders.sweep.run import plan_sweep
from loaders.sweep.serial_executor import read_ahead, run_serial
from loaders.sweep.shards import ShardError, Shards
from loaders.sweep.sweep_file import read_sweep


class NoSuchRepository(dict[str, float]):
    """Planted logits that fail as a hub does, when the model is loaded."""

    def get(self, model: str, default: Any = None) -> Any:
        if model == "pythia-70m":
            raise OSError("no such repository")
        return default


def broken(question: Question, prompt_style: str, checkpoint: str) -> Told | None:
    """Fails as real scorers do: on a style, on every question, on single ones."""
    if prompt_style == "dialogue" and checkpoint == "pythia-160m":
        raise ScalewatchError("this tokenizer has no end-of-text token")
    if checkpoint == "pythia-410m":
        return Told.nothing("NaN logits")
    if checkpoint == "pythia-1b" and question.id in ("1", "2"):
        return Told.nothing("longer than the context")
    return None


BROKEN = {"logits": NoSuchRepository(unasked=0.0), "answers": broken}


def test_a_second_run_scores_nothing_and_changes_nothing(tmp_path: Path) -> None:
    path = write_sweep(tmp_path)
    run_file(path, tmp_path / "results")
    files = sorted(each for each in (tmp_path / "results").rglob("*") if each.is_file())
    before = [(each, each.stat().st_mtime_ns) for each in files]
    report = run_file(path, tmp_path / "results")
    assert (len(report.cached), len(report.done)) == (18, 0)
    assert [(each, each.stat().st_mtime_ns) for each in files] == before


def test_interrupt_keeps_and_publishes_what_is_finished(tmp_path: Path) -> None:
    path, answered = write_sweep(tmp_path), []

    def interrupt(n: int) -> None:
        answered.append(n)
        if sum(answered) > 5 * 30:
            raise KeyboardInterrupt

    report = run_file(path, tmp_path / "results", tick=interrupt)
    assert report.interrupted
    assert not report.is_complete
    assert len(report.done) == 5
    assert len(Store(tmp_path / "results").rates("small")) == 5
    assert len(run_file(path, tmp_path / "results").cached) == 5
    run_file(path, tmp_path / "whole")
    assert (tmp_path / "results/small/rates.csv").read_bytes() == (tmp_path / "whole/small/rates.csv").read_bytes()


def test_what_fails_is_reported_and_the_rest_goes_on(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    report = run_file(write_sweep(tmp_path), tmp_path / "results", scripted=BROKEN)
    reasons = {(job.target.checkpoint.name, job.prompt_style): reason for job, reason in report.failed}
    assert reasons["pythia-70m", "dialogue"] == "pythia-70m cannot be loaded: OSError: no such repository"
    assert "Traceback" in caplog.text
    assert reasons["pythia-160m", "dialogue"] == "this tokenizer has no end-of-text token"
    assert ("pythia-160m", "best-answer") not in reasons
    assert reasons["pythia-410m", "dialogue"] == "no question could be scored; the first: NaN logits"
    assert [(j.target.checkpoint.name, n) for j, n, _ in report.unanswered] == [("pythia-1b", 2)] * 3
    assert len(report.done) == 18 - len(report.failed) == 10
    rates = Store(tmp_path / "results").rates("small").set_index(["checkpoint", "evaluation"])
    assert rates.loc[("pythia-1b", "desire-for-popularity"), ["n_questions", "n_answered"]].tolist() == [30, 28]
    document = report.as_json()
    assert {each["reason"] for each in document["failed"]} == set(reasons.values())
    assert (document["planned"], document["done"]) == (18, 10)
    assert json.loads(json.dumps(document)) == document
    again = run_file(write_sweep(tmp_path), tmp_path / "results", scripted=BROKEN)
    assert len(again.cached) == 10
    assert again.unanswered == report.unanswered, "also of what was stored before"


def test_a_full_disk_loses_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write_sweep(tmp_path)
    run_file(path, tmp_path / "results", tick=_stop_after(4))
    before = (tmp_path / "results" / "small" / "rates.csv").read_bytes()
    asked: list[int] = []

    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr("loaders.files.whole_file.os.fsync", full)
        report = run_file(path, tmp_path / "results", tick=asked.append)
    assert len(report.failed) == 14
    assert "No space left on device" in report.failed[0][1]
    assert all(
        reason.startswith("not run, as 2 jobs in a row could not be stored: ") for _, reason in report.failed[2:]
    )
    assert sum(asked) == 2 * 30, "answers that cannot be kept are not asked for"
    assert [job for job, _ in report.failed] == list(report.jobs[4:]), "in the file's order"
    assert not report.is_complete
    assert (tmp_path / "results" / "small" / "rates.csv").read_bytes() == before
    assert sorted((tmp_path / "results" / ".sweeps" / "small").glob("*.part")) == []
    assert len(run_file(path, tmp_path / "results").done) == 14


def test_one_job_that_cannot_be_stored_does_not_end_the_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write, calls = Shards.write, []

    def every_other(shards: Shards, key: str, answers: pd.DataFrame) -> None:
        calls.append(key)
        if len(calls) % 2:
            raise ShardError("cannot be written")
        write(shards, key, answers)

    monkeypatch.setattr(Shards, "write", every_other)
    report = run_file(write_sweep(tmp_path), tmp_path / "results")
    assert (len(calls), len(report.done)) == (18, 9)
    assert {reason for _, reason in report.failed} == {"cannot be written"}


def test_answers_that_are_none_end_no_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Only a disk that refuses does: what one model answers says nothing of the next one's."""
    write = Shards.write

    def first_is_wrong(shards: Shards, key: str, answers: pd.DataFrame) -> None:
        if answers["checkpoint"].iloc[0] == SIZES[0]:
            raise TableError("Column 'matching_probability' holds 7.")
        write(shards, key, answers)

    monkeypatch.setattr(Shards, "write", first_is_wrong)
    report = run_file(write_sweep(tmp_path), tmp_path / "results")
    assert [job.target.checkpoint.name for job, _ in report.failed] == [SIZES[0]] * 3
    assert len(report.done) == 15


def test_rows_are_in_the_order_of_the_questions_and_a_model_is_given_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(BACKENDS, "scripted", "scripted_models:Backwards")
    sweep = read_sweep(write_sweep(tmp_path, models=SIZES[:2], more="dtype: bfloat16\nbatch_tokens: 7\n"))
    Backwards.opened.clear()
    Backwards.closed.clear()
    outcomes = list(run_serial(sweep, jobs_of(sweep), lambda answered: None))
    assert len(outcomes) == 6
    for outcome in outcomes:
        assert outcome.answers is not None
        assert outcome.answers["question_id"].tolist() == [str(number) for number in range(1, 31)]
        assert outcome.answers.index.tolist() == list(range(30))
    assert Backwards.opened == [(name, "bfloat16", 7) for name in SIZES[:2]]
    assert Backwards.closed == list(SIZES[:2])


def test_jobs_with_silent_questions_run_again_where_asked(tmp_path: Path) -> None:
    path, results, state = write_sweep(tmp_path, models=SIZES[4:]), tmp_path / "results", ["broken"]

    def answers(question: Question, prompt_style: str, checkpoint: str) -> Told | None:
        if state == ["gone"]:
            raise ScalewatchError("the server is gone")
        return broken(question, prompt_style, checkpoint) if state == ["broken"] else None

    scripted = {"answers": answers}
    silent = run_file(path, results, scripted=scripted)
    assert [(job.target.checkpoint.name, n) for job, n, _ in silent.unanswered] == [("pythia-1b", 2)] * 3
    assert len(run_file(path, results, scripted=scripted).cached) == 6, "not where it was not asked for"
    asked, store = replace(read_sweep(path), options=scripted), Store(results)
    assert len(plan_sweep(asked, store, retry_unanswered=True).cached) == 3

    state[:] = ["gone"]
    failed = run_file(path, results, scripted=scripted, retry_unanswered=True)
    assert {reason for _, reason in failed.failed} == {"the server is gone"}
    assert len(store.rates("small")) == 6, "what was stored still counts"
    assert failed.unanswered == silent.unanswered

    state[:] = ["well"]
    report = run_file(path, results, scripted=scripted, retry_unanswered=True)
    assert (len(report.cached), len(report.done), report.unanswered) == (3, 3, [])
    assert set(store.rates("small")["n_answered"]) == {30}
    assert len(list((results / ".sweeps" / "small").glob("*.parquet"))) == 6
    assert len(run_file(path, results, scripted=scripted, retry_unanswered=True).cached) == 6


def _stop_after(jobs: int) -> Callable[[int], None]:
    left = [jobs * 30]

    def tick(n: int) -> None:
        left[0] -= n
        if left[0] < 0:
            raise KeyboardInterrupt

    return tick


def test_a_results_folder_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "results").write_text("a file")
    with pytest.raises(LockError, match="--results"):
        run_file(write_sweep(tmp_path), tmp_path / "results")


def test_an_evaluation_that_changes_while_the_sweep_runs(tmp_path: Path) -> None:
    path = write_sweep(tmp_path, models=SIZES[:1])
    sweep = read_sweep(path)
    write_evaluation(tmp_path / "evals" / f"{EVALUATIONS[1]}.jsonl", 7)
    outcomes = list(run_serial(sweep, jobs_of(sweep), lambda answered: None))
    assert [each.answers is None for each in outcomes] == [False, True, False]
    assert "changed while the sweep ran" in outcomes[1].reason


def test_reading_ahead_only_reads(tmp_path: Path) -> None:
    (tmp_path / "model.safetensors").write_bytes(b"weights")
    (tmp_path / "folder").mkdir()
    read_ahead(tmp_path)
    read_ahead(tmp_path / "gone")
    assert (tmp_path / "model.safetensors").read_bytes() == b"weights"
