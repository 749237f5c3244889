"""Forecasts of dense curves: units, order, duplicates, bad input, intervals."""

from __future__ import annotations

import numpy as np
import pytest

from analysis.dense import LEAST_POINTS, forecast_curve
from analysis.errors import TableError

RNG = np.random.default_rng(5)
X = np.sort(RNG.uniform(1e6, 1e8, 40))
Y = (200 * X**-0.4 + 0.2) * np.exp(0.01 * RNG.normal(size=40))
AHEAD = np.array([1.2e8, 2e8])


def test_units_do_not_matter() -> None:
    plain = forecast_curve(X, Y, AHEAD)
    scaled = forecast_curve(X * 4096, Y * 31.7, AHEAD * 4096)
    for name in ("estimate", "low", "high", "last"):
        np.testing.assert_allclose(getattr(scaled, name), 31.7 * getattr(plain, name), rtol=1e-4)
    assert scaled.form == plain.form


def test_order_and_exact_duplicates_do_not_matter() -> None:
    plain = forecast_curve(X, Y, AHEAD)
    order = RNG.permutation(40)
    mixed = forecast_curve(np.r_[X[order], X[:7]], np.r_[Y[order], Y[:7]], AHEAD)
    np.testing.assert_array_equal(mixed.estimate, plain.estimate)
    assert (mixed.n_points, mixed.n_duplicates, plain.n_duplicates) == (40, 7, 0)


def test_two_values_at_one_x_are_both_kept() -> None:
    seen = forecast_curve(np.r_[X, X[-1]], np.r_[Y, Y[-1] * 1.1], AHEAD)
    assert seen.n_points == 41
    assert seen.last == pytest.approx(Y[-1] * 1.05)


def test_weights_are_shares_and_name_the_leading_form() -> None:
    seen = forecast_curve(X, Y, AHEAD)
    assert sum(seen.weights.values()) == pytest.approx(1)
    assert seen.weights[seen.form] == max(seen.weights.values())
    assert seen.weights["M1"] == 0
    assert seen.reason == ""
    assert seen.backtest_error is not None
    assert 0 < seen.backtest_error < 0.05
    blended = np.exp(sum(fit.weight * np.log(fit.estimate) for fit in seen.fits))
    np.testing.assert_allclose(blended, seen.estimate, rtol=1e-9)


def test_interval_widens_with_distance_and_level() -> None:
    near = forecast_curve(X, Y, [1.1e8, 2e8, 8e8])
    assert (np.diff(np.log(near.high / near.low)) > 0).all()
    wide = forecast_curve(X, Y, [1.1e8, 2e8, 8e8], level=0.95)
    assert (wide.low < near.low).all()
    assert (wide.high > near.high).all()
    np.testing.assert_array_equal(wide.estimate, near.estimate)


def test_interval_holds_noisy_points() -> None:
    rng = np.random.default_rng(11)
    held = []
    for _ in range(12):
        x = np.geomspace(1e5, 1e8, 50)
        truth = lambda at: 60 * at**-0.35 + 0.3  # noqa: E731
        seen = forecast_curve(x, truth(x) * np.exp(0.02 * rng.normal(size=50)), AHEAD)
        held.append((seen.low < truth(AHEAD)) & (truth(AHEAD) < seen.high))
    assert np.mean(held) >= 0.9


def test_short_curve_is_refused_with_count_and_remedy() -> None:
    with pytest.raises(TableError, match=r"8 distinct points \(of 10 given\).*9.*analysis\.predict"):
        forecast_curve(np.r_[X[:8], X[:2]], np.r_[Y[:8], Y[:2]], AHEAD)
    assert LEAST_POINTS == 9


def test_short_curve_can_be_asked_for() -> None:
    assert forecast_curve(X[:9], Y[:9], AHEAD).n_points == 9
    assert forecast_curve(X[:7], Y[:7], AHEAD, least_points=7).n_points == 7
    with pytest.raises(TableError, match=r"5 distinct points.*at least 6"):
        forecast_curve(X[:5], Y[:5], AHEAD, least_points=0)


def test_points_within_one_doubling_count_alike_and_say_so() -> None:
    x = np.r_[1.0, 2.0, np.linspace(60, 64, 20)]
    seen = forecast_curve(x, 1 / x + 0.1, [100.0])
    assert "forms count alike" in seen.reason
    assert seen.backtest_error is None
    assert seen.low is seen.high is None
    assert np.isfinite(seen.estimate).all()
    assert [fit.weight for fit in seen.fits] == pytest.approx([0] * 2 + [1 / 8] * 8)


@pytest.mark.parametrize("bad", [0.0, -1.0, np.nan, np.inf])
@pytest.mark.parametrize("place", ["x", "y", "new_x"])
def test_what_has_no_logarithm_is_named(bad: float, place: str) -> None:
    values = {"x": X.copy(), "y": Y.copy(), "new_x": AHEAD.copy()}
    values[place][1] = bad
    with pytest.raises(TableError, match=rf"Column '{place}'.*row 1"):
        forecast_curve(**values)


def test_other_misuse_is_named() -> None:
    with pytest.raises(TableError, match="40 values and y has 39"):
        forecast_curve(X, Y[1:], AHEAD)
    with pytest.raises(TableError, match="level"):
        forecast_curve(X, Y, AHEAD, level=90)
    with pytest.raises(TableError, match="1 distinct x"):
        forecast_curve(np.ones(40), Y, AHEAD)
    with pytest.raises(TableError, match="2 dimensions"):
        forecast_curve(X.reshape(20, 2), Y, AHEAD)


@pytest.mark.parametrize(
    "y",
    [
        np.full(40, 0.3),
        np.linspace(0.1, 0.9, 40),
        np.where(np.arange(40) % 2, 1e-8, 1e8),
        np.r_[np.full(39, 1.0), 1e-12],
        np.r_[np.full(20, 0.9), np.full(20, 0.1)],
        np.geomspace(1e-300, 1e300, 40),
    ],
    ids=["flat", "rising", "jagged", "last drop", "step", "extreme"],
)
def test_odd_curves_do_not_crash(y: np.ndarray) -> None:
    seen = forecast_curve(X, y, AHEAD)
    assert np.isfinite(np.log(seen.estimate)).all()
    assert (seen.low <= seen.estimate).all()
    assert (seen.high >= seen.estimate).all()


def test_flat_curve_stays_flat() -> None:
    np.testing.assert_allclose(forecast_curve(X, np.full(40, 0.3), AHEAD).estimate, 0.3, rtol=1e-3)


def test_same_answer_twice() -> None:
    first = forecast_curve(X, Y, AHEAD)
    np.testing.assert_array_equal(first.estimate, forecast_curve(X, Y, AHEAD).estimate)
