"""How rows were scored, as one text: what tests compare."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from analysis.cells.scoring import Scoring


def scored_as(rows: pd.DataFrame) -> pd.Series:
    """'option_logprob, packed, float32', or 'none: ' and the reason; a text a row."""
    return pd.Series([text_of(row) for row in rows.to_dict("records")], index=rows.index, dtype="string")


def text_of(row: Mapping[Any, Any]) -> str:
    """The same of one row."""
    names = ("scoring_way", "scoring_path", "scoring_dtype", "missing_reason")
    return Scoring(*(None if pd.isna(row[name]) else str(row[name]) for name in names)).text
