"""Several models of one size: how much of their deviation do they share?

Models of one size have an architecture, a learning-rate schedule and a token count in common. Where those leave
a mark, three models of a size are not three pieces of information about the trend. With r the shared part,
u ~ N(0, tau^2 G), G = (1 - r) I + r Z, Z one where two cells are of one size. A few values of r are another
dimension of the grid, learned from the behaviours of a family like tau. Multiplying a series by the inverse
root of G brings it back to the form of the core.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from analysis.arrays import Array
from analysis.trends.series.batches import Batch

SHARES = (0.0, 0.3, 0.6, 0.9, 0.98)
"""Grid of r."""


def shares_of(batches: list[Batch]) -> tuple[float, ...]:
    """The grid of r that the batches of a call need: only 0 where no series has two cells at one place."""
    return SHARES if any(batch.y.shape[1] > batch.n_distinct for batch in batches) else (0.0,)


@dataclass(frozen=True, slots=True, eq=False)
class Turned:
    """A batch multiplied by the inverse root of G."""

    y: Array
    V: Array
    root: Array | None
    """Inverse root of G for each set of places, (D, M, M); None where G = I."""
    log_det: Array
    """log |G| / 2 of each series: what the log-likelihood loses."""

    def turn(self, columns: Array) -> Array:
        """Columns of a design, (D, M, ...), multiplied likewise."""
        if self.root is None:
            return columns
        return np.asarray(np.einsum("dmn,dn...->dm...", self.root, columns))


def turned(batch: Batch, share: float) -> Turned:
    """The batch for one value of r."""
    if share == 0 or batch.y.shape[1] == batch.n_distinct:
        return Turned(batch.y, batch.V, None, np.zeros(len(batch.y)))
    same = batch.raw[:, :, None] == batch.raw[:, None, :]
    G = share * same + (1 - share) * np.eye(batch.raw.shape[1])
    lower = np.linalg.cholesky(G)
    root = np.linalg.inv(lower)
    log_det = np.log(np.diagonal(lower, axis1=1, axis2=2)).sum(1)
    R = root[batch.which]
    return Turned((R @ batch.y[:, :, None])[:, :, 0], R @ batch.V @ np.swapaxes(R, 1, 2), root, log_det[batch.which])
