import numpy as np
import pandas as pd
import pytest
from scipy import stats

from analysis.detector.detect import analyse
from analysis.trends.fit.core import fit_grid
from analysis.trends.fit.design import Design

SIZES = 10.0 ** np.array([8.0, 8.5, 9.0, 9.5, 10.0, 10.5, 11.0])
T = np.linspace(-0.5, 0.5, 7)


def analysed(curves: dict[str, np.ndarray]):
    table = pd.DataFrame(
        [
            {
                "behavior": name, "family": "F", "model": f"m{at}", "n_params": SIZES[at], "rlhf_steps": 0,
                "n": 2000, "mean": 1 / (1 + np.exp(-value)), "se": 0.005,
            }
            for name, curve in curves.items()
            for at, value in enumerate(curve)
        ]
    )  # fmt: skip
    return {one.behavior: one for one in analyse(table, dict.fromkeys(curves, 1))}


def noise(seed: int, count: int, tau: float = 0.08) -> dict[str, np.ndarray]:
    rng = np.random.default_rng(seed)
    return {f"n{at:03d}": rng.normal(0, tau, 7) for at in range(count)}


def test_misfit_is_the_weighted_residual_sum_of_squares():
    rng = np.random.default_rng(1)
    y, root = rng.normal(size=5), rng.normal(size=(5, 5)) * 0.1
    V, X = root @ root.T + 0.01 * np.eye(5), np.stack([np.ones(5), np.arange(5.0)], -1)
    fit = fit_grid(y[None], V[None], Design.of(X[None]), np.array([0]), np.array([[[0.0, 1.0]]]), taus=np.array([0.1]))
    weight = np.linalg.inv(V + 0.01 * np.eye(5))
    residual = y - X @ np.linalg.solve(X.T @ weight @ X, X.T @ weight @ y)
    assert fit.misfit[0, 0, 0] == pytest.approx(residual @ weight @ residual, abs=1e-9)


def test_p_is_even_enough_where_the_model_holds_and_small_for_one_odd_model():
    seen = analysed(noise(2, 300) | {"odd": np.array([0, 0, 0, 0.9, 0, 0, 0])})
    p = np.array([one.adequacy_p for name, one in seen.items() if name != "odd"])
    assert 0.0 < np.mean(p <= 0.1) < 0.14
    assert stats.kstest(p, "uniform").statistic < 0.25
    assert seen["odd"].adequacy_p <= np.quantile(p, 0.02)


def test_bends_are_told_from_lines():
    seen = analysed(noise(3, 60) | {"bend": 8 * T**2, "line": 2 * T})
    assert seen["bend"].bend_probability > 0.95
    assert seen["line"].bend_probability < 0.5


def test_a_series_far_jumpier_than_its_family_is_named():
    seen = analysed(noise(4, 60) | {"wild": np.array([0.7, -0.6, 0.5, -0.8, 0.6, -0.5, 0.7])})
    assert seen["wild"].unusually_jumpy is True
    assert sum(bool(one.unusually_jumpy) for one in seen.values()) == 1
    assert all(one.unusually_jumpy is None for one in analysed(noise(5, 7)).values())


def test_a_series_that_was_not_tested_has_no_checks():
    table = pd.DataFrame(
        {
            "behavior": "a", "family": "F", "model": ["s", "l"], "n_params": [1e8, 1e9], "rlhf_steps": 0,
            "n": 100, "mean": [0.4, 0.6],
        }
    )  # fmt: skip
    one = analyse(table, {"a": 1})[0]
    assert (one.detectable_change, one.adequacy_p, one.bend_probability, one.unusually_jumpy) == (None,) * 4
