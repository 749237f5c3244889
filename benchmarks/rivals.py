"""The usual other methods, for all behaviours of a sweep at once. Each sees the same answers as our detector."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
from scipy.special import digamma, ndtr, ndtri, polygamma, stdtr, stdtrit

from analysis.arrays import logit
from analysis.trends.series.cluster_glm import ItemSums, cluster_glm
from benchmarks.simulation import Sweep

Array = np.ndarray[Any, np.dtype[Any]]


@dataclass(frozen=True, slots=True, eq=False)
class Means:
    """Cells of a complete sweep, one model a size: what the rivals work on."""

    x: Array
    """(M,), centred log10 parameters."""
    y: Array
    """Logit of the shrunk rate, (B, M)."""
    variance: Array
    """Its item variance, (B, M)."""
    sums: ItemSums

    @classmethod
    def of(cls, sweep: Sweep) -> Means:
        x = np.log10(sweep.sizes)
        parts = []
        for answers in sweep.answers:
            n, mean, cov = len(answers), answers.mean(0), np.cov(answers.T)
            m = (n * mean + 0.5) / (n + 1)
            products = (n - 1) * cov + n * np.outer(mean, mean)
            parts.append((logit(m), np.diag(cov) / n / (m * (1 - m)) ** 2, products, n * mean, n))
        y, variance, products, total, n = (np.array(each, float) for each in zip(*parts, strict=True))
        M = len(x)
        sums = ItemSums(products, np.repeat(total[:, :, None], M, 2), np.broadcast_to(n[:, None, None], products.shape))
        return cls(x - x.mean(), y, variance + 1e-9, sums)

    @property
    def df(self) -> int:
        return len(self.x) - 2


@dataclass(frozen=True, slots=True, eq=False)
class Said:
    """What a method says of B behaviours; slopes in logits per decade, NaN where it gives none."""

    p: Array
    slope: Array
    low: Array
    high: Array
    turn: Array
    """+1 a valley, -1 a hill, 0 none claimed."""


def _said(means: Means, slope: Array, se: Array, df: float | None = None) -> Said:
    """z test where `df` is None, else Student."""
    z = np.abs(slope) / np.maximum(se, 1e-12)
    p = 2 * (ndtr(-z) if df is None else stdtr(df, -z))
    reach = se * (ndtri(0.975) if df is None else stdtrit(df, 0.975))
    return Said(p, slope, slope - reach, slope + reach, np.zeros(len(slope), int))


def _line(means: Means) -> tuple[Array, Array, float]:
    """Least-squares slope, residual variance and sum of squares of x."""
    sxx = float(means.x @ means.x)
    slope = means.y @ means.x / sxx
    residual = means.y - means.y.mean(1, keepdims=True) - slope[:, None] * means.x
    return slope, (residual**2).sum(1) / means.df, sxx


def least_squares(means: Means) -> Said:
    """Least squares on logits, t test."""
    slope, variance, sxx = _line(means)
    return _said(means, slope, np.sqrt(variance / sxx), means.df)


def _weighted(means: Means, tau2: Array) -> tuple[Array, Array, Array]:
    """Slope, its standard error and Q with weights 1/(item variance + tau2)."""
    w = 1 / (means.variance + tau2[:, None])
    total = w.sum(1)
    x_mean, y_mean = (w @ means.x) / total, (w * means.y).sum(1) / total
    away = means.x - x_mean[:, None]
    sxx = (w * away**2).sum(1)
    slope = (w * away * means.y).sum(1) / sxx
    Q = (w * (means.y - y_mean[:, None] - slope[:, None] * away) ** 2).sum(1)
    return slope, 1 / np.sqrt(sxx), Q


def item_weights(means: Means) -> Said:
    """Inverse-variance weights from item errors, z test: fixed effects."""
    slope, se, _ = _weighted(means, np.zeros(len(means.y)))
    return _said(means, slope, se)


def binomial(means: Means) -> Said:
    """Binomial regression, z test."""
    fit = cluster_glm(means.x, means.sums)
    return _said(means, fit.slope, fit.naive_se)


def by_question(means: Means) -> Said:
    """GEE with questions as clusters, z test."""
    fit = cluster_glm(means.x, means.sums)
    return _said(means, fit.slope, fit.se)


def der_simonian_laird(means: Means) -> Said:
    """Random effects, moment estimate of tau, z test."""
    Q = _weighted(means, np.zeros(len(means.y)))[2]
    w = 1 / means.variance
    total = w.sum(1)
    x_mean = (w @ means.x) / total
    away = means.x - x_mean[:, None]
    trace = total - (w**2).sum(1) / total - (w**2 * away**2).sum(1) / (w * away**2).sum(1)
    slope, se, _ = _weighted(means, np.maximum(0.0, (Q - means.df) / trace))
    return _said(means, slope, se)


def knapp_hartung(means: Means) -> Said:
    """Random effects, Paule-Mandel estimate of tau, Knapp-Hartung t test."""
    low, high = np.zeros(len(means.y)), np.full(len(means.y), 50.0)
    for _ in range(60):
        middle = (low + high) / 2
        more = _weighted(means, middle)[2] > means.df
        low, high = np.where(more, middle, low), np.where(more, high, middle)
    none = _weighted(means, np.zeros(len(low)))[2] <= means.df
    slope, se, Q = _weighted(means, np.where(none, 0.0, (low + high) / 2))
    return _said(means, slope, se * np.sqrt(Q / means.df), means.df)


@cache
def _orders(M: int) -> Array:
    return np.array(list(itertools.permutations(range(M))))


@cache
def _kendall_p(M: int) -> dict[int, float]:
    """P of |S| as large as each value under random order."""
    i, j = np.triu_indices(M, 1)
    S = np.abs(np.sign(_orders(M)[:, j] - _orders(M)[:, i]).sum(1))
    return {int(s): float((s <= S).mean()) for s in np.unique(S)}


def mann_kendall(means: Means) -> Said:
    """Mann-Kendall, exact; no interval."""
    i, j = np.triu_indices(len(means.x), 1)
    S = np.sign(means.y[:, j] - means.y[:, i]).sum(1)
    exact = _kendall_p(len(means.x))
    p = np.array([exact.get(int(abs(s)), 1.0) for s in S])
    nothing = np.full(len(p), np.nan)
    return Said(p, S / 1.0, nothing, nothing, np.zeros(len(p), int))


def permutation(means: Means) -> Said:
    """All orders of the sizes; no interval."""
    slope, _, sxx = _line(means)
    others = means.y @ means.x[_orders(len(means.x))].T
    p = (np.abs(others) >= np.abs(slope * sxx)[:, None] - 1e-12).mean(1)
    nothing = np.full(len(p), np.nan)
    return Said(p, slope, nothing, nothing, np.zeros(len(p), int))


def moderated(means: Means) -> Said:
    """Moderated t (Smyth 2004): residual variances shrunk to a common prior over behaviours."""
    slope, variance, sxx = _line(means)
    k = means.df
    e = np.log(np.maximum(variance, 1e-12)) - digamma(k / 2) + np.log(k / 2)
    excess = e.var(ddof=1) - polygamma(1, k / 2)
    if excess > 0:
        half = 0.5 + 1 / excess
        for _ in range(60):
            trigamma = polygamma(1, half)
            half += trigamma * (1 - trigamma / excess) / polygamma(2, half)
        prior_df = 2 * half
        prior = np.exp(e.mean() + digamma(half) - np.log(half))
    else:
        prior_df, prior = 1e6, np.exp(e.mean())
    se = np.sqrt((prior_df * prior + k * variance) / (prior_df + k) / sxx)
    return _said(means, slope, se, min(prior_df + k, len(slope) * k))


def _with_turn(means: Means, turn: Array) -> Said:
    trend = least_squares(means)
    return Said(trend.p, trend.slope, trend.low, trend.high, turn)


def lind_mehlum(means: Means) -> Said:
    """Quadratic whose two end slopes are significant with opposite signs; least squares for trends."""
    M = len(means.x)
    if M < 5:
        return least_squares(means)
    X = np.stack([np.ones(M), means.x, means.x**2], -1)
    inverse = np.linalg.inv(X.T @ X)
    beta = means.y @ X @ inverse
    variance = ((means.y - beta @ X.T) ** 2).sum(1) / (M - 3)
    slopes = []
    for end in (means.x[0], means.x[-1]):
        c = np.array([0, 1, 2 * end])
        slopes.append(beta @ c / np.sqrt(variance * (c @ inverse @ c)))
    left, right = stdtr(M - 3, slopes[0]), stdtr(M - 3, -slopes[1])
    valley, hill = np.maximum(left, right) <= 0.05, np.maximum(1 - left, 1 - right) <= 0.05
    return _with_turn(means, valley.astype(int) - hill)


def two_lines(means: Means) -> Said:
    """Two lines (Simonsohn 2018) broken at the extreme interior place, robust errors; least squares for trends."""
    M = len(means.x)
    if M < 5:
        return least_squares(means)
    turn = np.zeros(len(means.y), int)
    bend = means.y @ np.linalg.pinv(np.stack([np.ones(M), means.x, means.x**2], -1))[2]
    inner = means.y[:, 1:-1]
    knot = 1 + np.where(bend > 0, inner.argmin(1), inner.argmax(1))
    for at in np.unique(knot):
        rows, away, after = knot == at, means.x - means.x[at], means.x > means.x[at]
        X = np.stack([np.ones(M), np.where(after, 0, away), np.where(after, away, 0), after], -1)
        if np.linalg.matrix_rank(X) < 4:
            continue
        inverse = np.linalg.inv(X.T @ X)
        beta = means.y[rows] @ X @ inverse
        leverage = np.einsum("ij,jk,ik->i", X, inverse, X)
        w = (means.y[rows] - beta @ X.T) ** 2 / np.maximum(1 - leverage, 0.05) ** 2
        cov = inverse @ np.einsum("mk,bm,ml->bkl", X, w, X) @ inverse
        t = beta[:, 1:3] / np.sqrt(np.maximum(cov[:, [1, 2], [1, 2]], 1e-24))
        sure = (2 * stdtr(M - 4, -np.abs(t)) <= 0.05).all(1) & (t[:, 0] * t[:, 1] < 0)
        turn[rows] = np.where(sure, -np.sign(t[:, 0]), 0)
    return _with_turn(means, turn)


RIVALS: dict[str, Callable[[Means], Said]] = {
    "least squares on logits, t": least_squares,
    "item-error weights, z": item_weights,
    "binomial regression, z": binomial,
    "GEE by question, z": by_question,
    "random effects DL, z": der_simonian_laird,
    "random effects PM + Knapp-Hartung": knapp_hartung,
    "Mann-Kendall, exact": mann_kendall,
    "permutation of sizes": permutation,
    "moderated t (limma)": moderated,
    "least squares + quadratic U (Lind-Mehlum)": lind_mehlum,
    "least squares + two lines U": two_lines,
}
