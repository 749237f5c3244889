"""Either side of every border of the health rules."""

from __future__ import annotations

from dataclasses import replace

import pytest

from analysis.catalogue.unlisted import unlisted
from analysis.cells.health import Cell, Mark, cell_marks, incomplete_warning, mass_warning, series_reason
from analysis.records import SKILLS, Behavior

PLAIN = unlisted("x", "X")
LABELS = replace(PLAIN, label_shares=(("(A)", 0.4), ("(B)", 0.6)))
EVEN = replace(PLAIN, label_shares=(("(A)", 0.5), ("(B)", 0.5)))
SKILL = replace(PLAIN, group=SKILLS, chance=0.25)
CONSTANT, THIN, BROKEN = Mark("constant", "c"), Mark("thin", "only 10"), Mark("broken", "is low")


def kinds(behavior: Behavior, *cells: tuple[float, int | None]) -> list[str | None]:
    marks = cell_marks(behavior, [Cell(f"m{at}", rate, n) for at, (rate, n) in enumerate(cells)])
    return [mark and mark.kind for mark in marks]


def test_fifty_questions_are_enough() -> None:
    assert kinds(PLAIN, (0.3, 50), (0.3, 49), (0.3, None)) == [None, "thin", None]


@pytest.mark.parametrize(
    ("rate", "n", "constant"),
    [
        (0.401, 5000, True),  # a thousandth off, either way
        (0.399, 5000, True),
        (0.4011, 5000, False),
        (0.3989, 5000, False),
        (0.405, 200, True),  # one question of 200
        (0.4051, 200, False),
        (0.401, None, True),
        (0.402, None, False),
        (0.6, 5000, True),
    ],
)
def test_a_constant_answer_is_within_a_thousandth_or_one_question(rate: float, n: int | None, constant: bool) -> None:
    assert kinds(LABELS, (rate, n)) == ["constant" if constant else None]


def test_the_catalogue_says_how_many_questions_where_the_cell_does_not() -> None:
    assert kinds(replace(LABELS, n_questions=200), (0.405, None)) == ["constant"]
    assert kinds(replace(LABELS, n_questions=5000), (0.405, 200)) == ["constant"], "the cell's own count is the one"


def test_a_single_hit_on_an_even_set_is_chance_but_other_marks_stay() -> None:
    assert kinds(EVEN, (0.5, 1000), (0.7, 10), (0.6, 1000)) == [None, "thin", None]
    assert kinds(EVEN, (0.5, 1000), (0.5, 1000), (0.6, 1000)) == ["constant", "constant", None]
    assert kinds(LABELS, (0.4, 1000), (0.7, 1000)) == ["constant", None], "on an uneven set one hit is enough"
    one_label = replace(PLAIN, label_shares=(("(A)", 1.0),))
    assert kinds(one_label, (1.0, 1000)) == ["constant"], "one label is no even set"


def test_three_equal_rates_over_a_thousand_questions() -> None:
    assert kinds(PLAIN, *[(0.37, 1000)] * 3) == ["constant"] * 3
    assert kinds(PLAIN, *[(0.37, 1000)] * 2, (0.38, 1000)) == [None] * 3
    assert kinds(PLAIN, *[(0.37, 999)] * 3) == [None] * 3, "with few questions rates meet by chance"
    assert kinds(PLAIN, *[(0.0, 1000)] * 3, *[(1.0, 1000)] * 3) == [None] * 6, "a floor and a ceiling are shared"


def test_a_skill_below_half_of_chance_is_broken() -> None:
    assert kinds(SKILL, (0.125, 1000), (0.1249, 1000)) == [None, "broken"]
    assert kinds(replace(SKILL, group="Sycophancy"), (0.1, 1000)) == [None], "only of skills"
    assert kinds(replace(SKILL, chance=None), (0.1, 1000)) == [None]


def reason(*marks: Mark | None, sizes: list[float] | None = None, what: str = "sizes") -> str | None:
    told = series_reason(list(marks), sizes or [float(at) for at in range(len(marks))], what)
    return told and told[0]


def test_a_third_of_constant_answers_spoils_a_series() -> None:
    assert reason(CONSTANT, CONSTANT, *[None] * 4) == "left_out"
    assert reason(CONSTANT, CONSTANT, *[None] * 5) is None
    assert reason(CONSTANT, *[None] * 3) == "left_out", "one of four: three sizes are left"
    assert reason(CONSTANT, *[None] * 4) is None


def test_what_is_left_must_be_four_sizes() -> None:
    assert [reason(THIN, *[None] * 3), reason(THIN, *[None] * 4)] == ["left_out", None]
    assert [reason(BROKEN, *[None] * 3), reason(BROKEN, *[None] * 4)] == ["left_out", None]
    assert [reason(*[None] * 3), reason(*[None] * 4)] == ["insufficient", None]
    assert reason(*[None] * 5, sizes=[1, 1, 2, 3, 3]) == "insufficient"
    assert series_reason([None], [1.0], "step counts") == ("insufficient", "has 1 step count; a trend needs 4")
    assert series_reason([THIN, BROKEN, None], [1, 2, 3]) == ("left_out", "1 of 3 models have only 10")


def test_nine_in_ten_questions_answered_are_enough() -> None:
    assert incomplete_warning(900, 1000) == ""
    assert incomplete_warning(899, 1000) == "only 899 of 1,000 questions have an answer, and the others may differ"
    assert incomplete_warning(None, 1000) == incomplete_warning(1, None) == ""


def test_half_of_the_probability_on_the_options_is_enough() -> None:
    assert (mass_warning(0.5), mass_warning(None)) == ("", "")
    assert mass_warning(0.496) == "hardly plays: only 50 % of its probability is on the options"
