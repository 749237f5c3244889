"""Residuals of left-out points: the algebra, their size under no misfit, and one odd model."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy.stats import norm

from analysis.detector.table import check_tables
from analysis.trends.assess import Assessment, assess
from analysis.trends.fit.core import TAUS
from analysis.trends.fit.design import shape_of
from analysis.trends.fit.prior import OMEGAS, default_prior, learn_prior, posterior
from analysis.trends.residuals import _deleted, residuals
from analysis.trends.series.series import all_series

SIZES = 10 ** np.linspace(8, 11, 7)


def table(n_behaviors: int, *, odd: float = 0.0, n_sizes: int = 7, seed: int = 0) -> pd.DataFrame:
    """Rates over 1,000 questions: half of the behaviours rise, models scatter by 0.1, the third strays by `odd`."""
    rng = np.random.default_rng(seed)
    rows = []
    for number in range(n_behaviors):
        logit = rng.uniform(-1, 1) + (number % 2) * np.linspace(0, 1, n_sizes) + rng.normal(0, 0.1, n_sizes)
        logit[2] += rng.choice([-1, 1]) * odd
        rates = rng.binomial(1000, 1 / (1 + np.exp(-logit))) / 1000
        rows += [
            {"behavior": f"b{number}", "family": "F", "model": f"m{i}", "n_params": SIZES[i], "rlhf_steps": 0,
             "n": 1000, "mean": rate}
            for i, rate in enumerate(rates)
        ]  # fmt: skip
    return pd.DataFrame(rows)


def assessed(rows: pd.DataFrame) -> Assessment:
    return assess(all_series(check_tables(rows, "size"), "size"), "size")


def test_one_formula_leaves_each_point_out() -> None:
    """At every place of the grid: generalised least squares on the other points predicts the one left out."""
    found = assessed(table(2))
    (batch,) = found.batches
    off, log_q = _deleted(batch.part(np.array([1])), "size", (0.0,))
    off, log_q = (each[0].reshape(len(TAUS), len(OMEGAS), 7) for each in (off, log_q))
    shape = shape_of("axis", batch.x, batch.raw)
    X, q, y, V = shape.X[0], shape.curvature[0], batch.y[1], batch.V[1]
    for (t, tau), (o, omega) in [((3, TAUS[3]), (0, 0.0)), ((6, TAUS[6]), (2, OMEGAS[2]))]:
        S = V + tau**2 * np.eye(7) + omega**2 * np.outer(q, q)
        for i in range(7):
            keep = np.arange(7) != i
            inverse = np.linalg.inv(S[np.ix_(keep, keep)])
            bread = np.linalg.inv(X[keep].T @ inverse @ X[keep])
            beta = bread @ X[keep].T @ inverse @ y[keep]
            weights = S[i, keep] @ inverse
            predicted = X[i] @ beta + weights @ (y[keep] - X[keep] @ beta)
            lack = X[i] - weights @ X[keep]
            variance = S[i, i] - weights @ S[keep, i] + lack @ bread @ lack
            assert off[t, o, i] == pytest.approx((y[i] - predicted) / np.sqrt(variance), rel=1e-8)
            assert log_q[t, o, i] == pytest.approx(-np.log(variance), rel=1e-8)


def test_one_in_twenty_is_far_off_by_chance() -> None:
    for n_sizes in (4, 5, 7):
        off = np.array(list(residuals(assessed(table(154, n_sizes=n_sizes))).values()))
        assert 0.85 < off.std() < 1.1
        assert 0.01 < (np.abs(off) > 2).mean() < 0.07


def test_an_odd_model_is_a_bright_row() -> None:
    far = np.abs(np.array(list(residuals(assessed(table(60, odd=0.4))).values()))) > 2
    share = far.mean(0)
    assert share[2] > 0.4
    assert np.delete(share, 2).max() < 0.1


def test_untested_series_have_none_and_order_does_not_matter() -> None:
    rows = table(6)
    short = rows[rows["behavior"] == "b0"].head(2)
    both = pd.concat([rows[rows["behavior"] != "b0"], short])
    found = assessed(both)
    told = residuals(found)
    assert [found.series[place].behavior for place in sorted(told)] == ["b1", "b2", "b3", "b4", "b5"]
    shuffled = residuals(assessed(both.sample(frac=1, random_state=3)))
    assert shuffled == told


def test_several_models_of_one_size() -> None:
    rows = table(12, odd=0.8)
    twins = rows.assign(model=rows["model"] + "b", mean=(rows["mean"] + 0.01).clip(0, 1))
    told = residuals(assessed(pd.concat([rows, twins])))
    assert {len(each) for each in told.values()} == {14}
    assert all(np.isfinite(each).all() for each in told.values())


def test_several_models_of_one_size_share_a_part_of_their_deviation() -> None:
    """The same formula with S = V + tau^2 G, G one where two models are of one size and r of it shared."""
    rows = table(2)
    twins = rows.assign(model=rows["model"] + "b", mean=(rows["mean"] + 0.01).clip(0, 1))
    (batch,) = assessed(pd.concat([rows, twins])).batches
    off, _ = _deleted(batch.part(np.array([0])), "size", (0.0, 0.6))
    off = off[0].reshape(2, len(TAUS), len(OMEGAS), 14)[1, 6, 0]
    shape = shape_of("axis", batch.x, batch.raw)
    X, y, raw = shape.X[0], batch.y[0], batch.raw[0]
    S = batch.V[0] + TAUS[6] ** 2 * (0.6 * (raw[:, None] == raw) + 0.4 * np.eye(14))
    for i in range(14):
        keep = np.arange(14) != i
        inverse = np.linalg.inv(S[np.ix_(keep, keep)])
        bread = np.linalg.inv(X[keep].T @ inverse @ X[keep])
        weights = S[i, keep] @ inverse
        beta = bread @ X[keep].T @ inverse @ y[keep]
        lack = X[i] - weights @ X[keep]
        variance = S[i, i] - weights @ S[keep, i] + lack @ bread @ lack
        expected = (y[i] - X[i] @ beta - weights @ (y[keep] - X[keep] @ beta)) / np.sqrt(variance)
        assert off[i] == pytest.approx(expected, rel=1e-8)


def test_a_point_is_judged_by_the_others_under_a_prior_without_its_model() -> None:
    """Twins at every size: each is a model of its own, left out of every series before the prior is learned."""
    rows = table(3, odd=0.8, n_sizes=4)
    twins = rows.assign(model=rows["model"] + "b", mean=(rows["mean"] + 0.03).clip(0, 1))
    found = assessed(pd.concat([rows, twins]))
    (batch,), (grid,) = found.batches, found.grids
    off, log_q = _deleted(batch, "size", found.shares)
    likelihood = grid.log_likelihood.reshape(3, -1)
    start = default_prior(len(found.shares)).reshape(-1)
    told = residuals(found)
    for cell in range(8):
        without = likelihood + (off[:, :, cell] ** 2 - log_q[:, :, cell]) / 2
        weights = posterior(without, learn_prior(without, start, 3.0))
        expected = norm.ppf((weights * norm.cdf(off[:, :, cell])).sum(1))
        assert [told[at][cell] for at in range(3)] == pytest.approx(expected, abs=0.0006)
