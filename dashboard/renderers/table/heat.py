"""The numbers of a heat map of models against models: every pair once."""

from __future__ import annotations

from analysis.preferences.agreement import each_once
from dashboard.figures.heat import HeatSpec
from dashboard.renderers.table.table import Column, Table, percent

_COLUMNS = (
    Column("Model A"), Column("Model B"), Column("Behaviours", "number"), Column("Alike", "number"),
    Column("Agreement, percent", "percent"), Column("Unrelated, percent", "percent"),
)  # fmt: skip


def heat_table(spec: HeatSpec) -> Table:
    """Also the pairs of too few behaviours, which the chart hatches."""
    pairs = each_once([[cell.pair for cell in row] for row in spec.cells])
    rows = [
        (pair.first, pair.second, pair.n, pair.same, percent(pair.agreement), percent(pair.expected)) for pair in pairs
    ]
    return Table(_COLUMNS, tuple(rows))
