"""False-discovery control over all series of a call (method, section 4.5)."""

from __future__ import annotations

import numpy as np

from analysis.detector_table import Array


def benjamini_hochberg(p: Array) -> Array:
    """Adjusted p-values, (series,); NaN (not tested) stays NaN and does not count."""
    q = np.full(len(p), np.nan)
    tested = np.flatnonzero(~np.isnan(p))
    if len(tested):
        order = tested[np.argsort(p[tested], kind="stable")]
        raised = p[order] * len(order) / np.arange(1, len(order) + 1)
        q[order] = np.minimum(np.minimum.accumulate(raised[::-1])[::-1], 1.0)
    return q


def critical_p(p: Array, level: float) -> Array:
    """For each series the largest p it could have and still be flagged at `level`, the others staying as
    they are.

    With n tested series that is level k/n for the largest k with k - 1 of the others at or below level k/n.
    NaN where the series was not tested.
    """
    cut = np.full(len(p), np.nan)
    tested = p[~np.isnan(p)]
    n = len(tested)
    if n == 0:
        return cut
    steps = level * np.arange(1, n + 1) / n
    below = np.searchsorted(np.sort(tested), steps, side="right")
    others = below - (tested[:, None] <= steps)
    enough = others >= np.arange(n)
    cut[~np.isnan(p)] = steps[n - 1 - np.argmax(enough[:, ::-1], axis=1)]
    return cut
