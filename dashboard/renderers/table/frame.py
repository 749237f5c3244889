"""A table as a data frame for the page, and as CSV for a file."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd

from dashboard.renderers.table.table import Column, Table
from loaders.importing import formula_cells
from loaders.store.manifest import SetInfo


def frame(table: Table) -> pd.DataFrame:
    """The rows; missing numbers are missing, never 0."""
    return pd.DataFrame({column.name: _series(column, table.values(column.name)) for column in table.columns})


def formats(table: Table) -> dict[str, str]:
    """Column -> how Streamlit writes its numbers."""
    fractions = set(frame(table).select_dtypes("float").columns)
    written: dict[str, str] = {}
    for column in table.columns:
        if column.kind == "count":
            written[column.name] = "localized"
        elif column.name in fractions:
            written[column.name] = "%.3f" if column.kind == "number" else "%.1f"
    return written


def csv_text(table: Table, info: SetInfo) -> str:
    """The rows as CSV, on every one the set, its data hash, source and licence; no text is a formula to a
    spreadsheet."""
    origin = {"result_set": info.name, "data_hash": info.data_hash, "source": info.source, "licence": info.licence}
    return formula_cells.csv_text(frame(table).assign(**origin))


def _series(column: Column, values: Sequence[Any]) -> pd.Series:
    if column.kind in ("share", "points", "sd"):
        numbers = pd.Series(values, dtype="Float64")
        return numbers if column.kind == "sd" else 100 * numbers
    if column.kind == "count":
        return pd.Series(values, dtype="Float64" if any(isinstance(value, float) for value in values) else "Int64")
    return pd.Series(values)
