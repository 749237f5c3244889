"""Smallest change a design can show with 80 % power (method, section 4.8).

The test of a series is a mixture of z tests over what is believed of tau. Given that mixture, the
critical estimate b* is the one whose p meets the false-discovery threshold; a true change of b* + 0.84 sd
is then found in 80 % of sweeps. For a bare design the mixture itself varies from sweep to sweep: the
posterior is worked out at nine evenly likely residual sums of squares, with the family's prior learned from
the same nine.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import gammaincinv, ndtr, ndtri

from analysis.arrays import Array
from analysis.errors import TableError
from analysis.trends.assess import Assessment
from analysis.trends.decide import LEAST_CHANGE
from analysis.trends.fit.core import TAUS
from analysis.trends.fit.design import centred
from analysis.trends.fit.mixture import two_sided_p
from analysis.trends.fit.prior import default_prior, learn_prior, posterior
from analysis.trends.trend import weights_of
from analysis.verdicts import LEVEL

CHUNK = 200
"""Series worked on at once: what they need stays in the processor's cache."""
POWER = 0.8
AFFECTED = 0.3
"""Share of the tested series taken to have a real trend: it sets the false-discovery threshold."""
TYPICAL_ITEM_SE = 0.04
"""Standard error of a cell from its questions, logits."""


def threshold(n_tests: int) -> float:
    """The p that two-stage false-discovery control asks for when AFFECTED of `n_tests` series have a trend
    and POWER of those are found; the level itself for a single test."""
    found = 1 + (n_tests - 1) * AFFECTED * POWER
    share = found / n_tests
    noise_left = min((1 + LEVEL) * (1 - share), 1.0) if n_tests > 1 else 1.0
    return min(LEVEL * share / noise_left, LEVEL)


def detectable_change(sizes: Array, tau: float, *, item_se: float = TYPICAL_ITEM_SE, n_tests: int = 154) -> float:
    """Change of the logit over the sweep that is found in 80 % of sweeps like this.

    `sizes`: parameters of the models, three distinct or more; `tau`: scatter between models, logits;
    `item_se`: standard error of a cell from its questions, logits; `n_tests`: series tested together, all
    taken to be equally jumpy. Against our own detector on simulated sweeps (5 and 7 sizes, tau .03 to .3,
    12 x 154 series): within 4 % of the change it finds in 80 %. The table of the method, made with plain
    Benjamini-Hochberg on a coarse ladder of changes, is 4-28 % higher. Raises TableError for fewer than three
    distinct sizes.
    """
    x = np.sort(np.log10(np.asarray(sizes, float)))
    if len(np.unique(x)) < 3:
        raise TableError(
            f"A trend needs three distinct sizes; this design has {len(np.unique(x))}.", "Add models of other sizes."
        )
    spread = float((centred(x) ** 2).sum())
    df = len(x) - 2
    total = tau**2 + item_se**2
    chances = (np.arange(9) + 0.5) / 9
    scatter = total * 2 * gammaincinv(df / 2, chances)
    grid = TAUS**2 + item_se**2
    likelihood = -0.5 * (df * np.log(grid) + scatter[:, None] / grid)
    prior = learn_prior(likelihood, default_prior().sum((0, 2)), float(n_tests))
    weights = posterior(likelihood, prior)
    sd = np.broadcast_to(np.sqrt(grid / spread), weights.shape)
    critical = critical_change(weights, sd, threshold(n_tests))
    true_sd = np.sqrt(total / spread)
    low, high = 0.0, float(critical.max() + 5 * true_sd)
    for _ in range(50):
        middle = (low + high) / 2
        power = ndtr((middle - critical) / true_sd).mean()
        low, high = (middle, high) if power < POWER else (low, middle)
    return high


def critical_change(weights: Array, sd: Array, p: Array | float) -> Array:
    """Smallest estimate that is flagged: its mixture p equals `p` and it is no less than LEAST_CHANGE.

    Mixtures along the last dimension, (S, K) -> (S,).
    """
    low, high = np.zeros(len(sd)), 10 * sd.max(1)
    for _ in range(50):
        middle = (low + high) / 2
        above = two_sided_p(weights, np.broadcast_to(middle[:, None], sd.shape), sd) > p
        low, high = np.where(above, middle, low), np.where(above, high, middle)
    return np.asarray(np.maximum(high, LEAST_CHANGE))


@dataclass(frozen=True, slots=True, eq=False)
class Believed:
    """What is believed of the error of S series: a mixture of K normals."""

    place: Array
    """Where each stands in the list, (S,)."""
    weights: Array
    """(S, K)"""
    sd: Array
    """(S, K), logits."""


def believed(found: Assessment) -> list[Believed]:
    """Of every tested series, a batch each."""
    told = []
    for batch, grid in zip(found.batches, found.grids, strict=True):
        weights = weights_of(batch, grid.log_likelihood, found.families, found.priors)
        told.append(Believed(batch.place, weights.reshape(len(weights), -1), grid.sd.reshape(len(weights), -1)))
    return told


def detectable_changes(n_tests: Array, errors: Sequence[Believed]) -> Array:
    """For each tested series the change that one as jumpy as this would show with 80 % power, logits; NaN
    where it was not tested. `n_tests`: series each was tested together with, (series,)."""
    out = np.full(len(n_tests), np.nan)
    levels = {int(n): threshold(int(n)) for n in np.unique(n_tests) if n}
    for each in errors:
        for start in range(0, len(each.place), CHUNK):
            rows = slice(start, start + CHUNK)
            place, weights, sd = each.place[rows], each.weights[rows], each.sd[rows]
            critical = critical_change(weights, sd, np.array([levels[int(n)] for n in n_tests[place]]))
            out[place] = critical + ndtri(POWER) * np.sqrt((weights * sd**2).sum(1))
    return out
