"""When families speak together: who counts, at which q, and what their scatter says."""

from __future__ import annotations

import math

import pytest
from scipy.stats import chi2

from analysis.findings.generality import generality
from analysis.trends.result import SeriesResult
from analysis.verdicts import Verdict

ABOVE = math.nextafter(0.05, 1)


def result(family: str, change: float, q: float, verdict: Verdict = "inverse", *, series: str = "") -> SeriesResult:
    """Standard error .1."""
    return SeriesResult(
        behavior="b", family=family, series=series, axis="size", n_points=6, verdict=verdict, reason="", q=q,
        change=change, change_low=change - 0.1959964, change_high=change + 0.1959964,
    )  # fmt: skip


def test_two_families_at_the_level_are_general_and_one_above_it_is_not() -> None:
    at, above = (generality([result("A", 0.5, 0.01), result("B", 0.4, q, "flat")]) for q in (0.05, ABOVE))
    assert at is not None
    assert above is not None
    assert (at.general, above.general) == (True, False)
    assert above.reason == "only A shows a trend (q <= 0.05); general needs two families"


def test_the_opposite_at_the_level_ends_it_and_above_it_does_not() -> None:
    both = [result("A", 0.5, 0.01), result("B", 0.4, 0.01)]
    at, above = (generality([*both, result("C", -0.4, q)]) for q in (0.05, ABOVE))
    assert at is not None
    assert above is not None
    assert (at.general, above.general) == (False, True)
    assert (above.n_rising, above.n_falling, above.n_families) == (2, 1, 3)


def test_an_inconclusive_series_counts_only_where_it_is_not_flagged() -> None:
    two = [result("A", 0.5, 0.01), result("B", 0.4, 0.01)]
    for q, families in ((0.05, 2), (ABOVE, 3)):
        seen = generality([*two, result("C", 0.1, q, "inconclusive")])
        assert seen is not None
        assert seen.n_families == families


def test_two_series_of_one_family_are_not_two_families() -> None:
    assert generality([result("A", 0.5, 0.01), result("A", 0.5, 0.01, series="chat")]) is None
    refused = result("B", -1.0, 0.01, "inconclusive")
    assert generality([result("A", 0.5, 0.01), result("A", 0.5, 0.01, series="chat"), refused]) is None


def test_scatter_between_families_by_hand() -> None:
    # Changes .2 and .5 with error .1: mean .35, Q = 2 x (.15/.1)^2 = 4.5 on one degree, I^2 = 3.5/4.5
    apart = generality([result("A", 0.2, 0.01), result("B", 0.5, 0.01)])
    assert apart is not None
    assert (apart.q, apart.q_df) == (pytest.approx(4.5, rel=1e-6), 1)
    assert apart.q_p == pytest.approx(chi2.sf(4.5, 1), rel=1e-5)
    assert apart.i_squared == pytest.approx(3.5 / 4.5, rel=1e-5)
    # .40 and .41 differ by less than chance would have it: no share below 0.
    near = generality([result("A", 0.40, 0.01), result("B", 0.41, 0.01)])
    assert near is not None
    assert (near.q, near.i_squared) == (pytest.approx(0.005, rel=1e-5), 0.0)
