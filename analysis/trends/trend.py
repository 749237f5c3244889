"""Trend of every series: test, change, interval, tau, with tau borrowed inside each family (method, section
4.3)."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, fields

import numpy as np

from analysis.arrays import Array
from analysis.trends.fit.core import TAUS, GridFit, fit_grid
from analysis.trends.fit.design import SHAPES, Design, Shape, has_shape, shape_of
from analysis.trends.fit.mixture import cdf, quantile, two_sided_p
from analysis.trends.fit.prior import OMEGAS, learn_prior, posterior
from analysis.trends.fit.shock import effective_number, quadratic, residual_directions, shock_share
from analysis.trends.series.batches import Batch
from analysis.trends.series.replicates import Turned, turned
from analysis.trends.series.series import Series
from analysis.verdicts import LEVEL, MARGIN, Axis

CHUNK = 100
"""Series fitted at once: what they need stays in the processor's cache."""


@dataclass(frozen=True, slots=True, eq=False)
class GridTrend:
    """Grid of S series before anything is borrowed; all (S, shapes x shares, taus, omegas)."""

    log_likelihood: Array
    change: Array
    sd: Array
    level: Array
    """Fitted logit midway between the two ends of the line."""
    misfit: Array
    """Generalised Q of the residuals."""


GRID_FIELDS = tuple(each.name for each in fields(GridTrend))


@dataclass(frozen=True, slots=True)
class FamilyPrior:
    """What a family's series say together."""

    G: Array
    """(shapes x shares, taus, omegas), sums to 1."""
    kappa: float | None
    """Share of the scatter common to its series; None where not computable (fewer than five places, one
    series)."""
    n_effective: float


@dataclass(frozen=True, slots=True, eq=False)
class Trends:
    """One entry a series, NaN where it was not tested. Logits."""

    p: Array
    change: Array
    low: Array
    """Lower end of the 95 % interval of the change."""
    high: Array
    level: Array
    tau: Array
    inside_margin: Array
    """Does the 90 % interval lie inside +-MARGIN (bool)?"""
    inner_low: Array
    """Lower end of the 90 % interval where it lies inside the margin, else NaN."""
    inner_high: Array


@dataclass(frozen=True, slots=True, eq=False)
class Tested:
    """Test and estimate of S series, without intervals; as in Trends."""

    p: Array
    change: Array
    level: Array
    inside_margin: Array


def shapes_of(batch: Batch, axis: Axis) -> list[Shape]:
    """The candidate shapes over the batch's places; an impossible one is filled with the axis itself."""
    found = []
    for name in SHAPES[axis]:
        possible = has_shape(name, batch.raw)
        raw = np.where(possible[:, None], batch.raw, np.arange(batch.raw.shape[1]))
        found.append(shape_of(name, batch.x, raw))
    return found


def grid_trend(batch: Batch, axis: Axis, shares: tuple[float, ...]) -> GridTrend:
    """Likelihood, change and level of each series of a batch on the whole grid.

    `shares`: grid of what models of one size share of their deviation (see replicates).
    """
    parts = [_grid_trend(part, axis, shares) for _, part in batch.chunks(CHUNK)]
    return GridTrend(*(np.concatenate([getattr(part, name) for part in parts]) for name in GRID_FIELDS))


def _grid_trend(batch: Batch, axis: Axis, shares: tuple[float, ...]) -> GridTrend:
    fits = []
    for name, shape in zip(SHAPES[axis], shapes_of(batch, axis), strict=True):
        possible = has_shape(name, batch.raw)
        z = shape.ends_middle
        targets = np.stack([np.stack([np.zeros_like(z), np.ones_like(z)], -1), np.stack([np.ones_like(z), z], -1)], 1)
        for share in shares:
            seen = turned(batch, share)
            fit = fit_shape(seen, shape, batch.which, targets)
            likelihood = fit.log_likelihood - seen.log_det[:, None, None]
            likelihood = np.where(possible[batch.which][:, None, None], likelihood, -np.inf)
            sd = np.sqrt(fit.variance[:, 0])
            fits.append((likelihood, fit.estimate[:, 0], sd, fit.estimate[:, 1], fit.misfit))
    return GridTrend(*(np.stack(parts, 1) for parts in zip(*fits, strict=True)))


def fit_shape(seen: Turned, shape: Shape, which: Array, targets: Array, q_targets: Array | None = None) -> GridFit:
    """The grid of one candidate shape with its bend, for one share."""
    design = shape.design if seen.root is None else Design.of(seen.turn(shape.X))
    q = seen.turn(shape.curvature)
    return fit_grid(seen.y, seen.V, design, which, targets, omegas=OMEGAS, q=q, q_targets=q_targets)


