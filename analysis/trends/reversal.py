"""Does a series turn? Broken lines averaged over their knots, then intersection-union (method, section 4.4).

For every knot k, X = [1, min(t - k, 0), max(t - k, 0)] in the core with omega = 0 and the tau prior of the
family. One-sided mixture p-values pL (left arm falls) and pR (right arm rises) are averaged over knots with
weights proportional to the evidence of each, and only then combined: p_valley = max(pL, pR), p_hill = max(1
- pL, 1 - pR). Averaging before the maximum is what keeps plateaus from passing.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import ndtr

from analysis.arrays import Array
from analysis.trends.fit.core import fit_grid
from analysis.trends.fit.design import Design, broken_line, centred, knots_of
from analysis.trends.series.batches import Batch
from analysis.trends.series.replicates import turned

CHUNK = 32
"""Series fitted at once, each at all of its knots: what they need stays in the processor's cache."""
ARMS = np.array([[[0.0, 1.0, 0.0], [0.0, 0.0, 1.0]]])


@dataclass(frozen=True, slots=True, eq=False)
class Reversals:
    """One entry a series, NaN where a turn cannot be tested (fewer than four distinct places)."""

    p: Array
    left: Array
    """Change of the logit along the left arm, averaged over knots."""
    right: Array


def reversals(n_series: int, batches: list[Batch], tau_prior: Array, shares: tuple[float, ...] = (0.0,)) -> Reversals:
    """The reversal test of every series; tau_prior (series, shares, taus) is the marginal of each one's family
    prior."""
    out = Reversals(*(np.full(n_series, np.nan) for _ in range(3)))
    for batch in batches:
        if batch.n_distinct >= 4:
            for _, part in batch.chunks(CHUNK):
                _turns(out, part, tau_prior[part.place], shares)
    return out


def _turns(out: Reversals, batch: Batch, tau_prior: Array, shares: tuple[float, ...]) -> None:
    """Puts the test of each series of a batch into its place."""
    t = centred(batch.x)
    knots = knots_of(t)
    n_knots, S = knots.shape[1], len(batch.y)
    which = (batch.which[:, None] * n_knots + np.arange(n_knots)).ravel()
    X = broken_line(t, knots)
    fits = []
    for share in shares:
        seen = turned(batch, share)
        fit = fit_grid(
            np.repeat(seen.y, n_knots, 0),
            np.repeat(seen.V, n_knots, 0),
            Design.of(np.swapaxes(seen.turn(X), 1, 2).reshape(-1, t.shape[1], 3)),
            which,
            np.broadcast_to(ARMS, (len(knots) * n_knots, 2, 3)),
        )
        likelihood = fit.log_likelihood.reshape(S, n_knots, -1) - seen.log_det[:, None, None]
        arms = (each.reshape(S, n_knots, 2, -1) for each in (fit.estimate, np.sqrt(fit.variance)))
        fits.append((likelihood, *arms))
    likelihood, slope, sd = (np.concatenate(parts, -1) for parts in zip(*fits, strict=True))
    prior = tau_prior.reshape(S, 1, -1)
    joint = np.exp(likelihood - likelihood.max((1, 2), keepdims=True)) * prior
    weights = joint / joint.sum((1, 2), keepdims=True)
    falls = (weights[:, :, None] * ndtr(slope / sd)).sum((1, 3))
    left_falls, right_rises = falls[:, 0], 1 - falls[:, 1]
    out.p[batch.place] = np.minimum(np.maximum(left_falls, right_rises), np.maximum(1 - left_falls, 1 - right_rises))
    its_knots = knots[batch.which]
    start, end = t[batch.which, 0][:, None], t[batch.which, -1][:, None]
    mean = (weights[:, :, None] * slope).sum(3)
    out.left[batch.place] = (mean[:, :, 0] * (its_knots - start)).sum(1)
    out.right[batch.place] = (mean[:, :, 1] * (end - its_knots)).sum(1)
