"""Cell means of the detector's tables, whichever of the two kinds they are."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from analysis.arrays import Array
from analysis.trends.series.checked_table import CheckedTable


def cell_means(tables: Sequence[CheckedTable]) -> pd.DataFrame:
    """Columns behavior, family, model, n_params, rlhf_steps and mean (0-1), a row per cell; in item rows labels weigh
    the same."""
    return pd.concat([_means(each) for each in tables], ignore_index=True)


def _means(table: CheckedTable) -> pd.DataFrame:
    rows, mean = np.arange(len(table.value)), table.value
    if table.item is not None:
        rows, mean = _balanced(table)
    return pd.DataFrame(
        {
            "behavior": np.array(table.behaviors, object)[table.behavior[rows]],
            "family": np.array(table.families, object)[table.family[rows]],
            "model": np.array(table.models, object)[table.model[rows]],
            "n_params": table.n_params[rows], "rlhf_steps": table.steps[rows], "mean": mean,
        }
    )  # fmt: skip


def _balanced(table: CheckedTable) -> tuple[Array, Array]:
    """A row of each cell, and the mean over labels of its mean over items."""
    parts = (table.behavior, table.family, table.model, table.steps)
    cell = np.zeros(len(table.value), np.int64)
    for part in parts:
        codes = np.unique(part, return_inverse=True)[1]
        cell = np.unique(cell * (codes.max() + 1) + codes, return_inverse=True)[1]
    first = np.unique(cell, return_index=True)[1]
    label = np.zeros(len(cell), np.int64) if table.label is None else np.unique(table.label, return_inverse=True)[1]
    n_labels = int(label.max()) + 1
    stratum, size = cell * n_labels + label, len(first) * n_labels
    n = np.bincount(stratum, minlength=size).reshape(-1, n_labels)
    total = np.bincount(stratum, table.value, minlength=size).reshape(-1, n_labels)
    return first, (total / np.maximum(n, 1)).sum(1) / (n > 0).sum(1)
