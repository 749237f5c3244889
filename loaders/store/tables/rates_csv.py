"""RATES rows as the rates.csv of a result set, and back."""

from __future__ import annotations

import csv
import hashlib
import io

import pandas as pd
import pyarrow as pa

from analysis.columns.run_settings import PROMPT_STYLE, RUN_SETTINGS
from analysis.tables import RATES, SCHEMA_VERSION, SETTING_NAMES, SHARE
from loaders.store.errors import NewerVersionError
from loaders.store.tables.older import rates_of_version_1

VERSION_COLUMN = "schema_version"
_FIRST = RATES.names[: RATES.names.index("unit")]
"""Columns of version 1."""
_ALWAYS = [*_FIRST, "unit", RUN_SETTINGS]
"""Columns that are written also where no row fills them; readers of the file may count on them."""


def csv_of(rates: pd.DataFrame) -> bytes:
    """The rows as a file; columns that nothing fills are left out, the schema's version is the last."""
    shown = [name for name in rates.columns if name in _ALWAYS or rates[name].notna().any()]
    frame = rates[shown].assign(**{VERSION_COLUMN: SCHEMA_VERSION})
    return _bytes_of(frame)


def data_hash_of(rates: pd.DataFrame) -> str:
    """First 6 hex digits of a SHA-256 of the rows, shown on charts and in links: the same rows have the same, whichever
    version stored them (it is that of the rates.csv of version 1 where nothing is in the rows that it could not hold).
    """
    settings = {PROMPT_STYLE, RUN_SETTINGS, *SETTING_NAMES}
    shown = [name for name in rates.columns if name in _FIRST or (name not in settings and rates[name].notna().any())]
    frame = rates[[name for name in shown if name != "unit" or (rates[name] != SHARE).any()]]
    frame = frame.assign(**{PROMPT_STYLE: rates[RUN_SETTINGS]})
    return hashlib.sha256(_bytes_of(frame)).hexdigest()[:6]


def _bytes_of(frame: pd.DataFrame) -> bytes:
    """What `DataFrame.to_csv` writes, in less than half of its time: what is missing is empty."""
    columns = [pa.array(frame[name], from_pandas=True).to_pylist() for name in frame.columns]
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(frame.columns)
    writer.writerows(zip(*columns, strict=True))
    return text.getvalue().encode()


def rates_of(content: bytes, where: object) -> pd.DataFrame:
    """Rows of a file, typed and checked by every rule of RATES.

    Raises NewerVersionError, TableError, or ValueError where it is no such file; `where` names it.
    """
    header = pd.read_csv(io.BytesIO(content), nrows=0).columns
    types = {column.name: column.dtype for column in RATES.columns} | {VERSION_COLUMN: "Int64"}
    frame = pd.read_csv(
        io.BytesIO(content),
        dtype={name: types[name] for name in header if name in types},
        keep_default_na=False,
        na_values=[""],
    )
    versions = frame[VERSION_COLUMN].dropna().unique() if VERSION_COLUMN in frame.columns else [1]
    if newer := [version for version in versions if version > SCHEMA_VERSION]:
        raise NewerVersionError.of(where, newer[0])
    if any(version < 2 for version in versions):
        frame = rates_of_version_1(frame)
    return RATES.validate(frame.assign(variant=frame["variant"].fillna("")))