def family_priors(
    series: list[Series],
    batches: list[Batch],
    log_likelihoods: list[Array],
    start: Array,
    shares: tuple[float, ...] = (0.0,),
) -> dict[str, FamilyPrior]:
    """The prior of each family, learned over all its series along the axis, from the default `start`.

    `log_likelihoods`: (S, shapes x shares, taus, omegas) for each batch.
    """
    members: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for at, batch in enumerate(batches):
        for row, place in enumerate(batch.place):
            members[series[place].family].append((at, row))
    priors = {}
    for family, rows in members.items():
        log_likelihood = np.stack([log_likelihoods[at][row] for at, row in rows])
        alone = posterior(log_likelihood, start)
        tau2 = (alone.sum((1, 3)) * TAUS**2).sum(1)
        share = shares[int(alone.sum((0, 2, 3)).reshape(-1, len(shares)).sum(0).argmax())]
        groups = Counter(series[batches[at].place[row]].name for at, row in rows)
        kappa = _family_shock(series, batches, rows, tau2, share)
        n_effective = effective_number(list(groups.values()), kappa or 0.0)
        priors[family] = FamilyPrior(learn_prior(log_likelihood, start, n_effective), kappa, n_effective)
    return priors


def _family_shock(
    series: list[Series], batches: list[Batch], rows: list[tuple[int, int]], tau2: Array, share: float
) -> float | None:
    """kappa over the series that share the family's most common set of places.

    `share`: what models of one size have in common, so that this is not taken for a shock.
    """
    sets = Counter((at, int(batches[at].which[row])) for at, row in rows)
    at, which = max(sets, key=lambda each: (sets[each], -each[0], -each[1]))
    batch = batches[at]
    if batch.n_distinct < 5:
        return None
    groups: dict[str, list[int]] = defaultdict(list)
    for place, (its, row) in enumerate(rows):
        if its == at and batch.which[row] == which:
            groups[series[batch.place[row]].name].append(place)
    seen = turned(batch, share)
    X = seen.turn(quadratic(batch.x))[which]
    directions = []
    for places in groups.values():
        chosen = np.array([rows[place][1] for place in places])
        directions.append(residual_directions(seen.y[chosen], seen.V[chosen], X, tau2[places]))
    return shock_share(directions)


def trends(families: list[str], batches: list[Batch], grids: list[GridTrend], priors: dict[str, FamilyPrior]) -> Trends:
    """Mixture test, estimate and 95 % interval of each series; `families` (series,) names its prior."""
    names = ("p", "change", "low", "high", "level", "tau", "inner_low", "inner_high")
    columns = {name: np.full(len(families), np.nan) for name in names}
    inside = np.zeros(len(families), bool)
    for batch, grid in zip(batches, grids, strict=True):
        weights = weights_of(batch, grid.log_likelihood, families, priors)
        columns["tau"][batch.place] = (weights.sum((1, 3)) * TAUS).sum(1)
        seen = tested(weights, grid)
        for name in ("p", "change", "level"):
            columns[name][batch.place] = getattr(seen, name)
        flat, change, sd = (each.reshape(len(each), -1) for each in (weights, grid.change, grid.sd))
        columns["low"][batch.place] = quantile(0.025, flat, change, sd)
        columns["high"][batch.place] = quantile(0.975, flat, change, sd)
        within = seen.inside_margin
        inside[batch.place] = within
        for name, share in (("inner_low", 0.05), ("inner_high", 0.95)):
            columns[name][batch.place[within]] = quantile(share, flat[within], change[within], sd[within])
    return Trends(**columns, inside_margin=inside)


def tested(weights: Array, grid: GridTrend) -> Tested:
    """The mixture test of S series whose grid points have these weights, (S, shapes x shares, taus, omegas)."""
    flat, change, sd, level = (each.reshape(len(each), -1) for each in (weights, grid.change, grid.sd, grid.level))
    within = (cdf(np.full(len(flat), -MARGIN), flat, change, sd) <= LEVEL) & (
        cdf(np.full(len(flat), MARGIN), flat, change, sd) >= 1 - LEVEL
    )
    return Tested(two_sided_p(flat, change, sd), (flat * change).sum(1), (flat * level).sum(1), within)


def weights_of(batch: Batch, log_likelihood: Array, families: list[str], priors: dict[str, FamilyPrior]) -> Array:
    """Posterior weights of the grid for each series of a batch under its family's prior, shaped as the
    likelihood."""
    of_family = np.array([families[place] for place in batch.place])
    weights = np.empty_like(log_likelihood)
    for family in np.unique(of_family):
        rows = of_family == family
        weights[rows] = posterior(log_likelihood[rows], priors[str(family)].G)
    return weights
