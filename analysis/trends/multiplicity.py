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
