"""Binomial regression with items as clusters, for many behaviours at once: the usual rival, not our test.

The same numbers as a generalised estimating equation with working independence and item clusters. It knows
that all models answered the same items and nothing of scatter between models: on behaviours without a trend
its p is below .05 in half of the cases.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import expit, ndtr

from analysis.arrays import Array, logit


@dataclass(frozen=True, slots=True, eq=False)
class ItemSums:
    """All the regression needs of B behaviours with M cells each; sums run over items both cells have."""

    products: Array
    """(B, M, M): sum of p_i p_k."""
    values: Array
    """(B, M, M): sum of p_i over the items that k has too."""
    counts: Array
    """(B, M, M): number of items both have."""

    @classmethod
    def of(cls, p: Array) -> ItemSums:
        """From answers (B, M, items), NaN where a cell lacks an item."""
        there = ~np.isnan(p)
        value, one = np.where(there, p, 0.0), there.astype(float)
        across = np.swapaxes(one, 1, 2)
        return cls(value @ np.swapaxes(value, 1, 2), value @ across, one @ across)


@dataclass(frozen=True, slots=True, eq=False)
class ClusterFit:
    """One entry a behaviour. Logits per unit of x."""

    slope: Array
    naive_se: Array
    """Standard error of the binomial regression, were all answers independent."""
    se: Array
    """Standard error with items as clusters."""
    rate: Array
    """Fitted rates, (B, M)."""

    @property
    def p(self) -> Array:
        """Two-sided z test with the clustered error."""
        return np.asarray(2 * ndtr(-np.abs(self.slope) / self.se))


def cluster_glm(x: Array, sums: ItemSums) -> ClusterFit:
    """Logit regression of answers on x (M,) for B behaviours, by Newton's method.

    Sandwich: bread (X'WX)^-1, meat sum over items of (sum over cells x r)(...)', r = p - fitted rate.
    """
    X = np.stack([np.ones_like(x), x - x.mean()], -1)
    total = np.diagonal(sums.values, axis1=1, axis2=2)
    n = np.diagonal(sums.counts, axis1=1, axis2=2)
    start = np.clip(total.sum(1) / n.sum(1), 1e-3, 1 - 1e-3)
    beta = np.stack([logit(start), np.zeros(len(start))], -1)
    for _ in range(40):
        mu, inverse = _fitted(X, beta, n)
        beta = beta + np.clip((inverse @ ((total - n * mu) @ X)[..., None])[..., 0], -2, 2)
    mu, inverse = _fitted(X, beta, n)
    crossed = sums.values * mu[:, None, :]
    spread = sums.products - crossed - np.swapaxes(crossed, 1, 2)
    meat = X.T @ (spread + sums.counts * mu[:, :, None] * mu[:, None, :]) @ X
    robust = inverse @ meat @ inverse
    return ClusterFit(beta[:, 1], np.sqrt(inverse[:, 1, 1]), np.sqrt(robust[:, 1, 1]), mu)


def _fitted(X: Array, beta: Array, n: Array) -> tuple[Array, Array]:
    """Fitted rates (B, M) and the inverse information (B, 2, 2)."""
    mu = expit(beta @ X.T)
    information = np.einsum("mk,bm,ml->bkl", X, n * mu * (1 - mu), X)
    return mu, np.linalg.inv(information + 1e-12 * np.eye(2))
