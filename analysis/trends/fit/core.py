"""The closed-form core: restricted likelihood, estimate and variance over the whole grid (method, section
4.3).

    y = X beta + gamma q + u + e,   u ~ N(0, tau^2 I),  e ~ N(0, V),  gamma ~ N(0, omega^2),  beta flat

With N an orthonormal basis of the complement of X, N'VN = U diag(lambda) U', e = U'N'y, z = U'N'q,
D = 1/(lambda + tau^2), c = the row of pinv(X)' a that estimates a'beta, h = U'N'Vc and
f = omega^2/(1 + omega^2 sum D z^2):

    ll = -1/2 [sum log(lambda + tau^2) + log(1 + omega^2 sum D z^2) + sum D e^2 - f (sum D e z)^2 + log|X'X|]
    b  = c'y - [sum D h e - f (sum D h z)(sum D e z)]
    v  = c'Vc + tau^2 c'c - [sum D h^2 - f (sum D h z)^2]

and for a target a'beta + q* gamma (a place on the curve), b grows by q* f sum D e z and v by q*^2 f + 2 q* f
sum D h z. One eigen-decomposition a series serves the whole grid; the same numbers as metafor's rma.mv.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from analysis.arrays import Array
from analysis.trends.fit.design import Design

TAUS = np.array([0, 0.02, 0.04, 0.06, 0.09, 0.13, 0.18, 0.25, 0.35, 0.5, 0.7, 1, 1.4, 2])
"""Grid of the between-model standard deviation, logits."""


@dataclass(frozen=True, slots=True, eq=False)
class GridFit:
    """S series on a grid of T values of tau and O of omega, for F targets."""

    log_likelihood: Array
    """(S, T, O)"""
    estimate: Array
    """(S, F, T, O)"""
    variance: Array
    """(S, F, T, O)"""
    misfit: Array
    """Generalised Q of the residuals, (S, T, O): chi-squared with M - p degrees of freedom at the true place
    of the grid."""


def fit_grid(
    y: Array,
    V: Array,
    design: Design,
    which: Array,
    targets: Array,
    *,
    taus: Array = TAUS,
    omegas: Array | None = None,
    q: Array | None = None,
    q_targets: Array | None = None,
) -> GridFit:
    """The grid for S series of M cells.

    y (S, M), V (S, M, M); `which` (S,) names the design of each series; `targets` (D, F, p) are the a of
    a'beta; q (D, M) and q_targets (D, F) the curvature term at the cells and at the targets (none: no such
    term).
    """
    N, p = design.N[which], design.pinv.shape[1]
    c = (targets @ design.pinv)[which]
    eigenvalues, U = np.linalg.eigh(np.swapaxes(N, 1, 2) @ V @ N)
    lam = np.maximum(eigenvalues, 1e-14)[:, :, None]
    rotate = np.swapaxes(N @ U, 1, 2)
    Vc = V @ np.swapaxes(c, 1, 2)
    e, h = rotate @ y[:, :, None], rotate @ Vc
    z = np.zeros_like(e) if q is None else rotate @ q[which][:, :, None]
    n_targets = targets.shape[1]
    D = 1 / (lam + taus**2)
    products = np.concatenate([e * e, e * z, z * z, h * e, h * z, h * h], axis=2)
    sums = np.swapaxes(D, 1, 2) @ products
    ee, ez, zz = (sums[:, :, at, None] for at in range(3))
    he, hz, hh = (np.moveaxis(each, 2, 1)[..., None] for each in np.split(sums[:, :, 3:], 3, axis=2))
    omega2 = (np.zeros(1) if omegas is None else omegas) ** 2
    grown = 1 + omega2 * zz
    f = omega2 / grown
    misfit = ee - f * ez**2
    log_likelihood = -0.5 * (
        (-np.log(D).sum(1))[:, :, None] + np.log(grown) + misfit + design.log_det[which][:, None, None]
    )
    f, ez = f[:, None], ez[:, None]
    plain = (c @ y[:, :, None])[:, :, :, None]
    spread = np.einsum("sfm,smf->sf", c, Vc)[:, :, None, None]
    length = (c**2).sum(2)[:, :, None, None] * (taus**2)[:, None]
    estimate = plain - (he - f * hz * ez)
    variance = spread + length - (hh - f * hz**2)
    if q_targets is not None:
        there = q_targets[which][:, :, None, None]
        estimate = estimate + there * f * ez
        variance = variance + there**2 * f + 2 * there * f * hz
    assert p + N.shape[2] == y.shape[1]
    assert estimate.shape[1] == n_targets
    return GridFit(log_likelihood, estimate, np.maximum(variance, 1e-14), misfit)
