"""Numbers of one series at given places of the grid: a mixture of one or two normals, so every end is in tables.

Normal quantiles: .975 1.959964, .95 1.644854. The prior puts all weight on the places named, and the likelihood is
the same everywhere.
"""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import norm

from analysis.trends.fit.core import TAUS
from analysis.trends.fit.prior import OMEGAS
from analysis.trends.series.batches import Batch
from analysis.trends.trend import FamilyPrior, GridTrend, Trends, trends

Z95, Z90 = 1.959964, 1.644854
NEAR, FAR = 3, 8
"""Places of two values of tau on the grid: 0.06 and 0.35."""


def seen(change: dict[int, float], sd: dict[int, float], weight: dict[int, float], level: float = 0.0) -> Trends:
    """One series of three places; change, standard error and prior weight by place of tau, omega = 0."""
    shape = (1, 1, len(TAUS), len(OMEGAS))
    columns = {name: np.full(shape, 1.0) for name in ("change", "sd", "G")}
    columns["G"][:] = 0.0
    for at in weight:
        columns["change"][0, 0, at, 0], columns["sd"][0, 0, at, 0] = change[at], sd[at]
        columns["G"][0, 0, at, 0] = weight[at]
    x = np.array([[8.0, 9.0, 10.0]])
    batch = Batch(
        place=np.array([0]), y=np.zeros((1, 3)), V=np.eye(3)[None], which=np.array([0]), x=x, raw=10**x, n_distinct=3
    )
    grid = GridTrend(np.zeros(shape), columns["change"], columns["sd"], np.full(shape, level), np.zeros(shape))
    return trends(["F"], [batch], [grid], {"F": FamilyPrior(columns["G"][0], None, 1.0)})


def one(change: float, sd: float) -> Trends:
    return seen({NEAR: change}, {NEAR: sd}, {NEAR: 1.0}, level=0.7)


def test_one_normal_has_the_ends_of_the_tables() -> None:
    told = one(0.3, 0.2)
    assert told.change[0] == pytest.approx(0.3)
    assert told.low[0] == pytest.approx(0.3 - Z95 * 0.2, abs=1e-5)
    assert told.high[0] == pytest.approx(0.3 + Z95 * 0.2, abs=1e-5)
    assert told.p[0] == pytest.approx(2 * norm.sf(1.5))
    assert told.tau[0] == pytest.approx(TAUS[NEAR])
    assert told.level[0] == pytest.approx(0.7)


@pytest.mark.parametrize("change", [0.0, 0.1, -0.1])
def test_flat_asks_for_both_ends_of_the_90_percent_interval_inside_the_margin(change: float) -> None:
    # |change| + 1.644854 sd against 0.40
    border = (0.40 - abs(change)) / Z90
    inside, outside = one(change, 0.999 * border), one(change, 1.001 * border)
    assert (bool(inside.inside_margin[0]), bool(outside.inside_margin[0])) == (True, False)
    assert inside.inner_low[0] == pytest.approx(change - Z90 * 0.999 * border, abs=1e-5)
    assert inside.inner_high[0] == pytest.approx(change + Z90 * 0.999 * border, abs=1e-5)
    assert np.isnan([outside.inner_low[0], outside.inner_high[0]]).all()


def test_two_normals_mix_by_weight() -> None:
    told = seen({NEAR: 0.2, FAR: -0.6}, {NEAR: 0.1, FAR: 0.5}, {NEAR: 0.75, FAR: 0.25})
    assert told.change[0] == pytest.approx(0.75 * 0.2 - 0.25 * 0.6)
    assert told.p[0] == pytest.approx(0.75 * 2 * norm.sf(2) + 0.25 * 2 * norm.sf(1.2))
    assert told.tau[0] == pytest.approx(0.75 * TAUS[NEAR] + 0.25 * TAUS[FAR]), "the mean, not the root mean square"
    for end, below in ((told.low[0], 0.025), (told.high[0], 0.975)):
        share = 0.75 * norm.cdf(end, 0.2, 0.1) + 0.25 * norm.cdf(end, -0.6, 0.5)
        assert share == pytest.approx(below, abs=1e-6)
