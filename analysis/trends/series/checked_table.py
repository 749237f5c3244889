"""The rows the method works on, checked before at its border (`analysis.detector.table`)."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np

from analysis.arrays import Array


@dataclass(frozen=True, slots=True)
class CheckedTable:
    """The rows as aligned arrays; names are sorted and rows point at them by place."""

    behaviors: list[str]
    families: list[str]
    models: list[str]
    behavior: Array
    family: Array
    model: Array
    n_params: Array
    """Parameters, float; may hold NaN on the RLHF axis only."""
    steps: Array
    """RLHF steps, float."""
    value: Array
    """p_match of an item or mean of a cell, 0-1."""
    item: Array | None
    """Item of each row as a whole number; None for a table of means."""
    label: Array | None
    cluster: Array | None
    n: Array | None
    """Questions behind a mean, NaN where not known; None for a table of items."""
    se: Array | None
    """Standard error of a mean, NaN where not known."""

    def of_models(self, kept: Collection[tuple[str, str, str]]) -> CheckedTable | None:
        """The rows of these (behaviour, family, model); None where it has none."""
        codes = np.stack([self.behavior, self.family, self.model], 1)
        cells, which = np.unique(codes, axis=0, return_inverse=True)
        chosen = [(self.behaviors[b], self.families[f], self.models[m]) in kept for b, f, m in cells]
        rows = np.flatnonzero(np.array(chosen)[which])
        columns = {each.name: getattr(self, each.name) for each in fields(self)}
        taken: dict[str, Any] = {name: value[rows] for name, value in columns.items() if isinstance(value, np.ndarray)}
        return replace(self, **taken) if len(rows) else None
