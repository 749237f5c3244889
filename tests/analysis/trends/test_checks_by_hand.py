"""What stands beside a verdict, from posteriors written by hand: scatter, bend, jumpiness, curve, smallest change."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scipy.stats import chi2, norm

from analysis.trends.adequacy import Adequacy, adequacy
from analysis.trends.assess import Assessment, assess, points
from analysis.trends.curves import POINTS, curves_of
from analysis.trends.detectable import believed, detectable_changes, threshold
from analysis.trends.fit.core import TAUS
from analysis.trends.fit.prior import OMEGAS
from analysis.trends.result import SeriesResult
from analysis.trends.series.series import Scale, Series
from analysis.trends.trend import FamilyPrior

X = np.array([8.0, 8.6, 9.1, 9.9, 10.4])
V = np.diag([0.010, 0.020, 0.015, 0.012, 0.018])
T09, T13, T18, T25 = 4, 5, 6, 7
"""Places of 0.09, 0.13, 0.18 and 0.25 on the grid of tau."""


def assessed(n: int, y: tuple[float, ...] = (0.1, 0.3, 0.2, 0.6, 0.5), x: np.ndarray = X) -> Assessment:
    """n series alike over five sizes."""
    rows = [Series(f"b{at}", "F", "", 10**x, x, np.array(y), V, n_distinct=len(y)) for at in range(n)]
    return assess(rows, "size")


def believing(found: Assessment, weights: list[dict[tuple[int, int], float]], misfit: float = 0.0) -> Assessment:
    """The same where each series has these weights at (tau, omega), and their mean tau."""
    W = np.zeros((len(weights), 1, len(TAUS), len(OMEGAS)))
    for at, one in enumerate(weights):
        for place, weight in one.items():
            W[at, 0][place] = weight
    with np.errstate(divide="ignore"):
        grid = replace(found.grids[0], log_likelihood=np.log(W), misfit=np.full(W.shape, misfit))
    even = FamilyPrior(np.full(W.shape[1:], 1 / W[0].size), None, 1.0)
    tau = (W.sum((1, 3)) * TAUS).sum(1)
    return replace(found, grids=[grid], priors={"F": even}, trends=replace(found.trends, tau=tau))


def jumpy(usual: int, odd: dict[tuple[int, int], float], n: int = 8) -> list[bool | None]:
    """Seven series (n - 1) at one tau, and one with other weights."""
    return adequacy(believing(assessed(n), [*[{(usual, 0): 1.0}] * (n - 1), odd])).jumpy


@pytest.mark.parametrize(
    ("usual", "odd", "expected"),
    [
        (T09, {(T25, 0): 1.0}, True),  # more than twice .09
        (T09, {(T18, 0): 1.0}, False),  # twice .09, not more
        (T09, {(T25, 0): 0.81, (0, 0): 0.19}, True),  # four in five
        (T09, {(T25, 0): 0.79, (0, 0): 0.21}, False),
        (1, {(T13, 0): 1.0}, True),  # 6.5 times .02, and above .1
        (1, {(T09, 0): 1.0}, False),  # 4.5 times .02, but below .1
    ],
)
def test_jumpy_is_twice_the_family_and_above_a_tenth_with_four_in_five(
    usual: int, odd: dict[tuple[int, int], float], expected: bool
) -> None:
    assert jumpy(usual, odd) == [*[False] * 7, expected]


def test_eight_series_say_what_is_usual_and_seven_do_not() -> None:
    assert jumpy(T09, {(T25, 0): 1.0}, n=8)[-1] is True
    assert jumpy(T09, {(T25, 0): 1.0}, n=7) == [None] * 7


def test_the_median_is_that_of_the_family_and_no_odd_series_moves_it() -> None:
    weights = [*[{(T09, 0): 1.0}] * 7, {(13, 0): 1.0}]
    assert adequacy(believing(assessed(8), weights)).jumpy[-1] is True


def checked(misfit: float) -> Adequacy:
    bent = {(0, 0): 0.4, (0, 1): 0.3, (T09, 3): 0.3}
    return adequacy(believing(assessed(8), [bent] * 8, misfit))


def test_bend_is_all_that_is_not_straight_and_scatter_is_a_chi_squared_of_m_minus_2() -> None:
    told = checked(6.0)
    assert told.bend == pytest.approx(0.6)
    # The same misfit at every place of the grid: whatever is usual, p is the tail of chi-squared with 5 - 2 = 3.
    assert told.p == pytest.approx(chi2.sf(6.0, 3))


def test_scatter_is_weighed_by_what_is_usual_in_the_family() -> None:
    """Seven series at tau .09, one at 2: its own tau would excuse any scatter (misfit 0), the family's does not."""
    found = believing(assessed(8), [*[{(T09, 0): 1.0}] * 7, {(13, 0): 1.0}])
    misfit = np.zeros_like(found.grids[0].misfit)
    misfit[:, :, T09] = 9.0
    told = adequacy(replace(found, grids=[replace(found.grids[0], misfit=misfit)]))
    assert told.p == pytest.approx(7 / 8 * chi2.sf(9.0, 3) + 1 / 8)


