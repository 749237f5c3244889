"""The questions of one evaluation: those the set holds, and those of files that are added one by one."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pandas as pd
import pyarrow as pa

from analysis.tables import QUESTIONS
from loaders.importing.protocol import Problem
from loaders.store.tables.questions import PARTS


class EvaluationQuestions:
    """Rows of one evaluation; of two texts under one id the first one stays."""

    def __init__(self, before: pd.DataFrame | None) -> None:
        """`before`: QUESTIONS rows the set holds of it; None where it holds none."""
        schema = PARTS.schema
        stored = schema.empty_table() if before is None else pa.Table.from_pandas(before, schema, preserve_index=False)
        self._rows = [stored]
        self._asked = dict(_contents(self._rows[0]))

    @property
    def has_more(self) -> bool:
        """Was anything added that was not there?"""
        return len(self._rows) > 1

    def add(self, rows: pa.Table) -> Problem | None:
        """Take what was asked; a problem where questions that are there were asked otherwise."""
        new, other = [], []
        for place, (question, content) in enumerate(_contents(rows)):
            known = self._asked.setdefault(question, content)
            if known is content:
                new.append(place)
            elif known != content:
                other.append(question)
        if new:
            self._rows.append(rows.take(pa.array(new)))
        if not other:
            return None
        reason = (
            f"the text of {len(other):,} questions (the first: {other[0]}) differs from the text stored under the "
            "same id. The first text is kept; the answers are kept beside it"
        )
        return Problem(None, "question_id", reason)

    def part(self) -> tuple[str, bytes]:
        """Name and content of the one part of all rows, in a fixed order."""
        every = pa.concat_tables(self._rows)
        QUESTIONS.validate(every.to_pandas())
        return PARTS.part_of_rows(every.sort_by("question_id"))


class _Content(tuple[Any, ...]):
    """What was asked, small: hashes within this process."""


def _contents(rows: pa.Table) -> Iterator[tuple[str, _Content]]:
    columns = (rows.column(name).to_pylist() for name in ("question_id", "text", "options", "matching"))
    for question, text, options, matching in zip(*columns, strict=True):
        yield question, _Content((hash(text), hash((*options,)), *matching))
