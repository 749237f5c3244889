"""rates.csv is what pandas would write, byte for byte."""

from __future__ import annotations

import pandas as pd

from loaders.store.tables.rates_csv import _csv_text

TEXTS = [
    "plain",
    'a "quoted" one',
    "comma, inside",
    "two\nlines",
    "carriage\rreturn",
    "",
    " blank ",
    "naïve 数",
    None,
    "plain",
]
NUMBERS = [0.1, 1e-7, 1e22, -0.0, 0.0, 1.0, 123456789.125, 2 / 3, None, 0.1]


def test_every_kind_of_cell_is_written_as_pandas_writes_it() -> None:
    frame = pd.DataFrame(
        {
            "text, with comma": pd.array(TEXTS, dtype="string"),
            "share": pd.array(NUMBERS, dtype="Float64"),
            "count": pd.array([1, -2, 2**62, 0, None, 5, 6, 7, 8, 9], dtype="Int64"),
            "estimate": pd.array([True, False, None] * 3 + [True], dtype="boolean"),
            "version": 2,
        },
        index=range(5, 15),
    )
    assert _csv_text(frame) == frame.to_csv(index=False, lineterminator="\n")
    assert _csv_text(frame[:0]) == frame[:0].to_csv(index=False, lineterminator="\n")
