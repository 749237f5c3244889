"""ANSWERS rows as the Parquet file of a result set."""

from __future__ import annotations

import io

import pandas as pd

from analysis.tables import ANSWERS


def parquet_of(answers: pd.DataFrame) -> bytes:
    """The rows, validated, as a file. Raises ScalewatchError for rows that are not ANSWERS."""
    buffer = io.BytesIO()
    ANSWERS.validate(answers).to_parquet(buffer, index=False)
    return buffer.getvalue()


def row_count(parquet: bytes | None) -> int:
    """Rows of a file; 0 without one."""
    from pyarrow.parquet import read_metadata

    return 0 if parquet is None else int(read_metadata(io.BytesIO(parquet)).num_rows)


def measured_answers(parquet: bytes | None) -> pd.DataFrame | None:
    """ANSWERS rows without their log-probabilities, which no finding needs and which take most of the memory."""
    if parquet is None:
        return None
    from pyarrow.parquet import read_schema

    kept = [name for name in read_schema(io.BytesIO(parquet)).names if name != "option_logprobs"]
    return ANSWERS.typed(pd.read_parquet(io.BytesIO(parquet), columns=kept))
