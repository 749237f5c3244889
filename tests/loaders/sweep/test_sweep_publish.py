"""What a sweep publishes: the set of what is finished, whose it is, and what is said of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest
from rate_builders import sweep as by_size
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
from analysis.errors import ScalewatchError
from analysis.records import Question
from loaders.backends.streaming import Told
from loaders.store.rearranging.rearrange import remove
from loaders.store.source_sheet import SourceSheet
from loaders.store.store import Store
from loaders.sweep.plan import Job, jobs_of
from loaders.sweep.publish import METRIC, Publisher
from loaders.sweep.run import plan_sweep, run_sweep
from loaders.sweep.scoring import Outcome
from loaders.sweep.serial_executor import run_serial
from loaders.sweep.shards import Shards
from loaders.sweep.sweep_file import Sweep, read_sweep, sweep_path

RISING = (0.45, 0.5, 0.55, 0.6)


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


def _changed(path: Path) -> None:
    write_evaluation(path, 7)


@pytest.mark.parametrize(("spoil", "why"), [(_changed, "changed while the sweep ran"), (Path.unlink, "cannot be read")])
def test_questions_that_cannot_be_read_any_more_are_said_and_the_results_kept(
    tmp_path: Path, spoil: Callable[[Path], None], why: str
) -> None:
    path, (first, *others) = write_sweep(tmp_path, models=SIZES[:1]), EVALUATIONS
    answered: list[int] = []

    def tick(n: int) -> None:
        answered.append(n)
        if sum(answered) == 3 * 30:
            spoil(tmp_path / "evals" / f"{first}.jsonl")

    report = run_file(path, tmp_path / "results", tick=tick)
    (note,) = report.as_json()["notes"]
    assert note.startswith(f"set 'small': the questions of {first} are left out, its results are kept: ")
    assert f"{first}.jsonl" in note
    assert why in note
    assert (len(report.done), report.is_complete) == (3, True)
    stored = Store(tmp_path / "results").read_set("small")
    assert set(stored.rates["evaluation"]) == set(EVALUATIONS)
    assert set(Store(tmp_path / "results").questions("small")["evaluation"]) == set(others)


def test_questions_of_a_file_that_was_put_back_are_stored(tmp_path: Path) -> None:
    sweep, results = read_sweep(write_sweep(tmp_path, models=SIZES[:1])), tmp_path / "results"
    run_sweep(sweep, Store(results))
    publisher = Publisher(sweep, jobs_of(sweep), Store(results), Shards(results, "small"))
    path = tmp_path / "evals" / f"{EVALUATIONS[0]}.jsonl"
    path.rename(tmp_path / "aside")
    assert publisher.publish()
    assert len(publisher.notes()) == 1
    (tmp_path / "aside").rename(path)
    assert publisher.publish()
    assert publisher.notes() == []
    assert set(Store(results).questions("small")["evaluation"]) == set(EVALUATIONS)


def test_what_another_writer_stored_under_the_name_meanwhile_is_kept(tmp_path: Path) -> None:
    path, store = write_sweep(tmp_path, models=SIZES[:1]), Store(tmp_path / "results")
    answered: list[int] = []

    def tick(n: int) -> None:
        answered.append(n)
        if sum(answered) == 30:
            store.write_set("small", rates=by_size(RISING), answers=None, sheet=SourceSheet(), files={"a.csv": "0"})

    report = run_file(path, store.folder, tick=tick)
    assert "is there already and is not from this sweep file (its source: imported into small)" in report.set_problem
    assert (len(report.done), report.is_complete) == (3, False)
    assert len(store.rates("small")) == len(RISING)
    remove(store, "small")
    assert run_file(path, store.folder).is_complete
    assert len(store.rates("small")) == 3


def test_a_sweep_file_that_was_moved_meanwhile_is_published(tmp_path: Path) -> None:
    path = write_sweep(tmp_path, models=SIZES[:1])
    report = run_file(path, tmp_path / "results", planned=lambda _: path.rename(tmp_path / "moved.yaml"))
    assert report.is_complete
    assert list(Store(tmp_path / "results").info("small").files) == ["sweep.yaml"]
