"""Cell estimates with the covariance that shared items give them (method, section 4.1)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from analysis.arrays import Array, logit
from analysis.errors import TableError
from analysis.trends.series.checked_table import CheckedTable

SMALL_STRATUM = 10
"""Labels held by fewer items are pooled: one item must not carry a whole share of the mean."""
UNKNOWN_EDGE = 1 / 2002
"""Rates of unknown question count are kept this far from 0 and 1 (what 0 of 1,000 shrinks to)."""
UNKNOWN_VARIANCE = 0.005**2
"""Logit variance of a cell of which nothing is known: the rounding of published rates, practically 0."""


@dataclass(frozen=True, slots=True)
class Cells:
    """All cells of one behaviour in one family."""

    behavior: int
    family: int
    model: Array
    n_params: Array
    steps: Array
    y: Array
    """Logit of the shrunk cell mean, (cells,)."""
    V: Array
    """Item covariance of `y`, (cells, cells)."""


def all_cells(table: CheckedTable) -> Iterator[Cells]:
    """The cells of each behaviour in each family, in the order of the sorted names."""
    block = table.behavior.astype(np.int64) * len(table.families) + table.family
    order = np.argsort(block, kind="stable")
    starts = np.flatnonzero(np.diff(block[order], prepend=-1))
    means = None if table.item is not None else _logits_of_means(table)
    for rows in np.split(order, starts[1:]):
        if means is None:
            yield _cells_of_items(table, rows)
        else:
            y, variance = means
            yield _cells(table, rows, y[rows], np.diag(variance[rows]))


def _cells(table: CheckedTable, first: Array, y: Array, V: Array) -> Cells:
    """`first`: a row of the table for each cell."""
    return Cells(
        behavior=int(table.behavior[first[0]]),
        family=int(table.family[first[0]]),
        model=table.model[first],
        n_params=table.n_params[first],
        steps=table.steps[first],
        y=y,
        V=V,
    )


def _logit(mean: Array, n: Array) -> tuple[Array, Array]:
    """m = (n mean + 0.5)/(n + 1), y = logit m and J = 1/(m(1-m)), which turns errors of means into errors of
    logits."""
    m = (n * mean + 0.5) / (n + 1)
    return logit(m), 1 / (m * (1 - m))


def _logits_of_means(table: CheckedTable) -> tuple[Array, Array]:
    """Logits and their variances for a table of means, both (rows,).

    S = se^2, else p(1-p)/n (an upper bound for a mean of probabilities), + (0.5/(n+1))^2. Where only se is
    known, n = p(1-p)/se^2 stands in for the count; where neither is, the item variance is taken as nothing
    (`UNKNOWN_VARIANCE`) and all scatter counts as scatter between models.
    """
    assert table.n is not None
    assert table.se is not None
    p, n, se = table.value, table.n.copy(), table.se
    measured = np.isnan(n) & (se > 0) & (p > 0) & (p < 1)
    n[measured] = np.maximum(1.0, p[measured] * (1 - p[measured]) / se[measured] ** 2)
    unknown = np.isnan(n)
    n[unknown] = 1000.0
    y, J = _logit(p, n)
    inside = np.clip(p, UNKNOWN_EDGE, 1 - UNKNOWN_EDGE)
    y = np.where(unknown, logit(inside), y)
    S = np.where(np.isnan(se), p * (1 - p) / n, se**2) + (0.5 / (n + 1)) ** 2
    variance = J**2 * S
    return y, np.where(unknown, np.where(np.isnan(se), UNKNOWN_VARIANCE, (J * se) ** 2 + UNKNOWN_VARIANCE), variance)


def _cells_of_items(table: CheckedTable, rows: Array) -> Cells:
    """Cell means and covariance from item rows of one behaviour in one family.

    Strata by label weigh the same: w_j = 1/(L n_l); r = p - stratum mean, 0 where an item is missing;
    S_ik = c sum_j (w r)_ij (w r)_kj with c = n/(n - L), or sums inside a cluster first and c = G/(G - 1).
    """
    assert table.item is not None
    cell_key = table.model[rows] * np.int64(2**32) + np.unique(table.steps[rows], return_inverse=True)[1]
    _, first, cell = np.unique(cell_key, return_index=True, return_inverse=True)
    _, item_first, item = np.unique(table.item[rows], return_index=True, return_inverse=True)
    shape = (len(first), len(item_first))
    p, there = np.zeros(shape), np.zeros(shape, bool)
    p[cell, item], there[cell, item] = table.value[rows], True
    stratum = strata(_of_item(table, rows, table.label, item, item_first, "label"))
    L = int(stratum.max()) + 1
    mean, scores, n_strata = np.zeros(shape[0]), np.zeros(shape), np.zeros(shape[0])
    for label in range(L):
        held = there & (stratum == label)
        n_label = held.sum(1)
        stratum_mean = (p * held).sum(1) / np.maximum(n_label, 1)
        mean += stratum_mean
        n_strata += n_label > 0
        scores += held * (p - stratum_mean[:, None]) / np.maximum(n_label, 1)[:, None]
    mean /= n_strata
    scores /= n_strata[:, None]
    n = there.sum(1).astype(float)
    if table.cluster is None:
        effective = np.where(n > n_strata, n / np.maximum(n - n_strata, 1), np.nan)
    else:
        cluster = np.unique(_of_item(table, rows, table.cluster, item, item_first, "cluster"), return_inverse=True)[1]
        order = np.argsort(cluster, kind="stable")
        starts = np.flatnonzero(np.diff(cluster[order], prepend=-1))
        n_clusters = np.logical_or.reduceat(there[:, order], starts, axis=1).sum(1)
        scores = np.add.reduceat(scores[:, order], starts, axis=1)
        effective = np.where(n_clusters > 1, n_clusters / np.maximum(n_clusters - 1, 1), np.nan)
    unknown = np.isnan(effective)
    c = np.sqrt(np.where(unknown, 0.0, effective))
    S = c[:, None] * (scores @ scores.T) * c
    S[np.diag_indices_from(S)] += np.where(unknown, mean * (1 - mean) / n, 0.0) + (0.5 / (n + 1)) ** 2
    y, J = _logit(mean, n)
    return _cells(table, rows[first], y, J[:, None] * S * J)


def _of_item(
    table: CheckedTable, rows: Array, values: Array | None, item: Array, item_first: Array, column: str
) -> Array:
    """The label or cluster of each item; zeros where the table has none. Raises TableError where an item has
    two."""
    if values is None:
        return np.zeros(len(item_first), np.int64)
    of_item = values[rows][item_first]
    wrong = values[rows] != of_item[item]
    if wrong.any():
        at = int(rows[np.flatnonzero(wrong)[0]])
        raise TableError(
            f"Column '{column}' in the detector's table, row number {at} (from 0): an item of behaviour "
            f"'{table.behaviors[table.behavior[at]]}' has two values.",
            f"Give each item one {column}.",
        )
    return of_item


def strata(labels: Array) -> Array:
    """Stratum of each item, 0..L-1; labels of fewer than SMALL_STRATUM items are pooled, with the smallest
    large one if the pool itself is small."""
    _, stratum, counts = np.unique(labels, return_inverse=True, return_counts=True)
    small = counts < SMALL_STRATUM
    if small.any() and len(counts) > 1:
        pool = np.flatnonzero(small)
        if counts[pool].sum() < SMALL_STRATUM and not small.all():
            large = np.flatnonzero(~small)
            pool = np.append(pool, large[np.argmin(counts[large])])
        target = np.arange(len(counts))
        target[pool] = pool[0]
        stratum = np.unique(target[stratum], return_inverse=True)[1]
    return stratum
