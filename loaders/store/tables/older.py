"""What earlier versions stored, in the form of today.

Version 1 (no version stands in its files) held shots, limit, chat template and date of asking as parts of the prompt
style's name, and how an answer was scored as one text, `scoring_method`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pandas as pd

from analysis.cells.scoring import DTYPES, Scoring
from analysis.columns.column import pandas_dtype
from analysis.columns.run_settings import SETTINGS, settings_in

_MISSING = "none: "


def rates_of_version_1(frame: pd.DataFrame) -> pd.DataFrame:
    """Rows of a rates.csv of version 1 with run settings as columns."""
    return _with_settings(frame)


def answers_of_version_1(frame: pd.DataFrame) -> pd.DataFrame:
    """Rows of an answers.parquet, or of a shard, of version 1 with scoring and run settings as columns.

    Columns that the frame leaves out stay out.
    """
    if "scoring_method" in frame.columns:
        columns = _each(frame["scoring_method"], lambda text: _scoring(text).columns, {})
        frame = pd.concat([frame.drop(columns="scoring_method"), columns], axis=1)
    return _with_settings(frame) if "prompt_style" in frame.columns else frame


def _with_settings(frame: pd.DataFrame) -> pd.DataFrame:
    types = {column.name: pandas_dtype(column.dtype) for column in SETTINGS}
    columns = _each(frame["prompt_style"], _style_and_settings, types)
    return frame.assign(**{str(name): values for name, values in columns.items()})


def _style_and_settings(text: str) -> dict[str, Any]:
    style, settings = settings_in(text)
    return {"prompt_style": style, **settings}


def _each(texts: pd.Series, split: Callable[[str], Mapping[str, Any]], types: Mapping[str, Any]) -> pd.DataFrame:
    """What `split` makes of every text, a column a key, of the type named or texts; each different text is split and
    typed once."""
    codes, different = pd.factorize(texts)
    columns = pd.DataFrame([split(str(text)) for text in different], dtype=object)
    typed = columns.astype({name: types.get(str(name), "string") for name in columns})
    return typed.take(codes).set_axis(texts.index)


def _scoring(text: str) -> Scoring:
    if text.startswith(_MISSING):
        return Scoring.missing(text.removeprefix(_MISSING))
    way, *rest = text.split(", ")
    dtype = rest.pop() if rest and rest[-1] in DTYPES else None
    return Scoring(way, ", ".join(rest) if rest else None, dtype)
