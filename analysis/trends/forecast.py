"""What a model of another size would score, as an interval (method, section 4.7).

Straight line plus an integrated Wiener process (a cubic smoothing spline), so that uncertainty fans out with
distance: K(s, s') = omega^2 2 m^2 (3 M - m) with m = min, M = max of s = t - first t. The target is the
observed rate of a new model on the same questions: curve + model effect (tau) + item scatter, the last one
correlated with the other models' as those are among themselves.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from analysis.arrays import Array
from analysis.trends.fit.core import TAUS
from analysis.trends.fit.design import Design, centred
from analysis.trends.fit.mixture import quantile
from analysis.trends.fit.prior import default_prior
from analysis.trends.series.batches import Batch, batches_of
from analysis.trends.series.series import Series
from analysis.trends.trend import family_priors, weights_of

WIGGLES = np.array([0.0, 0.1, 0.3, 1.0])
"""Grid of omega, logits."""


@dataclass(frozen=True, slots=True, eq=False)
class GridForecast:
    """S series, F new places, on the grid: (S, taus, omegas) and (S, F, taus, omegas)."""

    log_likelihood: Array
    estimate: Array
    variance: Array


def wiener(s: Array, other: Array) -> Array:
    """Kernel 2 m^2 (3 M - m) between all pairs along the last dimensions: (..., n) and (..., k) -> (..., n,
    k)."""
    low = np.minimum(s[..., :, None], other[..., None, :])
    high = np.maximum(s[..., :, None], other[..., None, :])
    return np.asarray(2 * low**2 * (3 * high - low))


def grid_forecast(batch: Batch, new_x: Array) -> GridForecast:
    """Universal kriging of every series of a batch at the places `new_x` (F,), same axis as the batch's x."""
    t = centred(batch.x)
    new_t = (new_x - batch.x.mean(1, keepdims=True)) / (batch.x[:, -1:] - batch.x[:, :1])
    origin = np.minimum(t[:, :1], new_t.min(1, keepdims=True))
    design = Design.of(np.stack([np.ones_like(t), t], -1))
    c = (np.stack([np.ones_like(new_t), new_t], -1) @ design.pinv)[batch.which]
    N = design.N[batch.which]
    kernel, to_new = wiener(t - origin, t - origin), wiener(new_t - origin, t - origin)
    at_new = np.diagonal(wiener(new_t - origin, new_t - origin), axis1=1, axis2=2)
    item_variance, item_covariance = _new_items(batch.V)
    parts = []
    for omega in WIGGLES:
        W = batch.V + omega**2 * kernel[batch.which]
        k = omega**2 * to_new[batch.which] + item_covariance[:, None, :]
        eigenvalues, U = np.linalg.eigh(np.swapaxes(N, 1, 2) @ W @ N)
        rotate = np.swapaxes(N @ U, 1, 2)
        D = 1 / (np.maximum(eigenvalues, 1e-14)[:, :, None] + TAUS**2)
        e, g = rotate @ batch.y[:, :, None], rotate @ np.swapaxes(k - c @ W, 1, 2)
        ee = (D * e**2).sum(1)
        log_likelihood = -0.5 * (ee - np.log(D).sum(1) + design.log_det[batch.which][:, None])
        estimate = c @ batch.y[:, :, None] + np.swapaxes(g * e, 1, 2) @ D
        before = (
            (omega**2 * at_new[batch.which] + item_variance[:, None])
            - 2 * (c * k).sum(2)
            + np.einsum("sfm,smn,sfn->sf", c, W, c)
        )
        variance = before[:, :, None] + TAUS**2 * (1 + (c**2).sum(2))[:, :, None] - np.swapaxes(g**2, 1, 2) @ D
        parts.append((log_likelihood, estimate, np.maximum(variance, 1e-14)))
    return GridForecast(*(np.stack(each, -1) for each in zip(*parts, strict=True)))


@dataclass(frozen=True, slots=True, eq=False)
class Forecasts:
    """Logits at F new places for each series, (series, F); NaN where a series has fewer than three distinct
    places."""

    estimate: Array
    low: Array
    high: Array


def forecasts(series: list[Series], new_x: Array, level: float) -> Forecasts:
    """Mean and central `level` interval of the predictive mixture; tau and omega are learned anew per
    family."""
    out = Forecasts(*(np.full((len(series), len(new_x)), np.nan) for _ in range(3)))
    batches = batches_of(series)
    grids = [grid_forecast(batch, new_x) for batch in batches]
    likelihoods = [grid.log_likelihood[:, None] for grid in grids]
    priors = family_priors(series, batches, likelihoods, default_prior())
    families = [one.family for one in series]
    for batch, grid, likelihood in zip(batches, grids, likelihoods, strict=True):
        weights = weights_of(batch, likelihood, families, priors).reshape(len(batch.place), 1, -1)
        mean, sd = (each.reshape(len(batch.place), len(new_x), -1) for each in (grid.estimate, np.sqrt(grid.variance)))
        weights = np.broadcast_to(weights, mean.shape)
        out.estimate[batch.place] = (weights * mean).sum(2)
        out.low[batch.place] = quantile((1 - level) / 2, weights, mean, sd)
        out.high[batch.place] = quantile((1 + level) / 2, weights, mean, sd)
    return out


def _new_items(V: Array) -> tuple[Array, Array]:
    """Item variance of a new cell (S,) and its covariance with the measured ones (S, M): those of the
    average cell."""
    variances = np.diagonal(V, axis1=1, axis2=2)
    new = variances.mean(1)
    sd = np.sqrt(variances)
    correlation = V / (sd[:, :, None] * sd[:, None, :])
    M = V.shape[1]
    shared = (correlation.sum((1, 2)) - M) / (M * (M - 1))
    return new, np.clip(shared, 0, 1)[:, None] * np.sqrt(new)[:, None] * sd
