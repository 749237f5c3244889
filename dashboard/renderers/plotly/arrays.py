"""Numbers of a spec as Plotly takes them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from analysis.verdicts import AxisKind
from dashboard.figures.parts.axes import position


def across(kind: AxisKind, xs: Sequence[float], dodge: float = 0.0) -> np.ndarray:
    """x as Plotly wants it: sizes on its own log axis, steps and tokens as positions shifted by `dodge`."""
    if kind == "size":
        return np.asarray(xs, dtype=float)
    return np.asarray([position(kind, x) + dodge for x in xs], dtype=float)


def percent_array(rates: Sequence[float | None]) -> np.ndarray:
    """Rates 0-1 as percent, NaN where there is none."""
    return np.asarray([np.nan if rate is None else 100 * rate for rate in rates], dtype=float)
