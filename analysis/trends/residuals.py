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
from analysis.trends.fit.design import SHAPES, Design, Shape, has_shape
from analysis.trends.fit.prior import OMEGAS, default_prior, learn_prior
from analysis.trends.series.batches import Batch
from analysis.trends.series.replicates import Turned, turned
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
        for rows, part in batch.chunks(CHUNK):
            off, log_q = _deleted(part, found.axis, found.shares)
            likelihood = grid.log_likelihood[rows].reshape(len(part.place), -1)
            without = likelihood[:, :, None] + (off**2 - log_q) / 2
            for at, place in enumerate(part.place.tolist()):
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
    return {place: _quantiles(one, np.stack([priors[model] for model in one.models])) for place, one in family.items()}


def _quantiles(one: _LeftOut, prior: Array) -> tuple[float, ...]:
    """Residual of each cell, `prior` (M, G) being that of the family without its model."""
    with np.errstate(divide="ignore"):  # a prior of 0 rules a grid point out
        joint = one.without + np.log(prior.T)
    weights = np.exp(joint - joint.max(0))
    weights /= weights.sum(0)
    z = np.clip(ndtri((weights * ndtr(one.off)).sum(0)), -MOST, MOST)
    return tuple(round(each, 3) for each in z.tolist())


def _deleted(batch: Batch, axis: Axis, shares: tuple[float, ...]) -> tuple[Array, Array]:
    """r and log Q_ii of each cell on the whole grid, both (S, shapes x shares x taus x omegas, M)."""
    offs, log_qs = [], []
    for name, shape in zip(SHAPES[axis], shapes_of(batch, axis), strict=True):
        possible = has_shape(name, batch.raw)[batch.which]
        for share in shares:
            along, own = _weighed(turned(batch, share), shape, batch.which)
            own = np.maximum(own, 1e-300)
            off = along / np.sqrt(own)
            off[~possible] = 0.0
            offs.append(off.reshape(len(batch.y), -1, batch.y.shape[1]))
            log_qs.append(np.log(own).reshape(len(batch.y), -1, batch.y.shape[1]))
    return np.concatenate(offs, 1), np.concatenate(log_qs, 1)


def _weighed(seen: Turned, shape: Shape, which: Array) -> tuple[Array, Array]:
    """Qy and the diagonal of Q, (S, taus, omegas, M) each, in the terms of the core: with B = NU,

    Q = B D B' - f (B D z)(B D z)',  and with the root of G, whose design is turned, B = root' NU."""
    design = shape.design if seen.root is None else Design.of(seen.turn(shape.X))
    N = design.N[which]
    eigenvalues, U = np.linalg.eigh(np.swapaxes(N, 1, 2) @ seen.V @ N)
    e = seen.y[:, None, :] @ N @ U
    z = seen.turn(shape.curvature)[which][:, None, :] @ N @ U
    B = N @ U if seen.root is None else np.swapaxes(seen.root[which], 1, 2) @ N @ U
    D = 1 / (np.maximum(eigenvalues, 1e-14)[:, :, None] + TAUS**2)
    zz, ze = (np.swapaxes(each @ D, 1, 2)[:, :, :, None] for each in (z * z, z * e))
    BB, Be, Bz = (np.swapaxes(each @ D, 1, 2)[:, :, None, :] for each in (B * B, B * e, B * z))
    omega2 = (OMEGAS**2)[:, None]
    f = omega2 / (1 + omega2 * zz)
    return Be - f * ze * Bz, BB - f * Bz**2
