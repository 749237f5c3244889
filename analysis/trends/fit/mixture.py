"""Probabilities and quantiles of mixtures of normals, one mixture a row."""

from __future__ import annotations

import numpy as np
from scipy.special import ndtr, ndtri

from analysis.arrays import Array

CHUNK = 512
"""Mixtures worked on at once: what they need stays in the processor's cache."""


def cdf(at: Array | float, weights: Array, mean: Array, sd: Array) -> Array:
    """P(value <= at) for mixtures along the last dimension; `at` has the shape of the rest."""
    return np.asarray((weights * ndtr((np.asarray(at)[..., None] - mean) / sd)).sum(-1))


def two_sided_p(weights: Array, mean: Array, sd: Array) -> Array:
    """p = sum_k w_k 2 Phi(-|b_k|/sd_k): a mixture of z tests of zero."""
    return np.asarray(np.minimum(2 * (weights * ndtr(-np.abs(mean) / sd)).sum(-1), 1.0))


def quantile(probability: float, weights: Array, mean: Array, sd: Array) -> Array:
    """The value with this probability below it, by Newton steps kept inside a shrinking bracket.

    Mixtures along the last dimension; to 1e-7 in probability.
    """
    flat = [each.reshape(-1, each.shape[-1]) for each in (weights, mean, sd)]
    at = np.empty(len(flat[0]))
    for start in range(0, len(at), CHUNK):
        rows = slice(start, start + CHUNK)
        at[rows] = _quantile(probability, *(each[rows] for each in flat))
    return np.asarray(at.reshape(mean.shape[:-1]))


def _quantile(probability: float, w: Array, m: Array, s: Array) -> Array:
    edge = m + s * ndtri(probability)
    seen = w > 1e-12
    low, high = np.where(seen, edge, np.inf).min(-1), np.where(seen, edge, -np.inf).max(-1)
    centre = (w * m).sum(-1)
    spread = np.sqrt((w * (s**2 + (m - centre[:, None]) ** 2)).sum(-1))
    at = np.clip(centre + spread * ndtri(probability), low, high)
    rows = np.arange(len(at))
    for _ in range(80):
        standard = (at[rows, None] - m) / s
        excess = (w * ndtr(standard)).sum(-1) - probability
        off = np.abs(excess) > 1e-7
        if not off.any():
            break
        if not off.all():
            rows, w, m, s, standard, excess = (each[off] for each in (rows, w, m, s, standard, excess))
        low[rows] = np.where(excess < 0, at[rows], low[rows])
        high[rows] = np.where(excess < 0, high[rows], at[rows])
        density = (w / s * np.exp(-0.5 * standard**2)).sum(-1) / np.sqrt(2 * np.pi)
        step = at[rows] - excess / np.maximum(density, 1e-300)
        inside = (step > low[rows]) & (step < high[rows])
        at[rows] = np.where(inside, step, (low[rows] + high[rows]) / 2)
    return np.asarray(at)
