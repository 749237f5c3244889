"""Extrapolation of dense curves: at least 15 points of a loss or an error over examples, steps or sizes.

Sweeps over a handful of sizes stay with `analysis.predict`. Needs numpy only.
"""

from __future__ import annotations

from analysis.dense.forecast import LEAST_POINTS, DenseForecast, FormFit, forecast_curve

__all__ = ["LEAST_POINTS", "DenseForecast", "FormFit", "forecast_curve"]
