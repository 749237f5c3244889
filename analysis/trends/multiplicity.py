"""False-discovery control over all series of a call (method, section 4.5).

Series with three places are a group of their own: with so little power they are nearly all noise, and counting
them would raise the bar for series that could show something (stratified control, Sun et al. 2006; which group a
series is in does not depend on its rates).
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from analysis.arrays import Array


def benjamini_hochberg(p: Array) -> Array:
    """Adjusted p-values, (series,); NaN (not tested) stays NaN and does not count."""
    q = np.full(len(p), np.nan)
    tested = np.flatnonzero(~np.isnan(p))
    if len(tested):
        order = tested[np.argsort(p[tested], kind="stable")]
        raised = p[order] * len(order) / np.arange(1, len(order) + 1)
        q[order] = np.minimum(np.minimum.accumulate(raised[::-1])[::-1], 1.0)
    return q


def two_stage(p: Array, level: float) -> Array:
    """Adjusted p-values of the two-stage procedure of Benjamini, Krieger and Yekutieli (2006), (series,).

    A first pass at level/(1 + level) counts r discoveries; with m - r series left that may be noise, the
    second pass asks for q = p_BH (1 + level)(m - r)/m <= level. It holds the false-discovery rate at `level`
    where plain Benjamini-Hochberg holds a fraction of it: behaviours with real trends are not counted as
    possible noise. Exact at this one level only; never below p, and p_BH itself where the first pass finds
    nothing.
    """
    q = benjamini_hochberg(p)
    return np.minimum(np.maximum(q * _noise_share(q, level), p), 1.0)


def _noise_share(q: Array, level: float) -> float:
    """(1 + level)(m - r)/m of the two-stage procedure, 1 where the first pass finds nothing."""
    n, found = int((~np.isnan(q)).sum()), int((q <= level / (1 + level)).sum())
    return (1 + level) * (n - found) / n if found else 1.0


def critical_p(p: Array, level: float) -> Array:
    """For each series the largest p it could have and still be flagged at `level`, the others staying as
    they are.

    With n tested series and the share of noise found by the first stage, that is a k/n, a = level/share, for
    the largest k with k - 1 of the others at or below a k/n, and never above `level`. NaN where it was not
    tested.
    """
    cut = np.full(len(p), np.nan)
    tested = p[~np.isnan(p)]
    n = len(tested)
    if n == 0:
        return cut
    share = _noise_share(benjamini_hochberg(p), level)
    steps = level / max(share, level) * np.arange(1, n + 1) / n
    below = np.searchsorted(np.sort(tested), steps, side="right")
    k = np.arange(n)
    own = np.searchsorted(steps, tested)  # from this step on, a series is one of those at or below it
    before_own = np.maximum.accumulate(np.where(below >= k, k, -1))
    last = np.where(own > 0, before_own[np.maximum(own - 1, 0)], -1)
    cut[~np.isnan(p)] = np.minimum(steps[np.maximum(last, k[below > k].max(initial=-1))], level)
    return cut


def in_groups(control: Callable[[Array, float], Array], p: Array, groups: Array, level: float) -> Array:
    """`control` (two_stage, critical_p) within each group of series; `groups` (series,) holds labels."""
    out = np.full(len(p), np.nan)
    for group in np.unique(groups):
        out[groups == group] = control(p[groups == group], level)
    return out
