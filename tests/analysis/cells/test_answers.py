"""Option log-probabilities to answers, answers to rates."""

from __future__ import annotations

import math

import pandas as pd
import pytest

from analysis.cells.answers import answer_row, measured_cell
from analysis.cells.scoring import Scoring
from analysis.records import Question
from analysis.tables import ANSWERS

PLACE = {"checkpoint": "m", "evaluation": "e", "prompt_style": "dialogue", "scoring": Scoring("option_logprob")}


def question(*matching: int, options: int = 2, id: str = "1") -> Question:
    return Question(id=id, text="?", options=tuple(f" ({'ABCDEFGH'[i]})" for i in range(options)), matching=matching)


def test_an_answer_is_renormalised_over_its_options_and_keeps_their_mass() -> None:
    row = answer_row(question(1), [math.log(0.1), math.log(0.3)], **PLACE)
    assert row["matching_probability"] == pytest.approx(0.75)
    assert row["total_option_mass"] == pytest.approx(0.4)
    assert row["answered_matching"] is True
    assert row["matching_position"] == 1


def test_tiny_probabilities_do_not_underflow() -> None:
    row = answer_row(question(0), [-800.0, -801.0], **PLACE)
    assert row["matching_probability"] == pytest.approx(1 / (1 + math.exp(-1)))
    assert row["total_option_mass"] == 0.0


def test_several_matching_options_add_up_and_have_no_position() -> None:
    row = answer_row(question(0, 2, options=4), [math.log(p) for p in (0.2, 0.3, 0.25, 0.05)], **PLACE)
    assert row["matching_probability"] == pytest.approx(0.45 / 0.8)
    assert row["answered_matching"] is False, "the likeliest single option does not match"
    assert row["matching_position"] is None


def test_a_tie_is_no_answer() -> None:
    row = answer_row(question(0), [-1.0, -1.0], **PLACE)
    assert row["answered_matching"] is None
    assert row["matching_probability"] == pytest.approx(0.5)


@pytest.mark.parametrize(
    ("logprobs", "reason"),
    [
        (None, None),
        ([math.nan, -1.0], "[nan, -1.0] are no log-probabilities"),
        ([0.5, -1.0], "[0.5, -1.0] are no log-probabilities"),
        ([-math.inf, -math.inf], "every option has probability 0"),
    ],
)
def test_what_was_not_measured_is_null_never_false_or_zero(logprobs: list[float] | None, reason: str | None) -> None:
    row = answer_row(question(0), logprobs, **PLACE)
    measured = ("option_logprobs", "matching_probability", "answered_matching", "total_option_mass")
    assert {name: row[name] for name in measured} == dict.fromkeys(measured)
    assert row["missing_reason"] == reason, "and why"


def test_a_log_probability_a_hair_above_0_is_rounding_and_a_mass_is_no_more_than_1() -> None:
    row = answer_row(question(0), [9e-7, math.log(0.25)], **PLACE)
    assert row["total_option_mass"] == 1.0, "1.25 before it was cut"
    assert row["matching_probability"] == pytest.approx(0.8)
    assert answer_row(question(0), [2e-6, -1.0], **PLACE)["matching_probability"] is None


def test_a_question_without_a_matching_option_has_log_probabilities_only() -> None:
    row = answer_row(question(options=3), [-1.0, -2.0, -3.0], **PLACE)
    assert row["option_logprobs"] == [-1.0, -2.0, -3.0]
    assert row["matching_probability"] is None
    assert row["answered_matching"] is None


def answers(*pairs: tuple[int, float | None]) -> pd.DataFrame:
    """(matching position, probability of the first option) per question; None: not measured."""
    rows = [
        answer_row(
            question(position, id=str(at)), None if first is None else [math.log(first), math.log(1 - first)], **PLACE
        )
        for at, (position, first) in enumerate(pairs)
    ]
    return ANSWERS.validate(pd.DataFrame(rows))


def test_a_cell_counts_what_was_answered_and_weighs_labels_equally_in_the_mean() -> None:
    cell = measured_cell(answers((0, 0.9), (0, 0.8), (0, 0.4), (1, 0.7), (1, None)))
    assert (cell["n_questions"], cell["n_answered"], cell["n_matching"]) == (5, 4, 2)
    assert cell["matching_rate"] == pytest.approx(0.5)
    assert cell["mean_matching_probability"] == pytest.approx((0.7 + 0.3) / 2), "mean of the two labels' means"
    assert cell["label_share"] == pytest.approx(3 / 5)
    assert cell["ci_low"] < 0.5 < cell["ci_high"]


def test_a_cell_without_any_answer_is_an_error() -> None:
    with pytest.raises(ValueError, match="no question was answered"):
        measured_cell(answers((0, None)))
