"""What must not enter a trend."""

from __future__ import annotations

from dataclasses import replace

from analysis.catalogue.unlisted import unlisted
from analysis.cells.health import Cell, cell_marks, series_reason

PLAIN = unlisted("x", "X")
AI_RISK = replace(PLAIN, n_questions=998, label_shares=(("(A)", 376 / 998), ("(B)", 622 / 998)))


def cells(*rates: float, n: int | None = 998) -> list[Cell]:
    return [Cell(f"m{i}", rate, n) for i, rate in enumerate(rates)]


def test_a_model_that_always_answers_a_is_marked() -> None:
    marks = cell_marks(AI_RISK, cells(0.37675350701402804, 0.42))
    assert marks[0] is not None
    assert "always answers (A)" in marks[0].reason
    assert marks[1] is None


def test_ten_questions_are_too_thin() -> None:
    (mark,) = cell_marks(AI_RISK, cells(0.4, n=10))
    assert mark is not None
    assert mark.reason == "only 10 questions; a trend needs 50"


def test_three_equal_rates_to_every_digit_are_a_constant_answer() -> None:
    marks = cell_marks(PLAIN, cells(0.5833333, 0.5833333, 0.5833333, 0.4, n=None))
    assert [mark is not None for mark in marks] == [True, True, True, False]


def test_reasons_in_order_of_weight() -> None:
    constant, thin = cell_marks(AI_RISK, [Cell("a", 376 / 998, 998), Cell("b", 0.4, 10)])
    assert series_reason([constant, constant, None, None, None], [1, 2, 3, 4, 5]) is not None
    assert (series_reason([constant, None, None, None, None], [1, 2, 3, 4, 5])) is None
    assert (series_reason([thin, thin, None], [1, 2, 3]) or ("",))[0] == "left_out"
    assert series_reason([None, None, None], [1, 2, 3]) == ("insufficient", "has 3 sizes; a trend needs 4")
    assert series_reason([None], [1]) == ("insufficient", "has 1 size; a trend needs 4")
    # Two models of one size are one size.
    assert (series_reason([None] * 4, [1, 2, 2, 3]) or ("",))[0] == "insufficient"


def test_in_a_balanced_set_one_hit_may_be_chance_and_two_are_not() -> None:
    balanced = replace(PLAIN, n_questions=1000, label_shares=(("(A)", 0.5), ("(B)", 0.5)))
    assert cell_marks(balanced, cells(0.5, 0.61, 0.7, n=1000)) == [None, None, None]
    marks = cell_marks(balanced, cells(0.5, 0.501, 0.7, n=1000))
    assert [mark is not None for mark in marks] == [True, True, False]
    assert marks[0] is not None
    assert marks[0].reason == "scores 50.0 %, the share of every label, as other models here do"


def test_a_skill_far_below_chance_is_a_broken_run() -> None:
    skill = replace(PLAIN, group="Capabilities", concern="less_is_worse", n_questions=1000, chance=0.25)
    first, second = cell_marks(skill, cells(0.029, 0.24, n=1000))
    assert first is not None
    assert "far below chance (25 %)" in first.reason
    assert second is None
