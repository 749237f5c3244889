"""Penalised least squares by the Levenberg-Marquardt method, many fits of one form at once."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from analysis.dense.forms import Array, Form

ROUNDS = 60
LEAST_NOISE = 1e-3
"""Residuals in log y below this are as good as none: nothing is gained by explaining 0.1 %."""
LONGEST_STEP = 2.0


@dataclass(frozen=True, slots=True, eq=False)
class Problem:
    """B curves of N points: u, v and weights, each (B, N); weight 0 marks padding."""

    u: Array
    v: Array
    weight: Array

    def repeat(self, times: int) -> Problem:
        """Each curve `times` in a row."""
        return Problem(*(np.repeat(each, times, 0) for each in (self.u, self.v, self.weight)))


@dataclass(slots=True, eq=False)
class _State:
    theta: Array
    loss: Array
    hessian: Array
    downhill: Array


def fit(form: Form, problem: Problem) -> Array:
    """(B, P) parameters that minimise n/2 log(mean square residual) plus the prior, the best over all starts.

    The noise is unknown, hence the log. Never raises on finite input: a step that does not help is not taken.
    """
    n_starts = len(form.starts)
    every = problem.repeat(n_starts)
    theta = np.tile(form.starts, (len(problem.u), 1))
    found = _descend(form, every, theta)
    best = found.loss.reshape(-1, n_starts).argmin(1)
    chosen: Array = found.theta.reshape(len(problem.u), n_starts, -1)[np.arange(len(best)), best]
    return chosen


def _descend(form: Form, problem: Problem, theta: Array) -> _State:
    with np.errstate(all="ignore"):  # a trial step may overflow: its loss is infinite, it is refused
        state = _look(form, problem, theta)
        damping = np.full(len(theta), 1e-2)
        active = np.arange(len(theta))
        stiffness = np.array([1 / sd**2 for _, sd in form.prior])
        eye = np.eye(theta.shape[1])
        for _ in range(ROUNDS):
            here = state.hessian[active]
            diagonal = np.diagonal(here, axis1=1, axis2=2)
            ridge = stiffness + damping[active, None] * (diagonal + stiffness)
            step = np.linalg.solve(here + ridge[:, :, None] * eye, state.downhill[active][:, :, None])[:, :, 0]
            step = np.clip(step, -LONGEST_STEP, LONGEST_STEP)
            some = Problem(problem.u[active], problem.v[active], problem.weight[active])
            trial = _look(form, some, state.theta[active] + step)
            gain = state.loss[active] - trial.loss
            good = gain > 0
            moved = active[good]
            state.theta[moved], state.loss[moved] = trial.theta[good], trial.loss[good]
            state.hessian[moved], state.downhill[moved] = trial.hessian[good], trial.downhill[good]
            damping[active] = np.where(good, np.maximum(damping[active] * 0.3, 1e-9), damping[active] * 5)
            active = active[~((good & (gain < 1e-7)) | (damping[active] > 1e8))]
            if not len(active):
                break
    return state


def _look(form: Form, problem: Problem, theta: Array) -> _State:
    """Loss, Gauss-Newton matrix of the data and downhill direction at `theta`."""
    means, sds = np.array(form.prior).T
    away = (theta - means) / sds
    fitted, slopes = form.curve(theta, problem.u)
    residual = problem.v - fitted
    n = problem.weight.sum(1)
    noise = (problem.weight * residual**2).sum(1) / n + LEAST_NOISE**2
    loss = 0.5 * n * np.log(noise) + 0.5 * (away**2).sum(1)
    scaled = slopes * (problem.weight / noise[:, None])[:, :, None]
    hessian = np.swapaxes(scaled, 1, 2) @ slopes
    downhill = (scaled * residual[:, :, None]).sum(1) - away / sds
    usable = np.isfinite(loss)
    return _State(
        theta,
        np.where(usable, loss, np.inf),
        np.where(usable[:, None, None], np.nan_to_num(hessian), 0),
        np.where(usable[:, None], np.nan_to_num(downhill), 0),
    )
