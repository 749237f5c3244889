"""Probabilities and quantiles of mixtures of normals, one mixture a row."""

from __future__ import annotations

import numpy as np
from scipy.special import ndtr, ndtri

from analysis.detector_table import Array


def cdf(at: Array | float, weights: Array, mean: Array, sd: Array) -> Array:
    """P(value <= at) for mixtures along the last dimension; `at` has the shape of the rest."""
    return np.asarray((weights * ndtr((np.asarray(at)[..., None] - mean) / sd)).sum(-1))


def two_sided_p(weights: Array, mean: Array, sd: Array) -> Array:
    """p = sum_k w_k 2 Phi(-|b_k|/sd_k): a mixture of z tests of zero."""
    return np.minimum(2 * (weights * ndtr(-np.abs(mean) / sd)).sum(-1), 1.0)


def quantile(probability: float, weights: Array, mean: Array, sd: Array) -> Array:
    """The value with this probability below it, by Newton steps kept inside a shrinking bracket."""
    edge = sd * ndtri(probability)
    seen = weights > 1e-12
    low = np.where(seen, mean + edge, np.inf).min(-1)
    high = np.where(seen, mean + edge, -np.inf).max(-1)
    centre = (weights * mean).sum(-1)
    spread = np.sqrt((weights * (sd**2 + (mean - centre[..., None]) ** 2)).sum(-1))
    at = np.clip(centre + spread * ndtri(probability), low, high)
    for _ in range(60):
        standard = (at[..., None] - mean) / sd
        excess = (weights * ndtr(standard)).sum(-1) - probability
        low, high = np.where(excess < 0, at, low), np.where(excess < 0, high, at)
        density = (weights / sd * np.exp(-0.5 * standard**2)).sum(-1) / np.sqrt(2 * np.pi)
        step = at - excess / np.maximum(density, 1e-300)
        new = np.where((step > low) & (step < high), step, (low + high) / 2)
        moved = np.abs(new - at).max(initial=0.0) / np.maximum(spread.min(initial=1.0), 1e-12)
        at = new
        if np.abs(excess).max(initial=0.0) < 1e-7 or moved < 1e-9:
            break
    return at
