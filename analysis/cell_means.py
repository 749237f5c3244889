"""Cell means of the detector's tables, whichever of the two kinds they are."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from analysis.detector_table import CheckedTable

CELL = ["behavior", "family", "model", "n_params", "rlhf_steps"]


def cell_means(tables: Sequence[CheckedTable]) -> pd.DataFrame:
    """Columns CELL and `mean` (0-1), a row per cell in the order of the rows; in item rows labels weigh the same."""
    return pd.concat([_means(each) for each in tables], ignore_index=True)


def _means(table: CheckedTable) -> pd.DataFrame:
    frame = pd.DataFrame(
        {
            "behavior": np.array(table.behaviors, object)[table.behavior],
            "family": np.array(table.families, object)[table.family],
            "model": np.array(table.models, object)[table.model],
            "n_params": table.n_params, "rlhf_steps": table.steps, "mean": table.value,
        }
    )  # fmt: skip
    if table.item is None:
        return frame
    label = np.zeros(len(frame), np.int64) if table.label is None else table.label
    return frame.groupby([*CELL, label])["mean"].mean().groupby(CELL).mean().reset_index()
