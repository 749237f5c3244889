"""Extrapolation of dense curves: at least 9 points of a loss or an error over examples, steps or sizes.

Sweeps over a handful of sizes stay with `analysis.predict`. Needs numpy only, but for `table`, which reads many
curves from one frame.
"""

from __future__ import annotations

from analysis.dense.forecast import LEAST_POINTS, DenseForecast, FormFit, TooFewPointsError, forecast_curve

__all__ = ["LEAST_POINTS", "DenseForecast", "FormFit", "TooFewPointsError", "forecast_curve"]
