"""Is a rates.csv one, at a look? For listings of many sets, which read no rates: typed rows take a hundred times as
long."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Sequence
from functools import lru_cache
from pathlib import Path

from analysis.columns.column import Column
from analysis.tables import FILLED, RATES, SCHEMA_VERSION
from loaders.files.bounded import MIB, FileRefused, read_bounded
from loaders.store.tables.rates_csv import VERSION_COLUMN

LARGEST = MIB
"""Bytes; larger files are checked when they are read."""
_PARSE: dict[str, Callable[[str], float]] = {
    "Float64": float, "Int64": int, "boolean": {"True": 1.0, "False": 0.0}.__getitem__
}  # fmt: skip
_NUMBERS = ("matching_rate", "value", "missing_reason")
_KEY = ("prompt_style", *RATES.key)
"""What a row is told by; older files have no run settings but in their prompt style."""


@lru_cache(maxsize=4096)
def form_fault(path: Path, root: Path, digest: str) -> str:
    """Why the file, whose SHA-256 is `digest`, holds no RATES rows; empty where it looks as if it did, or is large.

    Columns, types, bounds, words and keys are looked at, not the rules over several columns.
    """
    try:
        if path.stat().st_size > LARGEST:
            return ""
        return _fault(read_bounded(path, root).decode("utf-8"))
    except (OSError, FileRefused, UnicodeDecodeError, csv.Error) as error:
        return f"cannot be read ({error})"


def _fault(text: str) -> str:
    names, *rows = [row for row in csv.reader(io.StringIO(text, newline=""), strict=True) if row] or [[]]
    declared = {column.name: column for column in RATES.columns}
    if len(set(names)) < len(names):
        return "has a column twice"
    if missing := [name for name, column in declared.items() if column.required and name not in {*names, *FILLED}]:
        return f"has no column '{missing[0]}'"
    if set(map(len, rows)) - {len(names)}:
        return "has a row that is longer or shorter than the others"
    columns = dict(zip(names, zip(*rows, strict=True), strict=True)) if rows else {}
    said = [columns.get(name, ("",) * len(rows)) for name in _NUMBERS]
    if not all(map(any, zip(*said, strict=True))):
        return "has a row without a number or a reason why there is none"
    for name in declared.keys() & columns.keys():
        if fault := _column_fault(declared[name], columns[name]):
            return f"column '{name}' {fault}"
    if any(int(version) > SCHEMA_VERSION for version in columns.get(VERSION_COLUMN, ()) if version.isdecimal()):
        return "was written by a newer scalewatch"
    keys = list(zip(*(columns[name] for name in _KEY if name in columns), strict=True))
    return "has a row twice" if len(set(keys)) < len(keys) else ""


def _column_fault(column: Column, cells: Sequence[str]) -> str:
    filled = set(cells)  # most cells of a column are alike
    if column.required and column.name not in FILLED and "" in filled:
        return "is empty in a row"
    filled.discard("")
    if column.allowed and not filled <= set(column.allowed):
        return f"holds a word that is not one of {', '.join(column.allowed)}"
    if column.dtype not in _PARSE:
        return ""
    try:
        numbers = list(map(_PARSE[column.dtype], filled))
    except (ValueError, KeyError):
        return f"holds a text that is no {column.dtype}"
    low, high = column.low, column.high
    if all((low is None or each >= low) and (high is None or each <= high) for each in numbers):
        return ""
    return f"holds a number that is not between {low} and {high}"
