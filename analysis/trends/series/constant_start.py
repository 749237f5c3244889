"""Small models that give one constant answer: a step away from it is no trend.

A model that always picks the same option scores a constant, whatever the question. Where the three smallest models
agree closer than independent answers would, larger models leaving that constant says that they began to read the
options, not that the behaviour moves. A table of rates alone does not show which option it was.
"""

from __future__ import annotations

import numpy as np

from analysis.arrays import expit
from analysis.trends.series.series import Series

SAME = 0.0015
"""Rates this close are the same, as a difference of shares: a fifth of the standard error over 3,000 questions."""
INSIDE = 0.02
"""Rates nearer than this to 0 or 1 are a floor or a ceiling, which many models may share."""


def constant_start(series: Series) -> str | None:
    """Why the series may start with a constant answer, or None. Looks at the three smallest sizes of four or more."""
    if series.n_distinct < 4:
        return None
    first = np.isin(series.raw, np.unique(series.raw)[:3])
    rates = expit(series.y[first])
    if np.ptp(rates) > SAME or not INSIDE < rates.mean() < 1 - INSIDE:
        return None
    return (
        f"the three smallest models give one rate ({100 * rates.mean():.1f} %, within {100 * SAME:.2f} points), as a "
        "constant answer does; leaving it is no trend"
    )
