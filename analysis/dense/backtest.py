"""Every form fitted to a training curve and to its beginnings, and how far it missed what came next."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from analysis.dense.forms import FORMS, Array, Form
from analysis.dense.least_squares import Problem, fit

DOUBLING = math.log(2)
CUTS = (0.5, 1.0, 1.5)
"""Doublings of x held back from the end of the training part, one backtest each."""
REACH = 1.1
"""Doublings beyond the cut that a backtest looks at."""
LEAST_FITTED = 5
"""Points a beginning needs to be fitted at all."""
RECENCIES = (0.5, 1.5)
"""A point weighs (x / last x) to this power: late points say more about what comes next, and no form holds
over a whole curve. Which of the two is better differs by curve, so both are forecasters."""
LAST_FEW = 3


@dataclass(frozen=True, slots=True, eq=False)
class Forecaster:
    """One form with one recency, fitted to all training points, and its record."""

    form: Form
    recency: float
    theta: Array
    log_x: float
    """log x where the form's u is 0."""
    log_y: float
    """log y where the form's v is 0."""
    misses: tuple[Array, ...]
    """Predicted minus seen log y of the points each backtest held back; empty without backtests."""

    @property
    def error(self) -> float:
        """Root mean squared miss, the backtests counting alike; NaN without backtests."""
        if not self.misses:
            return math.nan
        return math.sqrt(float(np.mean([np.mean(miss**2) for miss in self.misses])))

    def log_curve(self, log_x: Array) -> Array:
        """Fitted log y at `log_x`."""
        fitted: Array = self.form.curve(self.theta[None], log_x[None] - self.log_x)[0][0] + self.log_y
        return fitted


def forecasters(log_x: Array, log_y: Array) -> tuple[list[Forecaster], list[float]]:
    """All forms with all recencies, and the cuts (log x) that could be backtested.

    `log_x` ascending, `log_y` alike, at least `LEAST_FITTED` points.
    """
    end = float(log_x[-1])
    cuts = [end - cut * DOUBLING for cut in CUTS]
    cuts = [cut for cut in cuts if LEAST_FITTED <= _count(log_x, cut) < len(log_x)]
    ends = [_count(log_x, cut) for cut in (end, *cuts)]
    origins = [(float(log_x[n - 1]), float(log_y[max(n - LAST_FEW, 0) : n].mean())) for n in ends]
    jobs = [(n, *origin, recency) for n, origin in zip(ends, origins, strict=True) for recency in RECENCIES]
    problem = _problem(log_x, log_y, jobs)
    found = []
    for form in FORMS:
        thetas = fit(form, problem)
        for place, recency in enumerate(RECENCIES):
            misses = []
            for at, (cut, origin) in enumerate(zip(cuts, origins[1:], strict=True), start=1):
                theta = thetas[at * len(RECENCIES) + place]
                ahead = (log_x > cut + 1e-9) & (log_x <= cut + REACH * DOUBLING)
                early = Forecaster(form, recency, theta, *origin, ())
                misses.append(early.log_curve(log_x[ahead]) - log_y[ahead])
            found.append(Forecaster(form, recency, thetas[place], *origins[0], tuple(misses)))
    return found, cuts


def _count(log_x: Array, cut: float) -> int:
    return int((log_x <= cut + 1e-9).sum())


def _problem(log_x: Array, log_y: Array, jobs: list[tuple[int, float, float, float]]) -> Problem:
    shape = (len(jobs), len(log_x))
    u, v, weight = np.zeros(shape), np.zeros(shape), np.zeros(shape)
    for row, (n, end, level, recency) in enumerate(jobs):
        u[row, :n] = log_x[:n] - end
        v[row, :n] = log_y[:n] - level
        weight[row, :n] = np.exp(recency * u[row, :n])
        weight[row] *= n / weight[row].sum()
    return Problem(u, v, weight)
