"""One published number to a row: what a turned or scaled share does to its count, error and interval."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import pytest

from analysis.cells.rates import wilson
from loaders.importing.assemble import Assembler, looks_binary, share
from loaders.importing.protocol import RawRate, number
from loaders.importing.run import import_results
from loaders.models.registry import load_models_file
from loaders.store.source_sheet import EvaluationSheet, SourceSheet
from loaders.store.store import Store

FACTS = {"family": "Ours", "parameter_count": 10**9, "stage": "pretrained"}
EVALUATION = "our own test"


MODELS = """
[[model]]
name = "pythia-70m"
family = "Not Pythia"
parameter_count = 1000000

[[model]]
name = "ours-rl"
family = "Ours"
parameter_count = 1000000
stage = "rlhf"
rlhf_steps = 100
"""


def row(rate: float, said: EvaluationSheet | None = None, **raw: Any) -> dict[str, Any]:
    sheet = SourceSheet(evaluations={EVALUATION: said} if said else {})
    given = RawRate(model="ours", evaluation=EVALUATION, rate=rate, metric="acc", line=1, given=FACTS, **raw)
    return Assembler("mine", sheet, None).row(given)


def test_a_turned_share_counts_the_other_answers() -> None:
    """30 of 100 did not show it, so 70 did; the source's own count would say 30."""
    turned = row(0.3, EvaluationSheet(scale=-1, offset=1), n_questions=100, n_matching=30)
    assert (turned["matching_rate"], turned["n_matching"]) == (0.7, 70)
    assert (turned["ci_low"], turned["ci_high"]) == (wilson(70, 100).low, wilson(70, 100).high)
    plain = row(0.3, n_questions=100, n_matching=30)
    assert (plain["matching_rate"], plain["n_matching"]) == (0.3, 30)


def test_an_error_is_scaled_and_has_no_sign() -> None:
    """A score from -1 to 1 with error .08 is a share with error .04; turned round, an error stays above 0."""
    scored = row(0.2, EvaluationSheet(scale=0.5, offset=0.5, binary=False), standard_error=0.08)
    assert (scored["matching_rate"], scored["standard_error"]) == pytest.approx((0.6, 0.04))
    centre, half = math.log(0.6 / 0.4), 1.959964 * 0.04 / (0.6 * 0.4)
    ends = [1 / (1 + math.exp(-(centre - half))), 1 / (1 + math.exp(-(centre + half)))]
    assert [scored["ci_low"], scored["ci_high"]] == pytest.approx(ends, abs=1e-6)
    turned = row(0.2, EvaluationSheet(scale=-1, offset=1, binary=False), standard_error=0.08)
    assert turned["standard_error"] == 0.08
    assert row(0.2)["standard_error"] is None


def test_a_mean_of_probabilities_has_no_count_of_answers() -> None:
    seen = row(0.2, EvaluationSheet(binary=False), n_questions=100)
    assert (seen["n_questions"], seen["n_matching"]) == (100, None)
    assert "upper bound" in seen["ci_method"]


def test_the_count_comes_from_the_row_then_the_sheet_then_the_error() -> None:
    error = math.sqrt(0.25 / 99)
    assert row(0.5, EvaluationSheet(n_questions=200), n_questions=300)["n_questions"] == 300
    assert row(0.5, EvaluationSheet(n_questions=200), standard_error=error)["n_questions"] == 200
    assert row(0.5, standard_error=error)["n_questions"] == 100
    assert row(0.5)["n_questions"] is None


def test_a_count_from_the_catalogue_says_so() -> None:
    said = EvaluationSheet(behavior="sycophancy-nlp-survey")
    borrowed, own = row(0.5, said), row(0.5, said, n_questions=50)
    assert borrowed["n_questions"] == 9984
    assert borrowed["ci_method"].endswith("question count from the behaviour catalogue, not from the source")
    assert "catalogue" not in own["ci_method"]