def test_the_curve_is_the_line_with_its_95_percent_band() -> None:
    """All weight on one tau without a bend: generalised least squares and its error, place by place."""
    y = np.array([0.1, 0.3, 0.2, 0.6, 0.5])
    found = believing(assessed(2), [{(T09, 0): 1.0}] * 2)
    curve = curves_of(found, Scale("size"))[1]
    D = np.stack([np.ones(5), X], 1)
    inverse = np.linalg.inv(V + TAUS[T09] ** 2 * np.eye(5))
    covariance = np.linalg.inv(D.T @ inverse @ D)
    beta = covariance @ D.T @ inverse @ y
    for point in curve:
        a = np.array([1.0, np.log10(point.x)])
        half = 1.959964 * np.sqrt(a @ covariance @ a)
        for share, logit in ((point.estimate, 0), (point.low, -half), (point.high, half)):
            assert share == pytest.approx(1 / (1 + np.exp(-(a @ beta + logit))), abs=1e-5)
    assert np.log10([curve[0].x, curve[-1].x]) == pytest.approx([8.0, 10.4 + 0.3])
    assert [point.inside for point in curve] == [True] * 34 + [False] * 6
    assert np.log10(curve[33].x) == pytest.approx(10.4), "the largest size itself is on the curve, and inside"


def test_along_steps_the_curve_ends_with_the_data() -> None:
    scale = Scale("rlhf", 50.0)
    steps = np.array([0.0, 50, 100, 250, 500])
    # x = log2(1 + s/50): 0, 1, log2 3, log2 6, log2 11
    assert scale.x(steps) == pytest.approx([0, 1, np.log2(3), np.log2(6), np.log2(11)])
    assert scale.raw(scale.x(steps)) == pytest.approx(steps)
    row = Series("b", "F", "m", steps, scale.x(steps), np.array([0.1, 0.3, 0.2, 0.6, 0.5]), V, n_distinct=5)
    curve = curves_of(assess([row], "rlhf"), scale)[0]
    assert (len(curve), {point.inside for point in curve}) == (POINTS, {True})
    assert (curve[0].x, curve[-1].x) == pytest.approx((0, 500))


