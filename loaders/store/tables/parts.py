"""Rows of a declared table as files of a set: <folder>/evaluation=<name>/part-<hash>.parquet.

A part holds rows of one evaluation and is never changed: what is stored again is a new part, what stays is linked. Its
name has the hash of its bytes. Measured numbers are held as 32-bit floats (6e-8 of their size).
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from urllib.parse import quote

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from analysis.tables import SCHEMA_VERSION, Table

VERSION_KEY = b"scalewatch_schema"
_ARROW = {
    "string": pa.string(), "Float64": pa.float32(), "Int64": pa.int64(), "boolean": pa.bool_(),
    "list": pa.list_(pa.float32()), "texts": pa.list_(pa.string()), "positions": pa.list_(pa.int64()),
}  # fmt: skip
_LONGEST_NAME = 120
_ROWS = 131_072
"""Rows of a part that are read together."""


@dataclass(frozen=True)
class PartFiles:
    """How the rows of one table stand in the files of a set."""

    table: Table
    folder: str
    """Folder of the set its parts lie in."""

    @cached_property
    def schema(self) -> pa.Schema:
        """The table as every part holds it, whatever is null in it."""
        fields = [(each.name, _ARROW[each.dtype]) for each in self.table.columns]
        return pa.schema(fields, metadata={VERSION_KEY: str(SCHEMA_VERSION)})

    def parts_of(self, frame: pd.DataFrame) -> dict[str, bytes]:
        """The rows as the files of a set, file -> content: a part for each evaluation.

        Raises ScalewatchError for rows that are not of the table.
        """
        valid = self.table.validate(frame)
        return dict(self.part_of(rows) for _, rows in valid.groupby("evaluation", sort=True))

    def part_of(self, frame: pd.DataFrame) -> tuple[str, bytes]:
        """Name and content of the part of these rows: typed, of one evaluation."""
        return self.part_of_rows(pa.Table.from_pandas(frame, schema=self.schema, preserve_index=False))

    def part_of_rows(self, rows: pa.Table) -> tuple[str, bytes]:
        """Name and content of the part of these rows: of the schema, of one evaluation."""
        content = self.content(rows)
        return self.name(rows.column("evaluation")[0].as_py(), hashlib.sha256(content).hexdigest()), content

    def content(self, rows: pa.Table) -> bytes:
        """Rows of the schema as a part."""
        buffer = io.BytesIO()
        texts = [field.name for field in self.schema if field.type == pa.string()]
        pq.write_table(
            rows, buffer, compression="zstd", row_group_size=_ROWS, use_dictionary=texts, column_encoding=self._split
        )
        return buffer.getvalue()

    def name(self, evaluation: str, digest: str) -> str:
        """File of a set that holds rows of an evaluation; `digest` is the SHA-256 of its bytes."""
        return f"{self.folder_of(evaluation)}/part-{digest[:16]}.parquet"

    def folder_of(self, evaluation: str) -> str:
        """Folder of an evaluation's parts; any name has one, and no two share it."""
        name = quote(evaluation, safe=" ")
        if len(name) > _LONGEST_NAME:
            name = f"{name[:_LONGEST_NAME]}~{hashlib.sha256(evaluation.encode()).hexdigest()[:16]}"
        return f"{self.folder}/evaluation={name}"

    def among(self, files: Iterable[str]) -> list[str]:
        """Those of a set's files that are parts of this table."""
        return [file for file in files if file.startswith(f"{self.folder}/")]

    def among_evaluation(self, files: Iterable[str], evaluation: str) -> list[str]:
        """Those of a set's files that are parts of this table with rows of the evaluation."""
        return [file for file in files if file.startswith(f"{self.folder_of(evaluation)}/")]

    @cached_property
    def _split(self) -> dict[str, str]:
        """Columns of scattered floats: their bytes compress once split."""
        plain = [each.name for each in self.table.columns if each.dtype == "Float64"]
        listed = [f"{each.name}.list.element" for each in self.table.columns if each.dtype == "list"]
        return dict.fromkeys([*plain, *listed], "BYTE_STREAM_SPLIT")


def rows_in(path: object) -> int:
    """Rows of a Parquet file."""
    return int(pq.read_metadata(path).num_rows)