def test_a_share_a_hair_outside_is_rounding_and_more_is_refused() -> None:
    plain = EvaluationSheet()
    assert (share(1 + 5e-10, plain, "acc"), share(-5e-10, plain, "acc")) == (1.0, 0.0)
    for value, hint in (
        (1.001, "divide percentages by 100"),
        (100.0, "divide"),
        (101.0, "not a share"),
        (-0.01, "not"),
    ):
        with pytest.raises(ValueError, match=hint):
            share(value, plain, "acc")


@pytest.mark.parametrize(
    ("rate", "n", "binary"),
    [
        (0.333, 3, True),  # .999, within .0005 x 3
        (0.3333, 3, True),  # .9999, within .00005 x 3
        (0.3334, 3, False),  # 1.0002 is not
        (0.38, 8, True),  # three of eight, rounded up: just half a digit off
        (0.43, 817, True),  # two digits cannot tell
        (0.4301, 100, False),  # 43.01 of 100
        (0.5, None, False),
        (1.0, 10, True),
    ],
)
def test_a_share_of_whole_answers_comes_out_whole(rate: float, n: int | None, binary: bool) -> None:
    assert looks_binary(rate, n) == binary


def test_the_models_of_the_user_come_before_the_registry(tmp_path: Path) -> None:
    path = tmp_path / "models.toml"
    path.write_text(MODELS)
    raw = RawRate(model="pythia-70m", evaluation=EVALUATION, rate=0.5, metric="acc", line=1)
    families = [
        Assembler("mine", SourceSheet(), models).row(raw)["family"] for models in (load_models_file(path), None)
    ]
    assert families == ["Not Pythia", "Pythia"]


@pytest.mark.parametrize(
    ("model", "steps", "name", "told"),
    [
        ("ours-rl", 200, "ours-rl", 100),
        ("pythia-1b", 200, "pythia-1b@rl200", 200),
        ("pythia-1b", None, "pythia-1b", None),
    ],
)
def test_steps_a_row_states_count_where_nothing_else_is_known(
    tmp_path: Path, model: str, steps: int | None, name: str, told: int | None
) -> None:
    path = tmp_path / "models.toml"
    path.write_text(MODELS)
    given = {} if steps is None else {"rlhf_steps": steps}
    raw = RawRate(model=model, evaluation=EVALUATION, rate=0.5, metric="acc", line=1, given=given)
    seen = Assembler("mine", SourceSheet(), load_models_file(path)).row(raw)
    assert (seen["checkpoint"], seen["rlhf_steps"]) == (name, told)


def imported(folder: Path, store: Store, text: str) -> tuple[int, int]:
    folder.mkdir(exist_ok=True)
    (folder / "table.csv").write_text(f"model,evaluation,rate,n_questions\n{text}")
    report = import_results([folder], "mine", store)
    return report.kept, report.rejected


def test_a_rate_that_differs_in_any_digit_is_another(tmp_path: Path) -> None:
    store = Store(tmp_path / "results")
    first = "facebook/opt-125m,TruthfulQA,0.43,817\n"
    assert imported(tmp_path / "a", store, f"{first}{first}") == (2, 0), "said twice is said once"
    assert imported(tmp_path / "b", store, first.replace("0.43", "0.4301")) == (0, 1)
    assert store.rates("mine")["matching_rate"].tolist() == [0.43]


def test_hidden_files_are_left_alone(tmp_path: Path) -> None:
    folder = tmp_path / "a"
    folder.mkdir()
    (folder / ".table.csv").write_text("model,evaluation,rate\nfacebook/opt-125m,MMLU,0.3\n")
    assert imported(folder, Store(tmp_path / "results"), "facebook/opt-125m,TruthfulQA,0.43,817\n") == (1, 0)


def test_what_stands_for_nothing_is_no_number() -> None:
    for nothing in (None, "", " N/A ", "-", "None", "nan", math.nan):
        assert number(nothing) is None
    assert [number(value) for value in (0, "0", "0.5", " 1e-3 ")] == [0.0, 0.0, 0.5, 0.001]
    with pytest.raises(ValueError, match="could not convert"):
        number("half")