def test_a_line_in_steps_is_straight_in_steps() -> None:
    """All weight on the shape 'steps', one tau: generalised least squares in raw steps, from first to last."""
    scale, steps = Scale("rlhf", 50.0), np.array([0.0, 50, 100, 250, 500])
    y = np.array([0.1, 0.3, 0.2, 0.6, 0.5])
    found = assess([Series("b", "F", "m", steps, scale.x(steps), y, V, n_distinct=5)], "rlhf")
    sure = np.full(found.grids[0].log_likelihood.shape, -np.inf)
    sure[0, 1, T09, 0] = 0.0
    even = FamilyPrior(np.full(sure.shape[1:], 1 / sure[0].size), None, 1.0)
    found = replace(found, grids=[replace(found.grids[0], log_likelihood=sure)], priors={"F": even})
    D = np.stack([np.ones(5), steps], 1)
    inverse = np.linalg.inv(V + TAUS[T09] ** 2 * np.eye(5))
    beta = np.linalg.solve(D.T @ inverse @ D, D.T @ inverse @ y)
    for point in curves_of(found, scale)[0]:
        assert point.estimate == pytest.approx(1 / (1 + np.exp(-(beta[0] + beta[1] * point.x))), abs=1e-9)


def test_any_rlhf_against_none_needs_a_step_0() -> None:
    scale = Scale("rlhf", 50.0)
    for first, possible in ((0.0, True), (25.0, False)):
        steps = np.array([first, 50, 100, 250, 500])
        found = assess([Series("b", "F", "m", steps, scale.x(steps), np.zeros(5), V, n_distinct=5)], "rlhf")
        assert np.isfinite(found.grids[0].log_likelihood[0, :2]).all()
        assert np.isfinite(found.grids[0].log_likelihood[0, 2]).all() == possible


def test_a_change_of_logits_in_points() -> None:
    # Around 50 %: logit -+ log 3 is 25 % and 75 %. Around log 3: 50 % and 90 %.
    assert float(points(np.array(0.0), np.array(2 * np.log(3)))) == pytest.approx(0.5)
    assert float(points(np.array(np.log(3)), np.array(2 * np.log(3)))) == pytest.approx(0.4)
    assert float(points(np.array(np.log(3)), np.array(-2 * np.log(3)))) == pytest.approx(-0.4)


def test_the_smallest_change_of_a_series_adds_the_quantile_of_its_power() -> None:
    """One normal with standard error s: b* has 2 Phi(-b*/s) = p, and b* + .8416 s is found in 80 %. Eight series are
    tested together; a border below 0.20 is 0.20."""
    found = believing(assessed(8), [{(13, 0): 1.0}] * 8)
    sd = float(found.grids[0].sd[0, 0, 13, 0])
    z = norm.isf(threshold(8) / 2)
    assert z * sd > 0.2
    assert detectable_changes(found.n_tests, believed(found)) == pytest.approx(
        np.full(8, z * sd + 0.841621 * sd), rel=1e-6
    )
    exact = believing(assessed(8), [{(0, 0): 1.0}] * 8)
    narrow = replace(exact, grids=[replace(exact.grids[0], sd=np.full_like(exact.grids[0].sd, 0.01))])
    assert detectable_changes(narrow.n_tests, believed(narrow)) == pytest.approx(np.full(8, 0.2 + 0.00841621), rel=1e-6)


def test_the_threshold_is_never_above_the_level() -> None:
    # Of two, 1 + .24 = 1.24 are found: .05 x .62/(1.05 x .38) is above .05. Of three 1.48: .05 x .4933/(1.05 x .5067).
    assert threshold(2) == 0.05
    assert threshold(3) == pytest.approx(0.05 * 1.48 / 3 / (1.05 * 1.52 / 3))


def test_the_q_of_a_verdict_is_that_of_what_it_claims() -> None:
    bare = {"behavior": "b", "family": "F", "series": "", "axis": "size", "n_points": 5, "reason": ""}
    told = {
        word: SeriesResult(**bare, verdict=word, q=0.4, q_shape=0.01).verdict_q
        for word in ("inverse", "flat", "inconclusive", "u_shaped", "inverted_u")
    }
    assert told == {"inverse": 0.4, "flat": 0.4, "inconclusive": 0.4, "u_shaped": 0.01, "inverted_u": 0.01}
