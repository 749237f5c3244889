"""Single answers and questions of one file between reading and storing: columns, compressed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from analysis.columns.run_settings import RUN_SETTINGS, settings_text
from analysis.tables import SETTING_NAMES
from loaders.importing.protocol import RawAnswers
from loaders.store.tables.answers import SCHEMA
from loaders.store.tables.questions import PARTS as QUESTION_PARTS

Cell = tuple[str, str | None, str]
"""Checkpoint, metric and run settings: with the evaluation and the question they name an answer."""


@dataclass(frozen=True, slots=True)
class PackedAnswers:
    """Answers of one checkpoint on one evaluation, asked in one way."""

    evaluation: str
    cell: Cell
    size: int
    """Answers."""
    _same: Mapping[str, Any]
    """Columns that hold one value."""
    _columns: pa.Buffer
    _questions: pa.Buffer | None

    @classmethod
    def of(cls, raw: RawAnswers, checkpoint: str) -> PackedAnswers:
        """Packed, under the checkpoint's own name."""
        settings = {name: raw.asked[name] for name in SETTING_NAMES if raw.asked.get(name) is not None}
        text = settings_text(raw.asked["prompt_style"], settings)
        same = {**raw.asked, "checkpoint": checkpoint, "evaluation": raw.evaluation, RUN_SETTINGS: text}
        questions = _packed(raw.questions, QUESTION_PARTS.schema) if raw.questions else None
        cell = (checkpoint, raw.asked.get("metric"), text)
        return cls(raw.evaluation, cell, len(raw.columns["question_id"]), same, _packed(raw.columns, SCHEMA), questions)

    def rows(self) -> pa.Table:
        """As rows of the schema of ANSWERS."""
        return _filled(_unpacked(self._columns), self._same, SCHEMA)

    def questions(self, licence: str, *, may_leave_machine: bool) -> pa.Table | None:
        """What was asked, as rows of the schema of QUESTIONS; None where the source has no text."""
        if self._questions is None:
            return None
        said = {"evaluation": self.evaluation, "licence": licence, "may_leave_machine": may_leave_machine}
        return _filled(_unpacked(self._questions), said, QUESTION_PARTS.schema)


def _packed(columns: Mapping[str, list[Any]], schema: pa.Schema) -> pa.Buffer:
    table = pa.table({name: pa.array(values, schema.field(name).type) for name, values in columns.items()})
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, table.schema, options=pa.ipc.IpcWriteOptions(compression="zstd")) as writer:
        writer.write_table(table)
    return sink.getvalue()


def _unpacked(packed: pa.Buffer) -> pa.Table:
    return pa.ipc.open_stream(packed).read_all()


def _filled(table: pa.Table, same: Mapping[str, Any], schema: pa.Schema) -> pa.Table:
    """All columns of the schema: those of the table, one value for all rows, or nothing."""
    columns = []
    for each in schema:
        if each.name in table.column_names:
            columns.append(table.column(each.name))
        elif same.get(each.name) is not None:
            columns.append(pa.repeat(pa.scalar(same[each.name], each.type), table.num_rows))
        else:
            columns.append(pa.nulls(table.num_rows, each.type))
    return pa.Table.from_arrays(columns, schema=schema)
