"""Does the fitted form hold for a series: scatter, bend, jumpiness (method, section 4.8).

At a series' own tau no scatter looks large, because its tau grows with it. So both checks of scatter compare
with the family: the mean posterior of all its series says what is usual there.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

import numpy as np
from scipy.special import gammaincc

from analysis.arrays import Array
from analysis.trends.assess import Assessment
from analysis.trends.fit.core import TAUS
from analysis.trends.trend import weights_of

FEWEST = 8
"""Series a family needs to say what is usual."""
JUMPY_TIMES = 2.0
"""A series is unusually jumpy where its tau is above this many times the family's median tau ..."""
JUMPY_LEAST = 0.1
"""... and above this, logits: 2.5 points at a rate of 50 % ..."""
JUMPY_SURE = 0.8
"""... with this posterior probability."""


@dataclass(frozen=True, slots=True, eq=False)
class Adequacy:
    """One entry a series, NaN or None where it was not tested or its family has fewer than FEWEST series."""

    p: Array
    """P of a generalised Q of the residuals around trend and bend as large as this, were the scatter (tau,
    omega) the family's."""
    bend: Array
    """Posterior probability that the series bends (omega > 0); given for small families too."""
    jumpy: list[bool | None]
    """Do models scatter about this series unusually much for the family?"""


def adequacy(found: Assessment) -> Adequacy:
    """Checks of every tested series, from the grid its test used."""
    n = len(found.series)
    p, bend = np.full(n, np.nan), np.full(n, np.nan)
    jumpy: list[bool | None] = [None] * n
    of_series: dict[int, Array] = {}
    tail: dict[int, Array] = {}
    members: dict[str, list[int]] = defaultdict(list)
    for batch, grid in zip(found.batches, found.grids, strict=True):
        weights = weights_of(batch, grid.log_likelihood, found.families, found.priors)
        bend[batch.place] = weights[..., 1:].sum((1, 2, 3))
        df = batch.y.shape[1] - 2
        tails = gammaincc(df / 2, np.maximum(grid.misfit, 0) / 2)
        for row, place in enumerate(batch.place.tolist()):
            of_series[place], tail[place] = weights[row], tails[row]
            members[found.series[place].family].append(place)
    for places in members.values():
        if len(places) < FEWEST:
            continue
        usual = np.mean([of_series[at] for at in places], axis=0)
        tau = float(np.median(found.trends.tau[places]))
        far = max(JUMPY_TIMES * tau, JUMPY_LEAST) < TAUS
        for at in places:
            p[at] = (usual * tail[at]).sum()
            jumpy[at] = bool(of_series[at].sum((0, 2))[far].sum() >= JUMPY_SURE)
    return Adequacy(p, bend, jumpy)
