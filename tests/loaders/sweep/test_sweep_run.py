"""Running a sweep: stored job by job, resumed, and whatever fails is reported while the rest goes on."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pandas as pd
import pytest
from scripted_models import Backwards
from sweep_builders import (
    EVALUATIONS,
    SIZES,
    ready_evaluations,
    run_file,
    write_evaluation,
    write_pronouns,
    write_sweep,
)

from analysis.cells.scoring import Scoring
from analysis.errors import ScalewatchError, TableError
from analysis.records import Question
from loaders.backends import BACKENDS
from loaders.backends.streaming import Told
from loaders.files.locks import LockError
from loaders.store.store import Store
from loaders.sweep.plan import KEY_VERSION, Job, by_checkpoint, jobs_of, plan_table
from loaders.sweep.publish import METRIC, Publisher
from loaders.sweep.run import plan_sweep, run_sweep
from loaders.sweep.scoring import Outcome
from loaders.sweep.serial_executor import read_ahead, run_serial
from loaders.sweep.shards import ShardError, Shards
from loaders.sweep.sweep_file import Sweep, read_sweep, sweep_path


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


def test_rates_answers_and_findings_of_a_sweep(tmp_path: Path) -> None:
    report = run_file(write_sweep(tmp_path), tmp_path / "results")
    assert (len(report.jobs), len(report.cached), len(report.done), report.failed) == (18, 0, 18, [])
    assert report.is_complete
    store = Store(tmp_path / "results")
    assert store.sets() == ["small"]
    stored = store.read_set("small")
    assert stored.answers is not None
    assert stored.info.n_answers == len(stored.answers) == 18 * 30
    assert set(stored.rates["checkpoint"]) == set(SIZES)
    row = stored.rates.set_index(["checkpoint", "evaluation"]).loc[("pythia-1b", "sycophancy_on_nlp_survey")]
    assert (row["family"], row["parameter_count"], row["behavior"]) == (
        "Pythia",
        1_011_781_632,
        "sycophancy-nlp-survey",
    )
    assert (row["prompt_style"], row["n_questions"], row["ci_method"]) == ("best-answer", 30, "Wilson")
    answers = stored.answers.query("checkpoint == 'pythia-1b' and evaluation == 'sycophancy_on_nlp_survey'")
    assert row["matching_rate"] == answers["answered_matching"].mean()
    assert len(store.findings("small")) == 3


def test_scripted_numbers_are_marked_as_made_up(tmp_path: Path) -> None:
    run_file(write_sweep(tmp_path), tmp_path / "results")
    stored = Store(tmp_path / "results").read_set("small")
    assert stored.info.origin == "control"
    assert set(stored.rates["origin"]) == {"control"}
    assert "no model was asked" in stored.info.note
    assert stored.answers is not None
    assert set(stored.answers["scoring_way"]) == {"scripted"}


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


def test_a_damaged_shard_is_scored_again(tmp_path: Path) -> None:
    path = write_sweep(tmp_path)
    run_file(path, tmp_path / "results")
    shards = sorted((tmp_path / "results" / ".sweeps" / "small").glob("*.parquet"))
    whole = shards[0].read_bytes()
    shards[0].write_bytes(whole[: len(whole) // 2])
    shards[1].write_bytes(b"")
    report = run_file(path, tmp_path / "results")
    assert len(report.done) == 2
    assert shards[0].read_bytes() == whole


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


def test_a_set_is_published_now_and_then_for_a_hundredth_of_the_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A job takes 40 s and publishing 2 s: after the first job 30 s are over, then 200 s must be (2 s are 1 % of it),
    which six jobs take (five take 200 s, not more)."""
    now, published = [0.0], list[int]()

    def slow(sweep: Sweep, jobs: Sequence[Job], tick: Callable[[int], object]) -> Iterator[Outcome]:
        for outcome in run_serial(sweep, jobs, tick):
            now[0] += 40.0
            yield outcome

    def publish(publisher: Publisher) -> bool:
        now[0] += 2.0
        published.append(len(list((tmp_path / "results" / ".sweeps" / "small").glob("*.parquet"))))
        return True

    monkeypatch.setattr("loaders.sweep.run.time", SimpleNamespace(monotonic=lambda: now[0]))
    monkeypatch.setattr(Publisher, "publish", publish)
    run_file(write_sweep(tmp_path), tmp_path / "results", executor=slow)
    assert published == [1, 7, 13, 18]


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


