"""All series of one call: tests, false-discovery control and the evidence for each verdict."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields

import numpy as np
from scipy.special import expit

from analysis.arrays import Array
from analysis.trends.decide import Evidence
from analysis.trends.fit.core import TAUS
from analysis.trends.fit.design import SHAPES
from analysis.trends.fit.prior import default_prior
from analysis.trends.multiplicity import in_groups, two_stage
from analysis.trends.reversal import Reversals, reversals
from analysis.trends.series.batches import Batch, batches_of
from analysis.trends.series.replicates import shares_of
from analysis.trends.series.series import Series
from analysis.trends.trend import FamilyPrior, GridTrend, Trends, family_priors, grid_trend, trends
from analysis.verdicts import LEVEL, Axis


@dataclass(frozen=True, slots=True, eq=False)
class Assessment:
    """Everything the tests found; arrays have one entry a series, NaN where it was not tested."""

    series: list[Series]
    axis: Axis
    shares: tuple[float, ...]
    """Grid of what models of one size share of their deviation."""
    batches: list[Batch]
    """Empty, as the grids, where only what they say was kept."""
    grids: list[GridTrend]
    priors: dict[str, FamilyPrior]
    trends: Trends
    reversals: Reversals
    groups: Array
    """False-discovery control runs within each: False for series with three places, True for more."""
    q: Array
    q_shape: Array

    @property
    def families(self) -> list[str]:
        """Family of each series."""
        return [one.family for one in self.series]

    @property
    def tau_prior(self) -> Array:
        """The marginal of each series' prior, (series, shares, taus)."""
        return tau_priors(self.families, self.axis, self.shares, self.priors)

    @property
    def span(self) -> Array:
        """Distance from the first to the last place of each series, in units of x."""
        return np.array([one.x[-1] - one.x[0] if one.n_distinct > 1 else np.nan for one in self.series])

    @property
    def n_tests(self) -> Array:
        """Number of series each series was tested together with, itself included."""
        tested = ~np.isnan(self.q)
        return np.asarray(np.where(self.groups, (tested & self.groups).sum(), (tested & ~self.groups).sum()))

    def evidence(self, at: int) -> Evidence:
        """What the decision rule looks at for one series."""
        return Evidence(
            q=float(self.q[at]),
            change=float(self.trends.change[at]),
            p_shape=float(self.reversals.p[at]),
            q_shape=float(self.q_shape[at]),
            left=float(self.reversals.left[at]),
            right=float(self.reversals.right[at]),
            inside_margin=bool(self.trends.inside_margin[at]),
        )


def assess(series: list[Series], axis: Axis) -> Assessment:
    """Tests every series that has three distinct places or more, learning tau per family."""
    batches = batches_of(series)
    return assess_batches(series, axis, shares_of(batches), batches)


def assess_batches(series: list[Series], axis: Axis, shares: tuple[float, ...], batches: list[Batch]) -> Assessment:
    """The same from the series stacked by form, and the grid of `shares` that all series of the call need."""
    grids = [grid_trend(batch, axis, shares) for batch in batches]
    start = default_prior(len(SHAPES[axis]) * len(shares))
    priors = family_priors(series, batches, [grid.log_likelihood for grid in grids], start, shares)
    families = [one.family for one in series]
    trend = trends(families, batches, grids, priors)
    reversal = reversals(len(series), batches, tau_priors(families, axis, shares, priors), shares)
    return _controlled(series, axis, shares, batches, grids, priors, trend, reversal)


def _controlled(
    series: list[Series],
    axis: Axis,
    shares: tuple[float, ...],
    batches: list[Batch],
    grids: list[GridTrend],
    priors: dict[str, FamilyPrior],
    trend: Trends,
    reversal: Reversals,
) -> Assessment:
    """The tests, with false-discovery control over all of them."""
    groups = np.array([one.n_distinct > 3 for one in series])
    return Assessment(
        series, axis, shares, batches, grids, priors, trend, reversal,
        groups, in_groups(two_stage, trend.p, groups, LEVEL), in_groups(two_stage, reversal.p, groups, LEVEL),
    )  # fmt: skip


def joined(series: list[Series], axis: Axis, parts: Sequence[tuple[Array, Assessment]]) -> Assessment:
    """Families that were tested one by one (places of their series, their tests) under one false-discovery control;
    their grids are not kept."""
    order = np.argsort(np.concatenate([place for place, _ in parts]))
    trend = Trends(*_side_by_side([part.trends for _, part in parts], order))
    reversal = Reversals(*_side_by_side([part.reversals for _, part in parts], order))
    priors = {family: prior for _, part in parts for family, prior in part.priors.items()}
    return _controlled(series, axis, parts[0][1].shares, [], [], priors, trend, reversal)


def _side_by_side(parts: Sequence[Trends] | Sequence[Reversals], order: Array) -> list[Array]:
    return [np.concatenate([getattr(part, each.name) for part in parts])[order] for each in fields(parts[0])]


def tau_priors(families: list[str], axis: Axis, shares: tuple[float, ...], priors: dict[str, FamilyPrior]) -> Array:
    """The marginal of each series' prior, (series, shares, taus)."""
    marginal = {
        family: prior.G.reshape(len(SHAPES[axis]), len(shares), len(TAUS), -1).sum((0, 3))
        for family, prior in priors.items()
    }
    unknown = np.full((len(shares), len(TAUS)), np.nan)
    return np.array([marginal.get(family, unknown) for family in families]).reshape(-1, len(shares), len(TAUS))


def points(level: Array, change: Array) -> Array:
    """Difference of shares that a change of logits means around the fitted middle `level` of a series."""
    return np.asarray(expit(level + change / 2) - expit(level - change / 2))
