"""The reversal test against dense generalised least squares, knot by knot, at one tau."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from scipy.stats import norm

from analysis.trends.fit.core import TAUS
from analysis.trends.fit.design import knots_of
from analysis.trends.reversal import reversals
from analysis.trends.series.batches import Batch

T = np.array([-0.5, -0.1, 0.2, 0.5])
"""Already centred: mean .025 away from 0 is taken out by the test itself."""
VARIANCES = np.diag([0.010, 0.020, 0.015, 0.012]) + 0.004
AT = 4
"""Place of tau = 0.09 on the grid."""


def batch(y: list[float]) -> Batch:
    x = 9.0 + T[None]
    return Batch(np.array([0]), np.array([y]), VARIANCES[None], np.array([0]), x, 10**x, n_distinct=len(y))


def by_hand(y: list[float], x: np.ndarray = T, V: np.ndarray = VARIANCES, shares: tuple[float, ...] = (0.0,)):
    """p, left and right arm: for every knot (and share r) X = [1, min(t - k, 0), max(t - k, 0)] and
    S = V + tau^2 G, G = (1 - r) I + r where two models are of one size."""
    t = (x - x.mean()) / (x[-1] - x[0])
    _, first, second, _ = np.unique(t)
    rows = []
    for knot, share in product((first, (first + second) / 2, second), shares):
        G = share * (x[:, None] == x) + (1 - share) * np.eye(len(x))
        S = V + TAUS[AT] ** 2 * G
        inverse = np.linalg.inv(S)
        X = np.stack([np.ones(len(x)), np.minimum(t - knot, 0), np.maximum(t - knot, 0)], 1)
        covariance = np.linalg.inv(X.T @ inverse @ X)
        beta = covariance @ X.T @ inverse @ y
        rest = y - X @ beta
        log_likelihood = 0.5 * (np.linalg.slogdet(covariance)[1] - np.linalg.slogdet(S)[1] - rest @ inverse @ rest)
        _, left, right = beta
        falls, rises = norm.cdf(left / covariance[1, 1] ** 0.5), norm.cdf(-right / covariance[2, 2] ** 0.5)
        rows.append((np.exp(log_likelihood), falls, rises, left * (knot - t[0]), right * (t[-1] - knot)))
    evidence, *columns = np.array(rows).T
    falls, rises, left, right = (evidence @ column / evidence.sum() for column in columns)
    return min(max(falls, rises), max(1 - falls, 1 - rises)), left, right


@pytest.mark.parametrize(
    "y",
    [[0.4, -0.2, 0.0, 0.5], [-0.4, 0.3, 0.2, -0.6], [0.0, 0.3, 0.5, 0.9], [0.0, 0.6, 0.6, 0.6], [0.5, 0.0, 0.1, 0.1]],
)
def test_equals_dense_least_squares_knot_by_knot(y: list[float]) -> None:
    tau_prior = np.zeros((1, 1, len(TAUS)))
    tau_prior[0, 0, AT] = 1.0
    told = reversals(1, [batch(y)], tau_prior)
    assert (told.p[0], told.left[0], told.right[0]) == pytest.approx(by_hand(y), abs=1e-9)


def test_models_of_one_size_share_what_they_deviate() -> None:
    y, x = [0.4, 0.3, -0.2, -0.25, 0.0, 0.1, 0.5, 0.4], np.repeat(T, 2)
    V = 0.002 * np.eye(8)
    twins = Batch(np.array([0]), np.array([y]), V[None], np.array([0]), 9 + x[None], 10 ** (9 + x[None]), n_distinct=4)
    shares = (0.0, 0.6)
    tau_prior = np.zeros((1, 2, len(TAUS)))
    tau_prior[0, :, AT] = 0.5
    told = reversals(1, [twins], tau_prior, shares)
    assert (told.p[0], told.left[0], told.right[0]) == pytest.approx(by_hand(y, x, V, shares), abs=1e-9)


def test_the_prior_weighs_tau() -> None:
    """With half of the prior on a tau of 0 the p lies between those of the two alone, and is neither."""
    half, alone = np.zeros((1, 1, len(TAUS))), []
    half[0, 0, [0, 9]] = 0.5
    for at in (0, 9):
        one = np.zeros((1, 1, len(TAUS)))
        one[0, 0, at] = 1.0
        alone.append(reversals(1, [batch([0.4, -0.2, 0.0, 0.5])], one).p[0])
    mixed = reversals(1, [batch([0.4, -0.2, 0.0, 0.5])], half).p[0]
    assert min(alone) + 0.001 < mixed < max(alone) - 0.001


def test_knots_are_the_inner_places_and_midway_between_them() -> None:
    assert knots_of(np.array([[0.0, 1.0, 2.0, 4.0, 9.0]])).tolist() == [[1.0, 1.5, 2.0, 3.0, 4.0]]
    assert knots_of(np.array([[0.0, 1.0, 1.0, 3.0]])).tolist() == [[1.0]], "two models of one size are one place"


def test_three_places_cannot_turn_and_four_can() -> None:
    x = np.array([[8.0, 9.0, 10.0]])
    three = Batch(np.array([0]), np.zeros((1, 3)), 0.01 * np.eye(3)[None], np.array([0]), x, 10**x, n_distinct=3)
    even = np.full((1, 1, len(TAUS)), 1 / len(TAUS))
    assert np.isnan(reversals(1, [three], even).p[0])
    assert not np.isnan(reversals(1, [batch([0.0, 0.1, 0.0, 0.1])], even).p[0])