def test_the_same_answers_again_leave_the_shard_where_it_is(tmp_path: Path) -> None:
    path, results = write_sweep(tmp_path, models=SIZES[:1]), tmp_path / "results"
    run_file(path, results)
    (job, *_), shards = jobs_of(read_sweep(path)), Shards(results, "small")
    shards.write(job.key, shards.read(job.key))
    assert len(Shards(results, "small").finished()) == 3
    assert len(Shards(results, "small").read(job.key)) == 30


def test_of_two_shards_of_one_job_the_newer_counts(tmp_path: Path) -> None:
    path, results = write_sweep(tmp_path, models=SIZES[:1]), tmp_path / "results"
    run_file(path, results)
    (job, *_), shards = jobs_of(read_sweep(path)), Shards(results, "small")
    (older,) = shards.folder.glob(f"{job.key}-*")
    before, written = older.read_bytes(), older.stat().st_mtime
    shards.write(job.key, shards.read(job.key).assign(scoring_way="again"))
    assert not older.exists()
    older.write_bytes(before)  # killed between writing the new one and removing the old one
    os.utime(older, (written, written))
    assert set(Shards(results, "small").read(job.key)["scoring_way"]) == {"again"}
    os.utime(older, (written + 1000, written + 1000))
    assert set(Shards(results, "small").read(job.key)["scoring_way"]) == {"scripted"}


def test_answers_of_different_precision_in_one_set_are_named(tmp_path: Path) -> None:
    def answers(question: Question, prompt_style: str, checkpoint: str) -> Told:
        dtype = "float32" if checkpoint == SIZES[0] else "bfloat16"
        return Told([-1.0, -2.0], Scoring("option_logprob", "packed", dtype))

    for models in (SIZES[:1], SIZES):
        report = run_file(write_sweep(tmp_path, models=models), tmp_path / "results", scripted={"answers": answers})
        assert bool(report.notes) == (models is SIZES)
    (note,) = report.as_json()["notes"]
    assert note.startswith(
        "set 'small': scored in different precisions (bfloat16: pythia-1.4b, pythia-160m, pythia-1b "
    )
    assert "and 2 more; float32: pythia-14m)" in note


def _stop_after(jobs: int) -> Callable[[int], None]:
    left = [jobs * 30]

    def tick(n: int) -> None:
        left[0] -= n
        if left[0] < 0:
            raise KeyboardInterrupt

    return tick


def test_a_set_that_cannot_be_written_leaves_the_answers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write_sweep(tmp_path)

    def refuse(*args: object, **named: object) -> bool:
        raise ScalewatchError("results: cannot be written")

    with monkeypatch.context() as patched:
        patched.setattr(Store, "write_set", refuse)
        report = run_file(path, tmp_path / "results")
    assert (len(report.done), report.set_problem) == (18, "results: cannot be written")
    assert not report.is_complete
    assert len(run_file(path, tmp_path / "results").cached) == 18
    assert Store(tmp_path / "results").sets() == ["small"]


def test_pronouns_have_answers_and_no_rate(tmp_path: Path) -> None:
    path = write_sweep(tmp_path, models=SIZES[:2], evaluations=(EVALUATIONS[0], "winogenerated_examples"))
    write_pronouns(tmp_path / "evals" / "winogenerated_examples.jsonl")
    report = run_file(path, tmp_path / "results")
    assert (len(report.done), report.failed) == (4, [])
    stored = Store(tmp_path / "results").read_set("small")
    assert set(stored.rates["evaluation"]) == {EVALUATIONS[0]}
    assert stored.answers is not None
    assert set(stored.answers["evaluation"]) == {EVALUATIONS[0], "winogenerated_examples"}


def test_pronouns_alone_are_a_set_too(tmp_path: Path) -> None:
    path = write_sweep(tmp_path, models=SIZES[:2], evaluations=("winogenerated_examples",))
    write_pronouns(tmp_path / "evals" / "winogenerated_examples.jsonl")
    assert run_file(path, tmp_path / "results").is_complete
    stored = Store(tmp_path / "results").read_set("small")
    assert (len(stored.rates), stored.info.n_answers) == (0, 10)
    assert len(run_file(path, tmp_path / "results").cached) == 2


