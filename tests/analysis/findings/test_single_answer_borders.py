"""Single answers at their borders: which belong to a rate, when a model leans too far, what its gap is."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from rate_builders import SIZES, rates_row

from analysis.catalogue.behaviors import behaviors
from analysis.findings.drafts import draft_of
from analysis.findings.series import rate_rows, split_series
from analysis.findings.single_answers import Items, SingleAnswers
from analysis.tables import ANSWERS, RATES

BEHAVIOR = "persona-agreeableness"


def cell(
    first: float, other: float, *, n: tuple[int, int] = (50, 50), checkpoint: str = "m", size: float = SIZES[0], **rate
) -> tuple[dict[str, object], list[dict[str, object]]]:
    """A RATES row and its answers: matching probability where the first option matches, and where the second does."""
    p = [first] * n[0] + [other] * n[1]
    answers = [
        {
            "checkpoint": checkpoint, "evaluation": "e", "question_id": str(at), "prompt_style": "d",
            "matching_probability": value, "answered_matching": value > 0.5, "total_option_mass": 1.0,
            "matching_position": int(at >= n[0]), "scoring_way": "made",
        }
        for at, value in enumerate(p)
    ]  # fmt: skip
    row = {
        "checkpoint": checkpoint, "parameter_count": int(size), "evaluation": "e", "behavior": BEHAVIOR,
        "prompt_style": "d", "n_questions": len(p), "matching_rate": float(np.mean([each > 0.5 for each in p])),
    }  # fmt: skip
    return rates_row(**row | rate), answers


def items_of(row: dict[str, object], answers: list[dict[str, object]]) -> Items | None:
    rates = RATES.validate(pd.DataFrame([row]))
    return SingleAnswers.of(ANSWERS.validate(pd.DataFrame(answers))).of_rows(rate_rows(rates))


@pytest.mark.parametrize(
    ("first", "other", "mark"),
    [
        (0.75, 0.0, ""),
        (1.0, 0.25, ""),
        (1.0, 0.125, "answers by position: nearly always the first option"),
        (0.0, 0.75, ""),
        (0.125, 1.0, "answers by position: nearly never the first option"),
    ],
)
def test_a_lean_of_eighty_points_to_either_option_spoils_the_mean(first: float, other: float, mark: str) -> None:
    made = [cell(first, other, checkpoint=f"m{at}", size=size) for at, size in enumerate(SIZES)]
    rates = RATES.validate(pd.DataFrame([row for row, _ in made]))
    single = SingleAnswers.of(ANSWERS.validate(pd.DataFrame([each for _, answers in made for each in answers])))
    (series,) = split_series(rates, "size")
    draft = draft_of(series, "size", behaviors(), single.of_rows(series.rows))
    assert set(draft.marks) == {mark}
    assert draft.verdict == ("left_out" if mark else None)


def test_exactly_eighty_points_are_too_far() -> None:
    items = items_of(*cell(0.8, 0.0, n=(16, 16)))
    assert items is not None
    assert items.label_gap(0) == 0.8
    (series,) = split_series(RATES.validate(pd.DataFrame([cell(0.8, 0.0, n=(16, 16))[0]])), "size")
    assert draft_of(series, "size", behaviors(), items).marks[0].startswith("answers by position")


def test_a_gap_needs_ten_questions_on_either_side() -> None:
    enough, few, fewer = (items_of(*cell(0.9, 0.3, n=n)) for n in ((10, 10), (9, 40), (40, 9)))
    assert enough is not None
    assert few is not None
    assert fewer is not None
    assert (enough.label_gap(0), few.label_gap(0), fewer.label_gap(0)) == (pytest.approx(0.6), None, None)
    assert (enough.n_labels(0), few.n_labels(0)) == (2, 1), "and so does a label of its own"
    seen = enough.cell(0)
    assert (seen.mean, seen.label_gap, seen.n) == (pytest.approx(0.6), pytest.approx(0.6), 20)


def test_answers_belong_to_a_rate_of_the_same_count_within_half_an_answer() -> None:
    """50 of 100 match. A rate published as .504 is the same count, .506 another; .496 and .494 alike."""
    for rate, same in ((0.504, True), (0.506, False), (0.496, True), (0.494, False)):
        row, answers = cell(0.9, 0.3)
        assert (items_of(row | {"matching_rate": rate}, answers) is not None) == same


def test_nine_in_ten_of_the_questions_must_be_there() -> None:
    for asked, enough in ((111, True), (112, False), (None, True)):
        row, answers = cell(0.9, 0.3)
        assert (items_of(row | {"n_questions": asked}, answers) is not None) == enough
    row, answers = cell(0.9, 0.3, n=(45, 45))
    assert items_of(row | {"n_questions": 100}, answers) is not None, "ninety of a hundred"


def test_a_question_two_models_saw_in_another_order_is_a_label_of_its_own() -> None:
    """30 questions: 10 first, 20 second for one model; the other saw the last ten turned round."""
    one, _ = cell(0.9, 0.3, n=(10, 20), checkpoint="a")
    made = [cell(0.9, 0.3, n=(10, 20), checkpoint=name)[1] for name in "ab"]
    for answer in made[1][20:]:
        answer["matching_position"] = 0
    rates = RATES.validate(pd.DataFrame([one, one | {"checkpoint": "b"}]))
    single = SingleAnswers.of(ANSWERS.validate(pd.DataFrame([*made[0], *made[1]])))
    items = single.of_rows(rate_rows(rates))
    assert items is not None
    assert [items.n_labels(at) for at in (0, 1)] == [3, 3]
    labels = items.label[items.part(0)]
    assert [len(set(labels[part])) for part in (slice(0, 10), slice(10, 20), slice(20, 30))] == [1, 1, 1]
