"""What the behaviours of a family teach each other about tau and curvature (method, section 4.3)."""

from __future__ import annotations

import numpy as np

from analysis.arrays import Array
from analysis.trends.fit.core import TAUS

OMEGAS = np.array([0.0, 0.3, 1.0, 3.0])
"""Grid of the standard deviation of the curvature term, logits."""
OMEGA_WEIGHTS = np.array([0.5, 0.25, 0.15, 0.10])
PSEUDO_SERIES = 15.0
"""Weight of the default prior, in series."""


def default_prior(n_shapes: int = 1) -> Array:
    """G0 over (shape, tau, omega), proportional to (tau + .05)^0.7 x omega weights, flat over shapes; sums
    to 1."""
    tau = (TAUS + 0.05) ** 0.7
    weights = np.broadcast_to(tau[:, None] * OMEGA_WEIGHTS, (n_shapes, len(TAUS), len(OMEGA_WEIGHTS)))
    return np.asarray(weights / weights.sum())


def posterior(log_likelihood: Array, prior: Array) -> Array:
    """Weights of the grid points for each series, (S, ...), each summing to 1; -inf marks an impossible
    point."""
    flat = log_likelihood.reshape(len(log_likelihood), -1)
    weights = np.exp(flat - flat.max(1, keepdims=True)) * prior.reshape(-1)
    return np.asarray((weights / weights.sum(1, keepdims=True)).reshape(log_likelihood.shape))


def learn_prior(log_likelihood: Array, start: Array, n_effective: float) -> Array:
    """G by EM from S series that are worth `n_effective` independent ones.

    w_sk = L_sk G_k / sum_k L_sk G_k;   G_k <- (15 G0_k + f sum_s w_sk)/(15 + f S),   f = n_effective/S.
    """
    flat = log_likelihood.reshape(len(log_likelihood), -1)
    likelihood = np.exp(flat - flat.max(1, keepdims=True))
    first = start.reshape(-1)
    f = n_effective / len(flat)
    total = PSEUDO_SERIES + f * len(flat)
    fixed, share = PSEUDO_SERIES * first / total, f / total
    G, seen, counts = first, np.empty(len(flat)), np.empty(len(first))
    for _ in range(500):
        np.dot(likelihood, G, out=seen)
        np.dot(likelihood.T, np.reciprocal(seen, out=seen), out=counts)
        updated = fixed + share * (counts * G)
        moved = np.abs(updated - G).max()
        G = updated
        if moved < 1e-7:
            break
    return np.asarray(G.reshape(start.shape))
