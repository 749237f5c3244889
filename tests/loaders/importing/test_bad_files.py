"""Bad cells and files cost only themselves, with a sentence each."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from loaders.importing.run import import_results
from loaders.models.models_file import ModelsFileError, read_models_file
from loaders.store.store import Store

HEAD = "model,evaluation,rate,n,n_matching,se,family,parameter_count,stage\n"
GOOD = "m1,e,0.5,10,5,0.1,F,1000000,pretrained\n"
ARGS = {"model_args": "pretrained=EleutherAI/pythia-70m"}


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("m2,e,0.5,1e30,5,,F,1e6,pretrained", "n_questions is '1e30', not a whole number"),
        ("m2,e,0.5,9223372036854775808,5,,F,1e6,pretrained", "n_questions is '9223372036854775808'"),
        ("m2,e,0.5,10,50,,F,1e6,pretrained", "n_matching 50 is more than the 10 questions"),
        ("m2,e,0.5,10,5,-1,F,1e6,pretrained", "standard error -1 is not between 0 and 1"),
        ("m2,e,0.5,10,5,inf,F,1e6,pretrained", "standard error inf is not between 0 and 1"),
        ("m2,e,0.5,10,5,abc,F,1e6,pretrained", "standard_error is 'abc', not a number"),
        ("m2,e,0.5,10,5,,F,1e300,pretrained", "parameter_count is '1e300'"),
        ("m2," + "x" * 200_000 + ",0.5,10,5,,F,1e6,pretrained", "field larger than field limit"),
    ],
)
def test_a_bad_row_costs_itself(tmp_path: Path, row: str, reason: str) -> None:
    (tmp_path / "t.csv").write_text(HEAD + row + "\n" + GOOD)
    report = import_results([tmp_path / "t.csv"], "s", Store(tmp_path / "r"))
    assert (report.kept, report.rejected) == (1, 1)
    ((line, said),) = [(problem.line, problem.reason) for problem in report.files[0].problems]
    assert line == 2
    assert reason in said


def test_a_standard_error_next_to_nothing_is_no_division_by_zero(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text(HEAD + "m1,e,0.5,,,1e-300,F,1000000,pretrained\n")
    assert import_results([tmp_path / "t.csv"], "s", Store(tmp_path / "r")).kept == 1


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (json.dumps({"results": {"t": None}, "config": ARGS}), "no metric that is a share between 0 and 1"),
        (json.dumps({"results": {"t": [1, 2]}, "config": ARGS}), "no metric that is a share between 0 and 1"),
        (json.dumps({"results": {}, "config": "abc"}), "no model name"),
        (json.dumps({"results": {"t": {"acc": {}}}, "config": ARGS}), "acc is {}, not a number"),
        (
            json.dumps({"results": {"t": {"acc": 0.5}}, "n-samples": {"t": {"effective": -7}}, "config": ARGS}),
            "n-samples.effective is -7",
        ),
        ('{"results":' + '{"a":' * 100_000, "too deep"),
        ('{"config":{},"results":' + "[" * 100_000, "not recognised, left alone"),
    ],
)
def test_a_bad_results_file_costs_itself(tmp_path: Path, text: str, reason: str) -> None:
    (tmp_path / "bad.json").write_text(text)
    (tmp_path / "ok.csv").write_text(HEAD + GOOD)
    report = import_results([tmp_path / "bad.json", tmp_path / "ok.csv"], "s", Store(tmp_path / "r"))
    assert report.kept == 1
    assert reason in report.files[0].problems[0].reason


@pytest.mark.parametrize(
    "document",
    [{"config": [1], "model_name": "EleutherAI/pythia-70m"}, {"n-shot": [1], "n-samples": [2], "config": ARGS}],
)
def test_what_is_of_another_kind_and_not_needed_is_left_alone(tmp_path: Path, document: dict[str, object]) -> None:
    (tmp_path / "a.json").write_text(json.dumps({"results": {"t": {"acc": 0.5}}, **document}))
    assert import_results([tmp_path / "a.json"], "s", Store(tmp_path / "r")).kept == 1


def test_a_models_file_that_is_nested_too_deep(tmp_path: Path) -> None:
    (tmp_path / "m.toml").write_text("x = " + "[" * 100_000)
    with pytest.raises(ModelsFileError, match="not a TOML file"):
        read_models_file(tmp_path / "m.toml")
