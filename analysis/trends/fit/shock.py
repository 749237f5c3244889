"""Shared-shock guard: how many independent series are there, if one odd model moves them all (method,
section 4.3)."""

from __future__ import annotations

import numpy as np

from analysis.arrays import Array
from analysis.trends.fit.design import Design, centred


def quadratic(x: Array) -> Array:
    """[1, t, t^2] over sets of places, (D, M) -> (D, M, 3)."""
    t = centred(x)
    return np.stack([np.ones_like(t), t, t**2], -1)


def residual_directions(y: Array, V: Array, X: Array, tau2: Array) -> Array:
    """Unit vectors (S, M - 3): residuals of S series on the same places after a quadratic, whitened.

    y (S, M), V (S, M, M), X (M, 3) the quadratic over four distinct places or more; tau2 (S,) the between-model
    variance used for whitening (symmetric root, so that directions of different series can be compared).
    """
    N = Design.of(X[None]).N[0]
    values, vectors = np.linalg.eigh(N.T @ V @ N + tau2[:, None, None] * np.eye(N.shape[1]))
    rotated = np.swapaxes(vectors, 1, 2) @ (y @ N)[:, :, None] / np.sqrt(np.maximum(values, 1e-14))[:, :, None]
    residual = (vectors @ rotated)[:, :, 0]
    length = np.linalg.norm(residual, axis=1, keepdims=True)
    return np.asarray(residual[length[:, 0] > 1e-9] / length[length[:, 0] > 1e-9])


def shock_share(groups: list[Array]) -> float | None:
    """kappa, 0-1: share of the scatter that the series of a group have in common; None where it cannot be
    computed.

    `groups`: unit vectors of the series that were answered by the same models. Over all pairs inside groups,
    kappa = (mean squared cosine - 1/r)/(1 - 1/r), less two standard deviations of what independent
    directions give, not below 0. Needs r = M - 3 of 2 or more and at least one pair.
    """
    pairs = sum(len(group) * (len(group) - 1) for group in groups)
    r = groups[0].shape[1] if groups else 0
    if pairs == 0 or r < 2:
        return None
    squared = sum(float(((group.T @ group) ** 2).sum()) - len(group) for group in groups) / pairs
    null_sd = np.sqrt(2 * (r - 1) / (r**2 * (r + 2)) / (pairs / 2))
    return float(max(0.0, (squared - 1 / r - 2 * null_sd) / (1 - 1 / r)))


def effective_number(sizes: list[int], kappa: float) -> float:
    """B_eff = sum over groups of S/(1 + (S - 1) kappa)."""
    return float(sum(size / (1 + (size - 1) * kappa) for size in sizes))
