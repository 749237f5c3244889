"""One declared column of a table."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pandas as pd

LISTS = ("list", "texts", "positions")
"""Types of columns that hold a list in every row: of numbers, texts, whole numbers."""


@dataclass(frozen=True, slots=True)
class Column:
    """What a column holds and what it may hold."""

    name: str
    dtype: str
    """'string', 'Float64', 'Int64', 'boolean', or one of LISTS."""
    unit: str
    meaning: str
    required: bool = True
    """False: a null is allowed and means 'not known' or 'not applicable'."""
    low: float | None = None
    high: float | None = None
    allowed: tuple[str, ...] = field(default=())

    def typed(self, values: pd.Series) -> pd.Series:
        """The values in the declared type. Raises TypeError or ValueError where one does not fit."""
        return values.astype(pandas_dtype(self.dtype))


def pandas_dtype(dtype: str) -> Any:
    """pandas' name of a declared type (Any: the stubs want a literal)."""
    return "object" if dtype in LISTS else dtype


def first_misfit(values: pd.Series, dtype: str) -> tuple[object, object]:
    """Row label and value of the first value that does not fit a type."""
    for row, value in values.items():
        try:
            pd.Series([value]).astype(pandas_dtype(dtype))
        except (TypeError, ValueError, OverflowError):
            return row, value
    return "unknown", None
