import subprocess
import sys

import numpy as np
import pytest

from analysis.trends.fit.core import TAUS
from analysis.trends.fit.mixture import cdf, quantile, two_sided_p
from analysis.trends.fit.prior import PSEUDO_SERIES, default_prior, learn_prior
from analysis.trends.fit.shock import effective_number, quadratic, residual_directions, shock_share


def test_the_default_prior_is_a_distribution_that_doubts_small_tau():
    prior = default_prior(3)
    assert prior.shape == (3, len(TAUS), 4)
    assert prior.sum() == pytest.approx(1)
    tau = prior.sum((0, 2))
    assert tau[5] / tau[0] == pytest.approx(((TAUS[5] + 0.05) / 0.05) ** 0.7)


def test_many_series_teach_tau_and_one_hardly_moves_it():
    start = default_prior().sum((0, 2))
    sharp = -200 * (TAUS - 0.25) ** 2
    many = learn_prior(np.tile(sharp, (200, 1)), start, 200.0)
    assert TAUS[np.argmax(many)] == 0.25
    assert many.sum() == pytest.approx(1)
    one = learn_prior(sharp[None], start, 1.0)
    assert np.abs(one - start).sum() <= 2 / (PSEUDO_SERIES + 1)
    shared = learn_prior(np.tile(sharp, (200, 1)), start, 1.0)
    assert shared == pytest.approx(one, abs=1e-6)


def directions(common: float, seed: int = 0) -> np.ndarray:
    """150 series over 7 sizes; `common` is the share of one shock in their scatter."""
    rng = np.random.default_rng(seed)
    shock = rng.normal(size=7) * rng.choice([-1, 1], (150, 1))
    y = 0.2 * (np.sqrt(1 - common) * rng.normal(size=(150, 7)) + np.sqrt(common) * shock)
    V = np.tile(1e-4 * np.eye(7), (150, 1, 1))
    return residual_directions(y, V, quadratic(np.linspace(8, 11, 7)), np.full(150, 0.04))


def test_shared_shocks_are_seen_and_independent_series_are_left_alone():
    assert np.linalg.norm(directions(0.0), axis=1) == pytest.approx(1)
    assert shock_share([directions(0.0)]) == pytest.approx(0, abs=0.02)
    # How much of one shock a quadratic absorbs is luck, so look at several.
    shares = [shock_share([directions(0.7, seed)]) for seed in range(8)]
    assert min(shares) > 0.05
    assert np.mean(shares) > 0.2
    assert effective_number([150], shares[0]) < 20
    assert effective_number([150, 20], 0.0) == 170


def test_no_shock_share_from_one_series_or_too_few_sizes():
    assert shock_share([directions(0.7)[:1]]) is None
    assert shock_share([np.ones((5, 1))]) is None
    assert shock_share([]) is None


def test_mixture_quantiles_invert_the_distribution():
    rng = np.random.default_rng(3)
    weights = rng.random((50, 8)) ** 4
    weights /= weights.sum(1, keepdims=True)
    mean, sd = rng.normal(0, 2, (50, 8)), 10.0 ** rng.uniform(-4, 1, (50, 8))
    for probability in (0.025, 0.5, 0.975):
        at = quantile(probability, weights, mean, sd)
        assert cdf(at, weights, mean, sd) == pytest.approx(probability, abs=2e-7)


def test_the_mixture_test_of_one_normal_is_the_z_test():
    assert two_sided_p(np.ones((1, 1)), np.array([[1.959964]]), np.ones((1, 1)))[0] == pytest.approx(0.05, abs=1e-6)


def test_importing_analysis_is_light():
    code = "import analysis, sys; assert not {'scipy', 'pandas'} & set(sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