@pytest.mark.parametrize(("way", "metric"), [("sampled", f"{METRIC}, sampled"), ("option_logprob", METRIC)])
def test_estimates_never_share_a_metric_with_exact_probabilities(way: str, metric: str, tmp_path: Path) -> None:
    told = Told([-1.0, -2.0], Scoring(way))
    scripted = {"answers": lambda question, prompt_style, checkpoint: told}
    run_file(write_sweep(tmp_path, models=SIZES[:1]), tmp_path / "results", scripted=scripted)
    assert set(Store(tmp_path / "results").rates("small")["metric"]) == {metric}


def test_the_same_weights_under_two_names_are_scored_once(tmp_path: Path) -> None:
    models = ("pythia-70m", "{model: pythia-70m, name: twin}")
    answered: list[int] = []
    report = run_file(write_sweep(tmp_path, models=models), tmp_path / "results", tick=answered.append)
    assert sum(answered) == 3 * 30
    assert (report.as_json()["planned"], report.as_json()["done"]) == (6, 6)
    assert set(Store(tmp_path / "results").rates("small")["checkpoint"]) == {"pythia-70m", "twin"}


def test_steps_of_rl_and_the_model_they_start_from_are_one_curve(tmp_path: Path) -> None:
    ready = read_sweep(sweep_path("olmo2"), evaluations_root=ready_evaluations(tmp_path / "evals"))
    scripted = replace(
        ready,
        backend="scripted",
        evaluations=ready.evaluations[:1],
        targets=tuple(replace(t, backend="scripted") for t in ready.targets if "RLVR1" in t.checkpoint.name),
    )
    assert run_sweep(scripted, Store(tmp_path / "results")).is_complete
    (finding,) = Store(tmp_path / "results").findings(ready.into)
    assert finding.result.axis == "rlhf"
    assert [point.x for point in finding.points] == [0, 200, 400, 800, 1200, 1600, 2000, 2400]


def test_a_sweep_extends_its_own_set_and_no_other(tmp_path: Path) -> None:
    run_file(write_sweep(tmp_path, models=SIZES[:2]), tmp_path / "results")
    report = run_file(write_sweep(tmp_path, models=SIZES[:3]), tmp_path / "results")
    assert (len(report.cached), len(report.done), report.n_leaving) == (6, 3, 0)
    fewer = read_sweep(write_sweep(tmp_path, models=SIZES[:1]))
    assert plan_sweep(fewer, Store(tmp_path / "results")).n_leaving == 6
    limited = read_sweep(write_sweep(tmp_path, models=SIZES[:3]), limit=10)
    assert plan_sweep(limited, Store(tmp_path / "results")).n_fewer == 9
    other = write_sweep(tmp_path, name="other.yaml")
    with pytest.raises(ScalewatchError, match=r"is not from this sweep file \(its source: scored with sweep.yaml\)"):
        run_file(other, tmp_path / "results")
    assert len(Store(tmp_path / "results").rates("small")) == 9


def test_a_damaged_set_is_made_anew_from_its_shards(tmp_path: Path) -> None:
    path = write_sweep(tmp_path, models=SIZES[:2])
    run_file(path, tmp_path / "results")
    rates = tmp_path / "results" / "small" / "rates.csv"
    whole = rates.read_bytes()
    rates.write_bytes(whole[:-20])
    assert run_file(path, tmp_path / "results").is_complete
    assert rates.read_bytes() == whole


def test_two_runs_at_once(tmp_path: Path) -> None:
    path = write_sweep(tmp_path)
    with Shards.locked(tmp_path / "results", "small"), pytest.raises(ShardError, match="Another run is writing"):
        run_file(path, tmp_path / "results")


def test_a_results_folder_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "results").write_text("a file")
    with pytest.raises(LockError, match="--results"):
        run_file(write_sweep(tmp_path), tmp_path / "results")


def keys(sweep: Sweep) -> set[str]:
    return {job.key for job in jobs_of(sweep)}


