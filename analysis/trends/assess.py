"""All series of one call: tests, false-discovery control and the evidence for each verdict."""

from __future__ import annotations

from dataclasses import dataclass

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
    shares = shares_of(batches)
    grids = [grid_trend(batch, axis, shares) for batch in batches]
    start = default_prior(len(SHAPES[axis]) * len(shares))
    priors = family_priors(series, batches, [grid.log_likelihood for grid in grids], start, shares)
    return assess_with(series, axis, shares, batches, grids, priors)


def assess_with(
    series: list[Series],
    axis: Axis,
    shares: tuple[float, ...],
    batches: list[Batch],
    grids: list[GridTrend],
    priors: dict[str, FamilyPrior],
) -> Assessment:
    """The same with given priors (for refits that leave something out)."""
    families = [one.family for one in series]
    tau_prior = np.full((len(series), len(shares), len(TAUS)), np.nan)
    for at, family in enumerate(families):
        if family in priors:
            by_shape = priors[family].G.reshape(len(SHAPES[axis]), len(shares), len(TAUS), -1)
            tau_prior[at] = by_shape.sum((0, 3))
    trend = trends(families, batches, grids, priors)
    reversal = reversals(len(series), batches, tau_prior, shares)
    groups = np.array([one.n_distinct > 3 for one in series])
    return Assessment(
        series, axis, shares, batches, grids, priors, trend, reversal,
        groups, in_groups(two_stage, trend.p, groups, LEVEL), in_groups(two_stage, reversal.p, groups, LEVEL),
    )  # fmt: skip


def points(level: Array, change: Array) -> Array:
    """Difference of shares that a change of logits means around the fitted middle `level` of a series."""
    return np.asarray(expit(level + change / 2) - expit(level - change / 2))
