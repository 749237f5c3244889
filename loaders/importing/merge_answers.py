"""The answers of one evaluation: those the set holds, and those of files that are added one by one."""

from __future__ import annotations

from typing import Any, cast

import numpy as np
import pandas as pd
import pyarrow as pa

from analysis.columns.run_settings import RUN_SETTINGS
from analysis.tables import ANSWERS
from loaders.importing.packed import Cell, PackedAnswers
from loaders.importing.protocol import Problem
from loaders.store.tables.answers import PARTS, SCHEMA, StoredAnswers

_CELL = ("checkpoint", "metric", RUN_SETTINGS)
_SAID = ("matching_probability", "answered_matching")
"""Columns in which two rows for one question must agree."""


class EvaluationAnswers:
    """Rows of one evaluation. A row that says the same as one that is there is the same row; the first one stays."""

    def __init__(self, evaluation: str, stored: StoredAnswers) -> None:
        self._before, self._added = SCHEMA.empty_table(), list[pa.Table]()
        self._of_cell: dict[Cell, list[pa.Table]] = {}
        if not stored.holds(evaluation):
            return
        before = stored.frame(evaluation)
        self._before = pa.Table.from_pandas(before, schema=SCHEMA, preserve_index=False)
        for key, places in before.groupby(list(_CELL), dropna=False, sort=False).indices.items():
            cell = tuple(None if pd.isna(each) else str(each) for each in cast("tuple[Any, ...]", key))
            self._of_cell[cell] = [self._before.take(pa.array(places))]  # type: ignore[index]

    @property
    def has_more(self) -> bool:
        """Was anything added that was not there?"""
        return bool(self._added)

    def add(self, packed: PackedAnswers) -> list[Problem]:
        """Take answers; those that contradict one that is there are refused, a problem each.

        Raises TableError for rows that are not ANSWERS.
        """
        rows, refused = packed.rows(), list[Problem]()
        there = self._of_cell.setdefault(packed.cell, [])
        if there:
            rows, refused = _beside(rows, pa.concat_tables(there), packed)
        if rows.num_rows:
            there.append(rows)
            self._added.append(rows)
        return refused

    def part(self) -> tuple[str, bytes]:
        """Name and content of the one part of all rows, in a fixed order. Raises TableError for rows not allowed."""
        added = pa.concat_tables(self._added)
        ANSWERS.validate(added.to_pandas())
        every = pa.concat_tables([self._before, added])
        return PARTS.part_of_rows(every.sort_by([(name, "ascending") for name in ANSWERS.key]))


def _beside(rows: pa.Table, there: pa.Table, packed: PackedAnswers) -> tuple[pa.Table, list[Problem]]:
    """Rows whose question is not there, and a problem for each that says other than the one that is."""
    place = pd.Index(there.column("question_id").to_pandas()).get_indexer(rows.column("question_id").to_pandas())
    known = np.flatnonzero(place >= 0)
    same = np.ones(len(known), bool)
    for name in _SAID:
        one, other = (_numbers(table, name) for table in (rows, there))
        left, right = one[known], other[place[known]]
        same &= (left == right) | (np.isnan(left) & np.isnan(right))
    ids = rows.column("question_id").take(pa.array(known[~same])).to_pylist()
    return rows.take(pa.array(np.flatnonzero(place < 0))), [_clash(packed, each) for each in ids]


def _numbers(table: pa.Table, name: str) -> np.ndarray:
    column = table.column(name)
    return np.asarray(column.cast(pa.float32()).to_numpy(), float)


def _clash(packed: PackedAnswers, question: str) -> Problem:
    checkpoint, _, settings = packed.cell
    reason = (
        f"{checkpoint} already has another answer to question {question} ({settings}). Repeats are not averaged: the "
        "first is kept; use another set for this one"
    )
    return Problem(None, packed.evaluation, reason)