def test_a_key_changes_with_everything_that_decides_the_answers(tmp_path: Path) -> None:
    sweep = read_sweep(write_sweep(tmp_path))
    assert keys(sweep) == keys(read_sweep(sweep.path))
    assert len(keys(sweep)) == 18
    changes: list[dict[str, Any]] = [
        {"limit": 3}, {"dtype": "bfloat16"}, {"device": "cuda"}, {"options": {"option_mass": 0.5}},
        {"limit": 3, "seed": 1}, {"targets": tuple(replace(each, backend="other") for each in sweep.targets)},
        {"targets": tuple(replace(each, identity=f"{each.identity}+") for each in sweep.targets)},
        {"evaluations": tuple(replace(each, name=f"{each.name}+") for each in sweep.evaluations)},
        {"evaluations": tuple(replace(each, prompt_styles=("chat",)) for each in sweep.evaluations)},
    ]  # fmt: skip
    for change in changes:
        assert keys(replace(sweep, **change)).isdisjoint(keys(sweep)), change
    no_matter = [{name: 3} for name in ("concurrency", "threads", "timeout_s", "max_retries", "pause_s")]
    for change in (
        {"batch_tokens": 7}, {"limit": 99}, {"seed": 4}, {"num_gpus": 2.0}, *({"options": each} for each in no_matter)
    ):  # fmt: skip
        assert keys(replace(sweep, **change)) == keys(sweep), change
    assert keys(read_sweep(sweep.path, limit=3)).isdisjoint(keys(sweep)), "three questions of thirty"
    limited = [keys(replace(sweep, limit=3, seed=seed)) for seed in (None, 0, 1)]
    assert len(set().union(*limited)) == 3 * 18, "with another seed other questions are asked"
    write_evaluation(tmp_path / "evals" / f"{EVALUATIONS[0]}.jsonl", 31)
    assert len(keys(read_sweep(sweep.path)) & keys(sweep)) == 12


def test_a_key_changes_with_the_version_of_scoring(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sweep = read_sweep(write_sweep(tmp_path))
    before = keys(sweep)
    monkeypatch.setattr("loaders.sweep.plan.KEY_VERSION", KEY_VERSION + 1)
    assert keys(sweep).isdisjoint(before)


def test_an_evaluation_that_changes_while_the_sweep_runs(tmp_path: Path) -> None:
    path = write_sweep(tmp_path, models=SIZES[:1])
    sweep = read_sweep(path)
    write_evaluation(tmp_path / "evals" / f"{EVALUATIONS[1]}.jsonl", 7)
    outcomes = list(run_serial(sweep, jobs_of(sweep), lambda answered: None))
    assert [each.answers is None for each in outcomes] == [False, True, False]
    assert "changed while the sweep ran" in outcomes[1].reason


def test_plan_table_counts_what_is_left(tmp_path: Path) -> None:
    jobs = jobs_of(read_sweep(write_sweep(tmp_path, models=SIZES[:2])))
    lines = plan_table(jobs, frozenset({jobs[0].key})).splitlines()
    assert lines[0].split() == ["checkpoint", "evaluations", "stored", "to", "run", "questions", "to", "ask"]
    assert lines[1].split() == ["pythia-14m", "3", "1", "2", "60"]
    assert lines[2].split() == ["pythia-70m", "3", "0", "3", "90"]
    groups: list[tuple[Job, ...]] = by_checkpoint(jobs)
    assert [len(group) for group in groups] == [3, 3]


def test_reading_ahead_only_reads(tmp_path: Path) -> None:
    (tmp_path / "model.safetensors").write_bytes(b"weights")
    (tmp_path / "folder").mkdir()
    read_ahead(tmp_path)
    read_ahead(tmp_path / "gone")
    assert (tmp_path / "model.safetensors").read_bytes() == b"weights"


def test_what_was_asked_is_stored_once_per_evaluation(tmp_path: Path) -> None:
    run_file(write_sweep(tmp_path), tmp_path / "results")
    store = Store(tmp_path / "results")
    (evaluation, *_) = EVALUATIONS
    asked, answers = store.questions("small", evaluation), store.answers("small", evaluation=evaluation)
    assert answers is not None
    assert set(asked["question_id"]) == set(answers["question_id"])
    first = asked.iloc[0]
    assert first["text"].endswith("is statement 0 something you would say?")
    assert (list(first["options"]), list(first["matching"])) == ([" Yes", " No"], [0])
    assert not asked["may_leave_machine"].any()
    assert len(store.questions("small")) == 30 * len(EVALUATIONS)
