import numpy as np
import pandas as pd
import pytest

from analysis import detect
from analysis.detector.detect import analyse
from analysis.detector.table import check_tables
from analysis.trends.assess import assess
from analysis.trends.fit.core import TAUS
from analysis.trends.fit.prior import OMEGAS
from analysis.trends.series.replicates import SHARES
from analysis.trends.series.series import all_series

SIZES = 10.0 ** np.array([8.0, 8.7, 9.4, 10.1, 11.0])


def table(logits: np.ndarray, models: int) -> pd.DataFrame:
    """logits (behaviours, sizes x models), models of one size side by side."""
    B, C = logits.shape
    mean = 1 / (1 + np.exp(-logits.ravel()))
    return pd.DataFrame(
        {
            "behavior": np.repeat([f"b{at:03d}" for at in range(B)], C), "family": "F",
            "model": np.tile([f"m{at:02d}" for at in range(C)], B),
            "n_params": np.tile(np.repeat(SIZES, models), B), "rlhf_steps": 0, "n": 2000, "mean": mean,
            "se": 0.02 * mean * (1 - mean),
        }
    )  # fmt: skip


def deviations(seed: int, shared: float, behaviors: int = 120, models: int = 3, tau: float = 0.1) -> np.ndarray:
    rng = np.random.default_rng(seed)
    own = rng.normal(size=(behaviors, len(SIZES) * models))
    of_size = np.repeat(rng.normal(size=(behaviors, len(SIZES))), models, axis=1)
    items = rng.normal(0, 0.02, own.shape)
    return tau * (np.sqrt(1 - shared) * own + np.sqrt(shared) * of_size) + items


def assessed(logits: np.ndarray, models: int = 3):
    return assess(all_series(check_tables(table(logits, models), "size"), "size"), "size")


def test_grid_equals_a_dense_normal_model():
    found = assessed(deviations(1, 0.5, behaviors=3))
    batch, grid = found.batches[0], found.grids[0]
    y, V, x = batch.y[1], batch.V[1], batch.x[batch.which[1]]
    t = (x - x.mean()) / (x[-1] - x[0])
    X = np.stack([np.ones_like(t), t], -1)
    q = t**2 - X @ np.linalg.pinv(X) @ t**2
    q = q / np.ptp(q)
    for at, share in enumerate(SHARES):
        G = share * (x[:, None] == x) + (1 - share) * np.eye(len(x))
        S = V + TAUS[6] ** 2 * G + OMEGAS[2] ** 2 * np.outer(q, q)
        inverse = np.linalg.inv(S)
        covariance = np.linalg.inv(X.T @ inverse @ X)
        beta = covariance @ X.T @ inverse @ y
        rest = y - X @ beta
        Q = rest @ inverse @ rest
        likelihood = -0.5 * (np.linalg.slogdet(S)[1] - np.linalg.slogdet(covariance)[1] + Q)
        assert grid.change[1, at, 6, 2] == pytest.approx(beta[1], abs=1e-10)
        assert grid.sd[1, at, 6, 2] == pytest.approx(np.sqrt(covariance[1, 1]), abs=1e-10)
        assert grid.misfit[1, at, 6, 2] == pytest.approx(Q, abs=1e-8)
        assert grid.log_likelihood[1, at, 6, 2] == pytest.approx(likelihood, abs=1e-8)


def test_what_models_of_one_size_share_is_learned():
    mean = {
        shared: float(np.array(SHARES) @ assessed(deviations(2, shared)).priors["F"].G.sum((1, 2)))
        for shared in (0.0, 0.5, 1.0)
    }
    assert mean[0.0] < 0.15
    assert 0.3 < mean[0.5] < 0.65
    assert mean[1.0] > 0.75


@pytest.mark.parametrize("shared", [0.0, 0.5, 1.0])
def test_shared_quirks_of_a_size_are_not_taken_for_trends(shared):
    """Taken for independent, p is below .05 in .20 of the series at half shared and in .39 at all shared."""
    p = np.concatenate(
        [
            detect(table(deviations(seed, shared), 3), {f"b{at:03d}": 1 for at in range(120)})["p"].to_numpy()
            for seed in range(3, 8)
        ]
    )
    assert 0.01 < np.mean(p <= 0.05) < 0.10


def test_a_trend_is_found_among_replicates_with_its_curve():
    logits = deviations(9, 0.5)
    logits[0] += 1.6 * np.repeat(np.linspace(-0.5, 0.5, 5), 3)
    result = analyse(table(logits, 3), {f"b{at:03d}": 1 for at in range(120)})[0]
    assert result.verdict == "inverse"
    assert result.change_low < 1.6 < result.change_high
    assert (result.n_points, len(result.curve), result.fragile) == (5, 40, False)


def test_one_model_a_size_needs_no_grid_of_shares():
    found = assessed(deviations(10, 0.0, models=1), models=1)
    assert found.shares == (0.0,)
    assert found.grids[0].change.shape[1] == 1


def test_models_of_one_size_are_in_the_same_order_in_every_series():
    series = all_series(check_tables(table(deviations(11, 0.0, behaviors=4), 3), "size"), "size")
    flat = table(deviations(11, 0.0, behaviors=4), 3)["mean"].to_numpy().reshape(4, -1)
    for one, rates in zip(series, flat, strict=True):
        assert 1 / (1 + np.exp(-one.y)) == pytest.approx(rates, abs=0.001)
