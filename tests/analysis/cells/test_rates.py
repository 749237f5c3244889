"""Rates and their intervals."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.cells.rates import n_from_standard_error, probability_interval, published_rate_interval, wilson
from analysis.errors import TableError


def test_wilson_equals_the_published_example() -> None:
    # Newcombe 1998, table I, method 3: 81 of 263 gives 0.2553 to 0.3662; 0 of 20 gives 0 to 0.1611.
    interval = wilson(81, 263)
    assert (round(interval.low or 0, 4), round(interval.high or 0, 4)) == (0.2553, 0.3662)
    assert (wilson(0, 20).low, round(wilson(0, 20).high or 0, 4)) == (0.0, 0.1611)


def test_wilson_equals_statsmodels() -> None:
    from statsmodels.stats.proportion import proportion_confint

    for matching, n in ((0, 10), (3, 10), (10, 10), (499, 1000)):
        low, high = proportion_confint(matching, n, method="wilson")
        assert wilson(matching, n).low == pytest.approx(low, abs=1e-12)
        assert wilson(matching, n).high == pytest.approx(high, abs=1e-12)


@given(st.integers(1, 10_000), st.floats(0, 1))
def test_wilson_holds_the_rate_and_stays_a_share(n: int, share: float) -> None:
    matching = round(share * n)
    interval = wilson(matching, n)
    assert interval.low is not None
    assert interval.high is not None
    assert 0 <= interval.low <= matching / n <= interval.high <= 1


def test_no_answers_no_interval() -> None:
    interval = wilson(0, 0)
    assert interval.low is None
    assert "no question" in interval.method


@given(st.integers(3, 20_000), st.data())
def test_question_count_comes_back_from_a_harness_standard_error(n: int, data: st.DataObject) -> None:
    matching = data.draw(st.integers(1, n - 1))
    rate = matching / n
    assert n_from_standard_error(rate, math.sqrt(rate * (1 - rate) / (n - 1))) == n


def test_a_standard_error_of_something_else_gives_no_count() -> None:
    assert n_from_standard_error(0.4321, 0.0123) is None
    assert n_from_standard_error(0.0, 0.0) is None


def test_interval_names_its_method_or_why_there_is_none() -> None:
    assert published_rate_interval(0.5, 100, None, binary=True).method == "Wilson"
    assert "standard error" in published_rate_interval(0.5, None, 0.02, binary=False).method
    assert "upper bound" in published_rate_interval(0.5, 100, None, binary=False).method
    nothing = published_rate_interval(0.5, None, None, binary=False)
    assert nothing.low is None
    assert "neither question count nor standard error" in nothing.method


def test_labels_weigh_the_same() -> None:
    # Three questions matched by (A) at .9, one by (B) at .1: mean of label means (.9 + .1) / 2.
    mean, interval = probability_interval([0.9, 0.9, 0.9, 0.1], ["A", "A", "A", "B"])
    assert mean == pytest.approx(0.5)
    assert "labels weighted equally" in interval.method


def test_repeated_questions_do_not_narrow_the_interval() -> None:
    rng = np.random.default_rng(1)
    p = rng.uniform(0.2, 0.8, 50)
    once = probability_interval(p)[1]
    thrice = probability_interval(np.tile(p, 3), clusters=[str(i) for i in range(50)] * 3)[1]
    blind = probability_interval(np.tile(p, 3))[1]
    width, repeated, wrong = ((i.high or 0) - (i.low or 0) for i in (once, thrice, blind))
    assert repeated == pytest.approx(width, rel=0.1)
    assert wrong < 0.65 * width


def test_probability_outside_0_1_is_refused_by_row() -> None:
    with pytest.raises(TableError, match=r"row 1: 1.5 is not between 0 and 1"):
        probability_interval([0.5, 1.5])
