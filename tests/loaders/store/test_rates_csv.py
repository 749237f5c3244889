"""rates.csv is byte for byte what pandas writes, so that stored hashes hold."""

from __future__ import annotations

import pandas as pd
import pytest
from rate_builders import sweep

from loaders.store.tables.rates_csv import csv_of

TEXTS = ["plain", 'a "quoted", one', "two\nlines", "carriage\rreturn", " blank ", "é–ü"]
NUMBERS = [0.1 + 0.2, 1e-7, 1e22, -0.0, None, 1 / 3]


@pytest.mark.parametrize("column", ["checkpoint", "variant", "ci_method"])
def test_texts_are_written_as_pandas_writes_them(column: str) -> None:
    rates = sweep((0.3, 0.34, 0.4, 0.45, 0.52, 0.6))
    _check(rates.assign(**{column: pd.Series(TEXTS, rates.index, dtype="string")}))


def test_numbers_missing_ones_and_truth_values_are_written_as_pandas_writes_them() -> None:
    rates = sweep((0.3, 0.34, 0.4, 0.45, 0.52, 0.6))
    _check(rates)
    _check(rates.assign(ci_low=pd.Series(NUMBERS, rates.index, dtype="Float64")))
    _check(rates.assign(parameter_count=pd.Series([1, None, 10**12, 0, 5, None], rates.index, dtype="Int64")))
    _check(rates.assign(parameter_count_is_estimate=pd.Series([True, None] * 3, rates.index, dtype="boolean")))


def test_no_rows_are_a_header() -> None:
    _check(sweep((0.3, 0.4)).head(0))


def _check(rates: pd.DataFrame) -> None:
    written = csv_of(rates)
    shown = written.split(b"\n", 1)[0].decode().split(",")
    assert written == rates.assign(schema_version=2)[shown].to_csv(index=False, lineterminator="\n").encode()
