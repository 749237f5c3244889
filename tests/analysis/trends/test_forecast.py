"""Forecasts against dense kriging, and the record of past ones by hand."""

from __future__ import annotations

import numpy as np
import pytest

from analysis.trends.fit.core import TAUS
from analysis.trends.forecast import WIGGLES, forecasts, grid_forecast, wiener
from analysis.trends.holdout import measured_coverage
from analysis.trends.series.batches import batches_of
from analysis.trends.series.series import Series

X = np.array([8.0, 8.7, 9.1, 9.9, 10.4])
Y = [0.1, 0.3, 0.2, 0.6, 0.5]
VARIANCES = np.array([0.010, 0.020, 0.015, 0.012, 0.018])
CORRELATION = 0.3 + 0.7 * np.eye(5)


def series(y: list[float], behavior: str = "b", x: np.ndarray = X, V: np.ndarray | None = None) -> Series:
    if V is None:
        V = 1e-6 * np.eye(len(y))
    return Series(behavior, "F", "", 10**x, x, np.array(y, float), V, n_distinct=len(set(x.tolist())))


def test_the_kernel_is_that_of_an_integrated_wiener_process() -> None:
    # 2 m^2 (3 M - m): (1, 2) -> 2 (6 - 1) = 10; (2, 2) -> 8 (6 - 2) = 32; (3, 2) -> 8 (9 - 2) = 56
    assert wiener(np.array([1.0, 2.0, 3.0]), np.array([2.0])).ravel().tolist() == [10, 32, 56]


@pytest.mark.parametrize("new_x", [11.2, 9.5, 7.4], ids=["beyond", "between", "before"])
def test_equals_dense_kriging(new_x: float) -> None:
    """y = a + b t + w(t) + u + e at a new model: its own tau^2, the average cell's item variance, and the item
    covariance of the average pair (here .3 throughout)."""
    V = np.sqrt(VARIANCES)[:, None] * CORRELATION * np.sqrt(VARIANCES)
    (batch,) = batches_of([series(Y, V=V)])
    # Another, farther place in the same call moves the origin of w only where it lies before the data.
    seen = grid_forecast(batch, np.array([new_x]))
    t, new = (X - X.mean()) / (X[-1] - X[0]), (new_x - X.mean()) / (X[-1] - X[0])
    origin = min(t[0], new)
    K, k = wiener(t - origin, t - origin), wiener(np.array([new - origin]), t - origin)[0]
    at_new = wiener(np.array([new - origin]), np.array([new - origin]))[0, 0]
    D, a = np.stack([np.ones(5), t], 1), np.array([1.0, new])
    for tau_at, wiggle_at in ((0, 3), (4, 0), (6, 2)):
        tau, wiggle = TAUS[tau_at], WIGGLES[wiggle_at]
        S = V + tau**2 * np.eye(5) + wiggle**2 * K
        shared = wiggle**2 * k + 0.3 * np.sqrt(VARIANCES.mean() * VARIANCES)
        own = wiggle**2 * at_new + VARIANCES.mean() + tau**2
        inverse = np.linalg.inv(S)
        covariance = np.linalg.inv(D.T @ inverse @ D)
        beta = covariance @ D.T @ inverse @ Y
        rest, gap = Y - D @ beta, a - D.T @ inverse @ shared
        assert seen.estimate[0, 0, tau_at, wiggle_at] == pytest.approx(a @ beta + shared @ inverse @ rest, abs=1e-9)
        variance = own - shared @ inverse @ shared + gap @ covariance @ gap
        assert seen.variance[0, 0, tau_at, wiggle_at] == pytest.approx(variance, rel=1e-8)
        likelihood = -0.5 * (np.linalg.slogdet(S)[1] - np.linalg.slogdet(covariance)[1] + rest @ inverse @ rest)
        assert seen.log_likelihood[0, tau_at, wiggle_at] == pytest.approx(likelihood, abs=1e-8)


def test_items_that_models_disagree_on_lend_no_covariance() -> None:
    """A negative average correlation counts as none: the variance is that of independent cells."""
    V = 0.01 * (1.2 * np.eye(5) - 0.2)
    (batch,), (alone,) = batches_of([series(Y, V=V)]), batches_of([series(Y, V=0.01 * np.eye(5))])
    seen, other = (grid_forecast(each, np.array([11.0])).variance[0, 0, 13, 0] for each in (batch, alone))
    # tau = 2 and no wiggle: 4 (1 + c'c) + item variance + c'Vc, and c sums to 1, so that c'Vc is .012 c'c - .002
    t, new = (X - X.mean()) / (X[-1] - X[0]), (11.0 - X.mean()) / (X[-1] - X[0])
    length = 1 / 5 + new**2 / (t @ t)
    assert seen == pytest.approx(4 * (1 + length) + 0.01 + 0.012 * length - 0.002, rel=1e-6)
    assert other == pytest.approx(4 * (1 + length) + 0.01 + 0.01 * length, rel=1e-6)


def test_the_interval_is_central() -> None:
    """Series at 0 throughout: whatever tau and the wiggle are, the forecast is even about 0, and so are its ends."""
    seen = forecasts([series([0.0] * 5, V=0.01 * np.eye(5))], np.array([10.8]), 0.8)
    assert seen.estimate[0, 0] == pytest.approx(0, abs=1e-12)
    assert seen.low[0, 0] == pytest.approx(-seen.high[0, 0], rel=1e-5)
    assert seen.high[0, 0] > 0.1


def test_the_record_repeats_the_last_kept_size() -> None:
    """Last values: 1 ahead |.9 - .5| and |-.3 - .1|, 2 ahead |.9 - .4| and |-.3 - .2|. Signs would cancel."""
    rows = [series([0.2, 0.3, 0.4, 0.5, 0.9], "up"), series([0.4, 0.3, 0.2, 0.1, -0.3], "down")]
    one, two = measured_coverage(rows)
    assert (one.ahead, one.n_forecasts, one.error_of_last) == (1, 2, pytest.approx(0.4))
    assert (two.ahead, two.n_forecasts, two.error_of_last) == (2, 2, pytest.approx(0.5))
    # Mirrored series are forecast alike: both miss by the same, in opposite directions. .6 continues each line.
    assert one.error == pytest.approx(0.3, abs=0.02)


@pytest.mark.parametrize("jump", [3.0, -3.0])
def test_a_jump_either_way_is_not_covered(jump: float) -> None:
    straight = [0.0, 0.1, 0.2, 0.3]
    jumping = [series([*straight, 0.4 + jump], f"b{at}") for at in range(20)]
    assert measured_coverage(jumping)[0].covered == 0
    steady = [series([*straight, 0.4], f"b{at}") for at in range(20)]
    assert measured_coverage(steady)[0].covered == 1


def test_five_sizes_have_a_record_and_four_do_not() -> None:
    assert [each.n_forecasts for each in measured_coverage([series(Y)])] == [1, 1]
    assert measured_coverage([series(Y[:4], x=X[:4])]) == []
