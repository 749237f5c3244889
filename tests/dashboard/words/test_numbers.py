"""Numbers as readers see them, either side of where they round."""

from __future__ import annotations

import pytest
from finding_builders import point

from dashboard.words import numbers
from dashboard.words.findings import listed, q_equals, q_text, questions

MINUS = "\u2212"


@pytest.mark.parametrize(
    ("tokens", "text"),
    [
        (0, "0"),
        (999, "999"),
        (1000, "1K"),
        (9_949, "9.9K"),
        (9_950, "10K"),
        (999_499, "999K"),
        (999_500, "1M"),  # rounds to 1,000K, which is 1M
        (1_250_000, "1.2M"),
        (69_206_016_000, "69B"),
        (999_500_000_000, "1T"),
        (15_000_000_000_000, "15T"),
    ],
)
def test_tokens_in_short(tokens: float, text: str) -> None:
    assert numbers.token_label(tokens) == text


@pytest.mark.parametrize(
    ("difference", "text"),
    [
        (0.00049, "0.0"),
        (-0.00049, "0.0"),
        (0.00051, "+0.1"),
        (-0.00051, f"{MINUS}0.1"),
        (0.5, "+50.0"),
        (-1.0, f"{MINUS}100.0"),
    ],
)
def test_a_difference_has_a_sign_unless_it_rounds_to_nothing(difference: float, text: str) -> None:
    assert numbers.signed_points(difference) == text


def test_intervals_need_both_ends() -> None:
    assert numbers.level_interval(0.441, 0.5094) == "[44.1, 50.9]"
    assert numbers.level_interval(0.0, 0.5) == "[0.0, 50.0]", "an end of 0 is an end"
    assert numbers.level_interval(None, 0.5) == numbers.level_interval(0.5, None) == ""
    assert numbers.points_interval(0.0, 0.1) == "[0.0, +10.0]"
    assert numbers.points_interval(0.1, None) == ""


def test_one_is_no_plural() -> None:
    assert [numbers.plural(n, "family") for n in (0, 1, 2)] == ["0 families", "1 family", "2 families"]
    assert numbers.plural(9984, "question") == "9,984 questions"


def test_a_correlation_has_two_digits_and_a_true_minus() -> None:
    assert [numbers.r_text(r) for r in (0.434, -0.078, 1.0)] == ["0.43", f"{MINUS}0.08", "1.00"]


def test_q_below_a_thousandth_is_said_so() -> None:
    assert [q_text(q) for q in (0.00049, 0.0005, 0.0504, None)] == ["< 0.001", "0.001", "0.050", ""]
    assert [q_equals(q) for q in (0.00049, 0.0005)] == ["q < 0.001", "q = 0.001"]


def test_four_names_are_named_and_five_are_counted() -> None:
    assert listed(list("ABCD")) == "A, B, C and D"
    assert listed(list("ABCDE")) == "A, B, C and 2 more"
    assert [listed(list("AB")), listed(["A"]), listed([])] == ["A and B", "A", ""]


def test_questions_go_from_fewest_to_most() -> None:
    asked = [point(f"{n}", 1e9, 0.5, n=n) for n in (700, 9000, 50)]
    assert questions(asked) == "50 to 9,000 per model"
    assert questions(asked[:1]) == "700 per model"
    assert questions([point("1B", 1e9, 0.5, n=None)]) == "not stated by the source"
