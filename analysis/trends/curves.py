"""Fitted curve and 95 % band of each series, from the same mixture as its test (method, section 4.3)."""

from __future__ import annotations

import numpy as np
from scipy.special import expit

from analysis.arrays import Array
from analysis.trends.assess import Assessment
from analysis.trends.fit.mixture import quantile
from analysis.trends.result import Curve
from analysis.trends.series.batches import Batch
from analysis.trends.series.replicates import turned
from analysis.trends.series.series import Scale
from analysis.trends.trend import fit_shape, shapes_of, weights_of

POINTS = 40
POINTS_BEYOND = 6
BEYOND = 0.3
"""Decades the curve goes on past the largest size (nothing on the RLHF axis)."""
CHUNK = 100
"""Series fitted at once: bounds the memory."""


def curves_of(found: Assessment, scale: Scale) -> dict[int, Curve]:
    """Curve of each tested series, by its place in the list. Rates 0-1 over POINTS places, first and
    last size among them.

    The band is of the fitted rate, not of a new model: it holds neither tau nor item scatter.
    """
    curves: dict[int, Curve] = {}
    for batch, grid in zip(found.batches, found.grids, strict=True):
        weights = weights_of(batch, grid.log_likelihood, found.families, found.priors)
        beyond = BEYOND if found.axis == "size" else 0.0
        at = _places(batch.x, beyond)
        raw = scale.raw(at)
        for rows, part in batch.chunks(CHUNK):
            sets = np.unique(batch.which[rows])
            curves |= _chunk(found, part, weights[rows], at[sets], raw[sets])
    return curves


def _places(x: Array, beyond: float) -> Array:
    """Places of the curve's points: (which, POINTS), evenly spread up to the last x and, apart from that, beyond it."""
    first, last = x[:, 0], x[:, -1]
    if not beyond:
        return np.linspace(first, last, POINTS, axis=1)
    inside = np.linspace(first, last, POINTS - POINTS_BEYOND, axis=1)
    return np.concatenate([inside, np.linspace(last, last + beyond, POINTS_BEYOND + 1, axis=1)[:, 1:]], axis=1)


def _chunk(found: Assessment, batch: Batch, weights: Array, at: Array, raw: Array) -> dict[int, Curve]:
    estimates, spreads = [], []
    for shape in shapes_of(batch, found.axis):
        z, q = shape.at(at, raw, batch.raw[:, 0], batch.raw[:, -1])
        targets = np.stack([np.ones_like(z), z], -1)
        for share in found.shares:
            seen = turned(batch, share)
            fit = fit_shape(seen, shape, batch.which, targets, q)
            estimates.append(fit.estimate)
            spreads.append(np.sqrt(fit.variance))
    S = len(weights)
    mean, sd = (np.stack(each, 2).reshape(S, POINTS, -1) for each in (estimates, spreads))
    flat = np.broadcast_to(weights.reshape(S, 1, -1), mean.shape)
    centre = expit((flat * mean).sum(-1))
    low, high = expit(quantile(0.025, flat, mean, sd)), expit(quantile(0.975, flat, mean, sd))
    inside = at <= batch.x[:, -1:] + 1e-9
    places = np.stack([raw[batch.which], centre, low, high, inside[batch.which]], -1)
    return {place: Curve(one) for place, one in zip(batch.place.tolist(), places, strict=True)}
