"""Which models stray from the fit: whitened residuals of every point, each left out in turn (method, section 4.8).

With X = [1, z] the trend, N an orthonormal basis of its complement and S = V + tau^2 G + omega^2 qq' what may scatter
around it, Q = N (N'SN)^-1 N' gives at once how far each point is from what all others predict of it:

    r_i = (Qy)_i/sqrt(Q_ii),    log p(y_i | the others) = log(Q_ii)/2 - r_i^2/2 + constant

A point must not widen the scatter it is judged by. So the grid is weighed by the likelihood of the other points, under
a prior learned from the family without that model, and the residual is the normal quantile of the mixture:
Phi^-1(sum w Phi(r_i)), standard normal where the model strays no more than others do.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

import numpy as np
from scipy.special import ndtr, ndtri

from analysis.arrays import Array
from analysis.trends.assess import Assessment
from analysis.trends.fit.core import TAUS
from analysis.trends.fit.design import SHAPES, has_shape
from analysis.trends.fit.prior import OMEGAS, default_prior, learn_prior, posterior
from analysis.trends.series.batches import Batch
from analysis.trends.trend import shapes_of
from analysis.verdicts import Axis

MOST = 6.0
"""Residuals are cut here: beyond, the tail of a mixture over a grid means nothing."""
CHUNK = 50
"""Series worked on at once: bounds the memory."""
Model = tuple[str, float, int]
"""Who stands at a place: series name (the model on the RLHF axis), place, which of several there."""


@dataclass(frozen=True, slots=True, eq=False)
class _LeftOut:
    """One series with each of its M cells left out in turn; G is the number of grid points."""

    likelihood: Array
    """Restricted log-likelihood of all cells, (G,)."""
    without: Array
    """The same of the others, (G, M), up to one constant a cell."""
    off: Array
    """r, (G, M)."""
    models: tuple[Model, ...]


def residuals(found: Assessment) -> dict[int, tuple[float, ...]]:
    """Residual of each cell of every tested series (standard deviations, above the fit positive), by the series' place
    in the list; cells in order of x, then of the model."""
    families: dict[str, dict[int, _LeftOut]] = defaultdict(dict)
    for batch, grid in zip(found.batches, found.grids, strict=True):
        for start in range(0, len(batch.place), CHUNK):
            rows = np.arange(start, min(start + CHUNK, len(batch.place)))
            off, log_q = _deleted(batch, rows, found.axis, found.shares)
            likelihood = grid.log_likelihood[rows].reshape(len(rows), -1)
            without = likelihood[:, :, None] + (off**2 - log_q) / 2
            for at, place in enumerate(batch.place[rows].tolist()):
                one = found.series[place]
                models = _models(one.name, one.raw.tolist())
                families[one.family][place] = _LeftOut(likelihood[at], without[at], off[at], models)
    start_prior = default_prior(len(SHAPES[found.axis]) * len(found.shares)).reshape(-1)
    return {place: told for family in families.values() for place, told in _of_family(family, start_prior).items()}


def _models(name: str, raw: list[float]) -> tuple[Model, ...]:
    return tuple((name, place, raw[:at].count(place)) for at, place in enumerate(raw))


def _of_family(family: dict[int, _LeftOut], start: Array) -> dict[int, tuple[float, ...]]:
    priors: dict[Model, Array] = {}
    for model in sorted({model for one in family.values() for model in one.models}):
        others = [
            one.without[:, one.models.index(model)] if model in one.models else one.likelihood
            for one in family.values()
        ]
        priors[model] = learn_prior(np.stack(others), start, float(len(others)))
    told = {}
    for place, one in family.items():
        prior = np.stack([priors[model] for model in one.models])
        weights = np.stack([posterior(one.without[None, :, i], prior[i])[0] for i in range(len(prior))], 1)
        z = np.clip(ndtri((weights * ndtr(one.off)).sum(0)), -MOST, MOST)
        told[place] = tuple(round(float(each), 3) for each in z)
    return told


def _deleted(batch: Batch, rows: Array, axis: Axis, shares: tuple[float, ...]) -> tuple[Array, Array]:
    """r and log Q_ii of each cell on the whole grid, both (S, shapes x shares x taus x omegas, M)."""
    y, V, which = batch.y[rows], batch.V[rows][:, None, None], batch.which[rows]
    same = (batch.raw[:, :, None] == batch.raw[:, None, :])[which]
    offs, log_qs = [], []
    for name, shape in zip(SHAPES[axis], shapes_of(batch, axis), strict=True):
        possible = has_shape(name, batch.raw)[which]
        N, q = shape.design.N[which][:, None, None], shape.curvature[which]
        bend = (q[:, :, None] * q[:, None, :])[:, None, None] * (OMEGAS**2)[:, None, None]
        for share in shares:
            scatter = share * same + (1 - share) * np.eye(y.shape[1])
            S = V + scatter[:, None, None] * (TAUS**2)[:, None, None, None] + bend
            Nt = np.swapaxes(N, -1, -2)
            Q = N @ np.linalg.inv(Nt @ S @ N + 1e-14 * np.eye(N.shape[-1])) @ Nt
            own = np.maximum(np.diagonal(Q, axis1=-2, axis2=-1), 1e-300)
            off = (Q @ y[:, None, None, :, None])[..., 0] / np.sqrt(own)
            off[~possible] = 0.0
            offs.append(off.reshape(len(rows), -1, y.shape[1]))
            log_qs.append(np.log(own).reshape(len(rows), -1, y.shape[1]))
    return np.concatenate(offs, 1), np.concatenate(log_qs, 1)
