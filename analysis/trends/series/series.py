"""Series: the cells of one behaviour in one family along one axis, in order of x."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from analysis.arrays import Array
from analysis.trends.series.cells import Cells, all_cells
from analysis.trends.series.checked_table import CheckedTable
from analysis.verdicts import Axis


@dataclass(frozen=True, slots=True, eq=False)
class Series:
    """Cells in order of x; several cells may share one x, then in order of the model (the same in every series)."""

    behavior: str
    family: str
    name: str
    """Model on the RLHF axis; 'rlhf_steps=K' on the size axis where the table holds several K; else empty."""
    raw: Array
    """Parameters or steps, (cells,)."""
    x: Array
    """log10 parameters, or log2(1 + steps/s0), (cells,)."""
    y: Array
    V: Array
    n_distinct: int
    """Distinct places on the axis."""

    def without(self, raw: float) -> Series:
        """The series with the cells at one place left out."""
        keep = self.raw != raw
        return Series(
            self.behavior,
            self.family,
            self.name,
            self.raw[keep],
            self.x[keep],
            self.y[keep],
            self.V[np.ix_(keep, keep)],
            self.n_distinct - 1,
        )


@dataclass(frozen=True, slots=True, eq=False)
class Scale:
    """Where a raw value stands on the axis (method, section 4.2)."""

    axis: Axis
    first_steps: float = 1.0
    """s0, the smallest positive step count of the table."""

    def x(self, raw: Array) -> Array:
        """log10 parameters, or log2(1 + steps/s0)."""
        return np.log10(raw) if self.axis == "size" else np.log2(1 + raw / self.first_steps)

    def raw(self, x: Array) -> Array:
        """The inverse of `x`."""
        return np.asarray(10.0**x if self.axis == "size" else self.first_steps * (2.0**x - 1))


def scale_of(tables: Sequence[CheckedTable], axis: Axis) -> Scale:
    """The axis of tables that are tested together."""
    steps = _steps(tables)
    positive = steps[steps > 0]
    return Scale(axis, float(positive.min()) if len(positive) else 1.0)


def _steps(tables: Sequence[CheckedTable]) -> Array:
    return np.unique(np.concatenate([table.steps for table in tables]))


def all_series(tables: Sequence[CheckedTable], axis: Axis) -> list[Series]:
    """Every series of tables that are tested together, ordered by behaviour, family and series.

    Size axis: one per behaviour and family, or one per step count where the tables hold several. RLHF axis:
    one per model.
    """
    scale = scale_of(tables, axis)
    several_steps = len(_steps(tables)) > 1
    found = []
    for table in tables:
        for cells in all_cells(table):
            split = cells.model if axis == "rlhf" else cells.steps
            for value in np.unique(split):
                of_steps = f"rlhf_steps={value:g}" if several_steps else ""
                name = table.models[int(value)] if axis == "rlhf" else of_steps
                found.append(_series(table, cells, np.flatnonzero(split == value), name, scale))
    return sorted(found, key=lambda one: (one.behavior, one.family))


def _series(table: CheckedTable, cells: Cells, which: Array, name: str, scale: Scale) -> Series:
    raw = (cells.n_params if scale.axis == "size" else cells.steps)[which]
    order = np.lexsort((cells.model[which], raw))
    kept, raw = which[order], raw[order]
    return Series(
        behavior=table.behaviors[cells.behavior],
        family=table.families[cells.family],
        name=name,
        raw=raw,
        x=scale.x(raw),
        y=cells.y[kept],
        V=cells.V[kept[:, None], kept],
        n_distinct=len(set(raw.tolist())),
    )
