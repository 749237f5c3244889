"""How much each forecaster says in the blend, and how wide the blend's interval is."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from analysis.dense.backtest import DOUBLING, Forecaster
from analysis.dense.forms import M1, Array

LEAST_ERROR = 1e-5
"""Backtest errors below this count alike."""
DRIFT = 0.01
"""Least drift of log y per doubling ahead that backtests may have missed. Set on the 61 published curves."""


@dataclass(frozen=True, slots=True, eq=False)
class Blend:
    """Weighted mean of forecasters in log y."""

    forecasters: tuple[Forecaster, ...]
    weights: Array
    """Alike, sum 1."""
    error: float
    """Root mean squared miss of the weighted mean over the backtests, log y; NaN without backtests."""
    noise: float
    """Root mean squared residual of the weighted mean over the last doubling of training points, log y."""

    def log_curve(self, log_x: Array) -> Array:
        """Blended log y at `log_x`."""
        return _mean(self.weights, [one.log_curve(log_x) for one in self.forecasters])

    def half_width(self, log_x: Array, log_end: float, level: float) -> Array:
        """Half the central `level` interval of a new point, log y; `log_end` is the last training log x.

        Noise of a point, the disagreement of the forecasters, and what the blend missed in its backtests,
        which grows with the doublings ahead (NaN without backtests). Quantiles are Student's with 2 degrees of
        freedom: three backtests tell how large misses are, and misses of real curves have tails that heavy.
        """
        curves = np.array([one.log_curve(log_x) for one in self.forecasters])
        spread = self.weights @ (curves - self.weights @ curves) ** 2
        ahead = np.maximum(log_x - log_end, 0) / DOUBLING
        drift = DRIFT**2 + self.error**2
        width: Array = _student2(level) * np.sqrt(self.noise**2 + spread + ahead**2 * drift)
        return width


def blend(found: list[Forecaster], log_x: Array, log_y: Array) -> Blend:
    """Forecasters weighted by one over their mean squared backtest miss (Bates and Granger 1969).

    Those without backtests count alike. M1 has no say: it is M2 with a floor of 0, and on real curves it is
    nearly always too low beyond the data, which a mean cannot mend.
    """
    errors = np.array([one.error for one in found])
    weights = np.where(np.isfinite(errors), np.maximum(np.nan_to_num(errors), LEAST_ERROR) ** -2.0, 1.0)
    weights[[one.form is M1 for one in found]] = 0
    weights /= weights.sum()
    misses = [_mean(weights, list(each)) for each in zip(*(one.misses for one in found), strict=True)]
    error = np.sqrt(np.mean([np.mean(miss**2) for miss in misses])) if misses else np.nan
    late = log_x > log_x[-1] - DOUBLING
    left = _mean(weights, [one.log_curve(log_x[late]) for one in found]) - log_y[late]
    return Blend(tuple(found), weights, float(error), float(np.sqrt(np.mean(left**2))))


def _student2(level: float) -> float:
    """Central quantile of Student's t with 2 degrees of freedom."""
    return math.sqrt(2) * level / math.sqrt(1 - level**2)


def _mean(weights: Array, curves: list[Array]) -> Array:
    mean: Array = weights @ np.array(curves)
    return mean
