"""Random-effects regression of one series alone, tau by restricted likelihood, Knapp-Hartung test.

The careful textbook rival: valid, and nearly powerless over five sizes, where tau comes from three degrees of
freedom.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.optimize import minimize_scalar
from scipy.special import stdtr, stdtrit

from analysis.arrays import Array


@dataclass(frozen=True, slots=True)
class KnappHartung:
    """Line through M effects. Units of the effects; slopes per unit of x."""

    intercept: float
    slope: float
    se: float
    low: float
    """Lower end of the slope's 95 % interval, Student with M - 2 degrees of freedom."""
    high: float
    p: float
    tau_squared: float


def knapp_hartung(x: Array, effect: Array, variance: Array) -> KnappHartung:
    """Fits effect (M,) on x (M,) with sampling variances (M,); needs M >= 3 and two distinct x."""
    X = np.stack([np.ones_like(x), x], -1)
    df = len(x) - 2

    def fit(tau2: float) -> tuple[Array, Array, float, float]:
        weight = 1 / (variance + tau2)
        information = X.T * weight @ X
        beta = np.linalg.solve(information, X.T @ (weight * effect))
        Q = float(weight @ (effect - X @ beta) ** 2)
        minus_ll = 0.5 * (-np.log(weight).sum() + np.linalg.slogdet(information)[1] + Q)
        return beta, information, Q, float(minus_ll)

    residual = effect - X @ np.linalg.lstsq(X, effect, rcond=None)[0]
    top = max(4 * float(residual @ residual) / df, float(variance.max()))
    found = minimize_scalar(
        lambda root: fit(root**2)[3], bounds=(0, np.sqrt(top)), method="bounded", options={"xatol": 1e-9}
    )
    tau2 = float(found.x**2) if found.fun < fit(0.0)[3] else 0.0
    beta, information, Q, _ = fit(tau2)
    se = float(np.sqrt(np.linalg.inv(information)[1, 1] * Q / df))
    slope = float(beta[1])
    reach = float(stdtrit(df, 0.975)) * se
    p = float(2 * stdtr(df, -abs(slope) / se)) if se > 0 else float(slope == 0)
    return KnappHartung(float(beta[0]), slope, se, slope - reach, slope + reach, p, tau2)
