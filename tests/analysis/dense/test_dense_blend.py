"""Backtests and the blend by hand: which points are held back, what a miss weighs, how wide the interval is."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import stats

from analysis.dense.backtest import Forecaster, forecasters
from analysis.dense.blend import blend
from analysis.dense.forms import FORMS, M1, Form

CONSTANT = Form(
    name="constant", formula="a", curve=lambda theta, u: (theta[:, :1] + 0 * u, np.ones((*u.shape, 1))),
    natural=lambda theta, log_x, log_y: {}, prior=((0.0, 1.0),), starts=np.zeros((1, 1)),
)  # fmt: skip
LN2 = math.log(2)


def says(value: float, *misses: list[float], form: Form = CONSTANT) -> Forecaster:
    return Forecaster(form, 0.5, np.array([value]), 0.0, 0.0, tuple(np.array(each) for each in misses))


LOG_X, LOG_Y = np.array([0.0, 0.5, 1.0, 1.2]), np.array([5.0, 5.0, 0.1, 0.0])
"""The last doubling, .693, holds the last two points."""


def test_the_blend_by_hand() -> None:
    """Misses of .1 and of .2 weigh as 4 to 1, so the mean is .8 x 0 + .2 x .3 = .06 and missed by .12 and .04.

    Residuals of the last doubling are .04 and .06. The forecasters are spread by .8 x .06^2 + .2 x .24^2 = .0144.
    """
    mix = blend([says(0.0, [0.1, 0.1]), says(0.3, [0.2, -0.2])], LOG_X, LOG_Y)
    assert mix.weights == pytest.approx([0.8, 0.2])
    assert mix.log_curve(np.array([3.0])) == pytest.approx([0.06])
    assert mix.error == pytest.approx(math.sqrt((0.12**2 + 0.04**2) / 2))
    assert mix.noise == pytest.approx(math.sqrt((0.04**2 + 0.06**2) / 2))
    drift = 0.01**2 + mix.error**2
    for doublings, ahead in ((-1, 0), (0, 0), (1, 1), (3, 3)):
        width = mix.half_width(np.array([1.2 + doublings * LN2]), 1.2, 0.9)
        expected = stats.t.ppf(0.95, 2) * math.sqrt(mix.noise**2 + 0.0144 + ahead**2 * drift)
        assert width == pytest.approx([expected]), doublings
    assert mix.half_width(np.array([1.2]), 1.2, 0.5) == pytest.approx(
        [stats.t.ppf(0.75, 2) * math.sqrt(mix.noise**2 + 0.0144)]
    )


def test_backtests_count_alike_however_many_points_they_hold() -> None:
    # (.1^2 + .3^2)/2, though the second held back three points
    assert says(0.0, [0.1], [0.3, 0.3, 0.3]).error == pytest.approx(math.sqrt(0.05))
    assert math.isnan(says(0.0).error)
    # Errors below a hundred-thousandth count alike.
    assert blend([says(0.0, [0.0]), says(0.0, [1e-6])], LOG_X, LOG_Y).weights == pytest.approx([0.5, 0.5])


def test_the_form_without_a_floor_has_no_say() -> None:
    m1 = Forecaster(M1, 0.5, np.array([0.0, 0.1]), 0.0, 0.0, (np.array([1e-9]),))
    assert blend([m1, says(0.0, [0.5])], LOG_X, LOG_Y).weights == pytest.approx([0, 1])


def test_what_is_held_back() -> None:
    """Quarter doublings from 0 to 5. Half a doubling from the end two points are left, one doubling four; one
    and a half leaves six, of which four are within 1.1 doublings of the cut."""
    log_x = np.arange(21) / 4 * LN2
    found, cuts = forecasters(log_x, -0.3 * log_x)
    assert np.array(cuts) / LN2 == pytest.approx([4.5, 4.0, 3.5])
    assert {tuple(len(miss) for miss in one.misses) for one in found} == {(2, 4, 4)}
    assert [one.recency for one in found] == [0.5, 1.5] * len(FORMS)


@pytest.mark.parametrize(("before", "n_cuts"), [([0, 1, 2, 3, 3.4], 3), ([0, 1, 2, 3], 2)])
def test_five_points_are_fitted_and_four_are_not(before: list[float], n_cuts: int) -> None:
    """The cut at 3.5 leaves only those before it; that at 4 has one more, at 4.0 exactly."""
    log_x = np.array([*before, 4.0, 4.3, 4.6, 5.0]) * LN2
    assert len(forecasters(log_x, -0.3 * log_x)[1]) == n_cuts
