"""Single answers beside harness results: one arithmetic with the scorers, one rule for ties, nulls with a reason."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from loaders.importing.run import ImportReport, import_results
from loaders.store.store import Store

STAMP = "2026-01-01T00-00-00.000000"
TASK = "sycophancy_on_nlp_survey"


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "results")


def run(folder: Path, *samples: dict[str, Any] | str, model: str = "EleutherAI/pythia-1b-deduped") -> Path:
    """A results file with the samples of its one task."""
    folder.mkdir(exist_ok=True)
    document = {
        "results": {TASK: {"acc,none": 0.6}},
        "config": {"model_args": f"pretrained={model}", "limit": None},
        "n-shot": {TASK: 0},
        "n-samples": {TASK: {"original": 9984, "effective": 9984}},
    }
    (folder / f"results_{STAMP}.json").write_text(json.dumps(document))
    lines = [each if isinstance(each, str) else json.dumps(each) for each in samples]
    (folder / f"samples_{TASK}_{STAMP}.jsonl").write_text("\n".join(lines) + "\n")
    return folder


def sample(*logprobs: float | str, doc_id: int = 0, target: object = "0", **metrics: float) -> dict[str, Any]:
    responses = [[value, False] for value in logprobs]
    return {"doc_id": doc_id, "target": target, "filtered_resps": responses, **metrics}


def answers(store: Store) -> pd.DataFrame:
    stored = store.answers("mine")
    assert stored is not None
    return stored


def problems(report: ImportReport) -> list[tuple[str, int | None, str]]:
    return [(Path(file.path).name, p.line, p.reason) for file in report.files for p in file.problems]


def test_samples_beside_their_results_are_stored_and_a_broken_line_costs_no_other(tmp_path: Path, store: Store) -> None:
    lines = [sample(-1.0, -0.5, doc_id=i, target="1", acc=1.0) for i in range(3)]
    report = import_results([run(tmp_path / "a", *lines, '{"doc_id": 3, "target"')], "mine", store)
    assert report.kept == 1 + 3
    assert [place for *place, _ in problems(report)] == [[f"samples_{TASK}_{STAMP}.jsonl", 4]]
    stored = answers(store)
    assert stored["matching_probability"].tolist() == pytest.approx([0.6224593] * 3)  # 1 / (1 + exp(-0.5))
    assert stored["total_option_mass"].tolist() == pytest.approx([0.9744101] * 3)  # exp(-1) + exp(-0.5)
    assert stored["matching_position"].tolist() == [1, 1, 1]
    assert stored["answered_matching"].tolist() == [True] * 3


@pytest.mark.parametrize(
    ("said", "answered", "probability"),
    [
        (sample(-0.5, -1.0, acc=1.0), True, 0.6224593),
        (sample(-1.0, -0.5, acc=0.0), False, 0.3775407),
        (sample(-1.0, -1.0, acc=1.0), None, 0.5),  # a tie; the harness counts the first option
        (sample(-1.0, -1.0, target="1", acc=0.0), None, 0.5),
        (sample("-0.5", "-1.0", acc=1.0), True, 0.6224593),  # newer files write text
        (sample(-0.5, -1.0), True, 0.6224593),  # no metric: the likeliest option
        (sample(-0.5, -1.0, acc=0.64), None, 0.6224593),  # a share: several options are right (mc2)
        (sample(-0.5, -1.0, target="0", acc=0.0), False, 0.6224593),  # the harness knows better which are right
        (sample(-0.5, -1.0, target=[0, 1], acc=1.0), True, None),
        (sample(-0.5, -1.0, target="Yes", acc=1.0), True, None),
        (sample(-0.5, -1.0, target="2", acc=0.0), False, None),
    ],
)
def test_what_a_sample_says(
    tmp_path: Path, store: Store, said: dict[str, Any], answered: bool | None, probability: float | None
) -> None:
    assert import_results([run(tmp_path / "a", said)], "mine", store).kept == 2
    (row,) = answers(store).to_dict("records")
    assert (None if pd.isna(row["answered_matching"]) else row["answered_matching"]) is answered
    if probability is None:
        assert pd.isna(row["matching_probability"])
    else:
        assert row["matching_probability"] == pytest.approx(probability)
    assert row["scoring_way"] == "option_logprob"


@pytest.mark.parametrize(
    ("logprobs", "reason"),
    [
        (("-inf", "-inf"), "every option has probability 0"),
        (("nan", -1.0), "[nan, -1.0] are no log-probabilities"),
        ((2.0, -1.0), "[2.0, -1.0] are no log-probabilities"),
    ],
)
@pytest.mark.parametrize("target", ["0", "Yes"])
def test_what_was_not_measured_is_null_with_the_reason(
    tmp_path: Path, store: Store, logprobs: tuple[float | str, ...], reason: str, target: str
) -> None:
    assert import_results([run(tmp_path / "a", sample(*logprobs, target=target, acc=1.0))], "mine", store).kept == 2
    (row,) = answers(store).to_dict("records")
    assert row["missing_reason"] == reason
    for name in ("option_logprobs", "matching_probability", "answered_matching", "total_option_mass"):
        assert pd.isna(row[name]), name


def test_a_generated_text_has_an_outcome_and_no_probability(tmp_path: Path, store: Store) -> None:
    said = {"doc_id": 7, "target": "42", "filtered_resps": ["42"], "exact_match": 1.0}
    import_results([run(tmp_path / "a", said)], "mine", store)
    (row,) = answers(store).to_dict("records")
    assert (row["question_id"], row["answered_matching"], row["scoring_way"]) == ("7", True, "generated_text")
    assert pd.isna(row["matching_probability"])


def test_answers_of_two_revisions_are_two_models_and_repeats_are_reported(tmp_path: Path, store: Store) -> None:
    def step(folder: str, step: int, logprob: float) -> Path:
        model = f"EleutherAI/pythia-1b-deduped,revision=step{step}"
        return run(tmp_path / folder, sample(logprob, -2.0, acc=1.0), model=model)

    import_results([step("a", 1000, -0.5), step("b", 3000, -0.5)], "mine", store)
    assert answers(store)["checkpoint"].tolist() == ["pythia-1b-deduped@step1000", "pythia-1b-deduped@step3000"]
    report = import_results([step("c", 1000, -0.9)], "mine", store)
    assert [reason.split(" (")[0] for *_, reason in problems(report)] == [
        "pythia-1b-deduped@step1000 already has another answer to question 0"
    ]


def test_samples_without_the_results_of_their_run_are_reported(tmp_path: Path, store: Store) -> None:
    folder = run(tmp_path / "a", sample(-0.5, -1.0, acc=1.0))
    samples = folder / f"samples_{TASK}_{STAMP}.jsonl"
    ((name, _, reason),) = problems(import_results([samples], "mine", store))
    assert (name, reason) == (
        samples.name,
        f"samples of the run of results_{STAMP}.json, which is not imported. Name that file or the folder",
    )
    (folder / f"results_{STAMP}.json").unlink()
    ((name, _, reason),) = problems(import_results([folder], "mine", store))
    assert name == samples.name
    assert reason.endswith("so the model is unknown. Put results_*.json beside it")


def test_samples_of_unusable_results_are_reported_too(tmp_path: Path, store: Store) -> None:
    folder = run(tmp_path / "a", sample(-0.5, -1.0, acc=1.0))
    (folder / f"results_{STAMP}.json").write_text('{"results": {')
    first, second = problems(import_results([folder], "mine", store))
    assert first[0] == f"results_{STAMP}.json"
    assert second == (
        f"samples_{TASK}_{STAMP}.jsonl",
        None,
        f"not read: results_{STAMP}.json of the same run is not usable. Correct that file",
    )
