"""ANSWERS rows as files: answers/evaluation=<name>/part-<hash>.parquet of a set, read back and queried with DuckDB.

A part holds rows of one evaluation and is never changed: what is stored again is a new part, what stays is linked. Its
name has the hash of its bytes. Measured numbers are held as 32-bit floats (6e-8 of their size).
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterator, Sequence
from functools import cached_property
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from analysis.errors import ScalewatchError
from analysis.tables import ANSWERS, SCHEMA_VERSION
from loaders.files.whole_folder import Contents, Kept
from loaders.store.errors import RESTORE, StoreError
from loaders.store.older import answers_of_version_1

if TYPE_CHECKING:
    import duckdb

FOLDER = "answers"
SINGLE_FILE = "answers.parquet"
"""What sets of version 1 hold them in."""
VERSION_KEY = b"scalewatch_schema"
_ARROW = {"string": pa.string(), "Float64": pa.float32(), "Int64": pa.int64(), "boolean": pa.bool_()}
SCHEMA = pa.schema(
    [(each.name, _ARROW.get(each.dtype, pa.list_(pa.float32()))) for each in ANSWERS.columns],
    metadata={VERSION_KEY: str(SCHEMA_VERSION)},
)
"""ANSWERS as every part holds it, whatever is null in it."""
_SPLIT = [each.name for each in ANSWERS.columns if each.dtype == "Float64"] + ["option_logprobs.list.element"]
"""Columns of scattered floats: their bytes compress once split."""
_LONGEST_NAME = 120
_ROWS = 131_072
"""Rows of a part that are read together."""


def parquet_of(answers: pd.DataFrame) -> bytes:
    """The rows, validated, as one file of their own. Raises ScalewatchError for rows that are not ANSWERS."""
    table = pa.Table.from_pandas(ANSWERS.validate(answers), preserve_index=False)
    buffer = io.BytesIO()
    pq.write_table(table.replace_schema_metadata({**(table.schema.metadata or {}), **SCHEMA.metadata}), buffer)
    return buffer.getvalue()


def parts_of(answers: pd.DataFrame) -> dict[str, bytes]:
    """The rows as the files of a set, file -> content: a part for each evaluation.

    Raises ScalewatchError for rows that are not ANSWERS.
    """
    valid = ANSWERS.validate(answers)
    return dict(part_of(rows) for _, rows in valid.groupby("evaluation", sort=True))


def part_of(answers: pd.DataFrame) -> tuple[str, bytes]:
    """Name and content of the part of these rows: ANSWERS, typed, of one evaluation."""
    content = part_content(pa.Table.from_pandas(answers, schema=SCHEMA, preserve_index=False))
    return part_name(str(answers["evaluation"].iloc[0]), hashlib.sha256(content).hexdigest()), content


def part_content(table: pa.Table) -> bytes:
    """A table of SCHEMA as a part."""
    buffer = io.BytesIO()
    texts = [field.name for field in SCHEMA if field.type == pa.string()]
    split = dict.fromkeys(_SPLIT, "BYTE_STREAM_SPLIT")
    pq.write_table(table, buffer, compression="zstd", row_group_size=_ROWS, use_dictionary=texts, column_encoding=split)
    return buffer.getvalue()


def part_name(evaluation: str, digest: str) -> str:
    """File of a set that holds rows of an evaluation; `digest` is the SHA-256 of its bytes."""
    return f"{folder_of(evaluation)}/part-{digest[:16]}.parquet"


def folder_of(evaluation: str) -> str:
    """Folder of an evaluation's parts; any name has one, and no two share it."""
    name = quote(evaluation, safe=" ")
    if len(name) > _LONGEST_NAME:
        name = f"{name[:_LONGEST_NAME]}~{hashlib.sha256(evaluation.encode()).hexdigest()[:16]}"
    return f"{FOLDER}/evaluation={name}"


def rows_in(path: Path) -> int:
    """Rows of a Parquet file."""
    return int(pq.read_metadata(path).num_rows)


class StoredAnswers:
    """The single answers of one set, read when asked for."""

    def __init__(self, files: Contents) -> None:
        """`files`: the set's files of answers, by their names in it, and where each lies (or its bytes)."""
        self.files = dict(sorted(files.items()))

    def frame(self, evaluation: str | None = None, columns: Sequence[str] | None = None) -> pd.DataFrame:
        """ANSWERS rows, of one evaluation or all; with `columns` only these. Raises StoreError."""
        files = [file for file in self.files if evaluation is None or _may_hold(file, evaluation)]
        frames = [_read(file, self.files[file], evaluation, columns) for file in files]
        if not frames:
            return ANSWERS.empty() if columns is None else ANSWERS.empty()[list(columns)]
        return frames[0] if len(frames) == 1 else pd.concat(frames, ignore_index=True)

    def by_evaluation(self, columns: Sequence[str] | None = None) -> Iterator[pd.DataFrame]:
        """ANSWERS rows, evaluation by evaluation, so that few are in memory."""
        for _, files in groupby(self.files, key=lambda file: file.rpartition("/")[0]):
            yield pd.concat([_read(file, self.files[file], None, columns) for file in files], ignore_index=True)

    def query(self, sql: str, values: Sequence[Any] = ()) -> pd.DataFrame:
        """What DuckDB says of the table `answers`; `values` take the places of ? in the statement."""
        return self._database.cursor().execute(sql, list(values)).df()

    def cell_means(self) -> pd.DataFrame:
        """A row per checkpoint, evaluation and run settings: questions answered, mean probability, share matching."""
        return self.query(
            "SELECT checkpoint, evaluation, run_settings, count(matching_probability) AS n_answered, "
            "avg(matching_probability) AS mean_matching_probability, "
            "avg(answered_matching::INTEGER) AS matching_rate FROM answers GROUP BY ALL ORDER BY ALL"
        )

    @cached_property
    def _database(self) -> duckdb.DuckDBPyConnection:
        """A view of the files, whose names are values, never part of a statement; a table of what is no part yet."""
        import duckdb

        database = duckdb.connect()
        paths = [str(part.path) for part in self.files.values() if isinstance(part, Kept)]
        if SINGLE_FILE in self.files or len(paths) < len(self.files):
            database.register("older", pa.Table.from_pandas(self.frame(), schema=SCHEMA, preserve_index=False))
            database.execute("CREATE TABLE answers AS SELECT * FROM older")
        else:
            rows = database.from_parquet(paths, hive_partitioning=False)
            rows.create_view("answers", replace=True)
        return database


def _may_hold(file: str, evaluation: str) -> bool:
    return file == SINGLE_FILE or file.startswith(f"{folder_of(evaluation)}/")


def _read(file: str, part: bytes | Kept, evaluation: str | None, columns: Sequence[str] | None) -> pd.DataFrame:
    try:
        return _rows(part, evaluation, columns)
    except (pa.ArrowException, OSError, ScalewatchError, ValueError, TypeError, KeyError) as error:
        raise StoreError(f"{file}: cannot be read ({error}).", RESTORE) from error


def _rows(part: bytes | Kept, evaluation: str | None, columns: Sequence[str] | None) -> pd.DataFrame:
    source = part.path if isinstance(part, Kept) else io.BytesIO(part)
    older = "scoring_method" in pq.read_schema(source).names
    only = None if evaluation is None else [("evaluation", "==", evaluation)]
    wanted = None if columns is None or older else list(columns)
    frame = pq.read_table(source, columns=wanted, filters=only, partitioning=None).to_pandas()
    if not older:
        return ANSWERS.typed(frame) if columns is None else _typed(frame)
    full = ANSWERS.typed(answers_of_version_1(frame))
    return full if columns is None else full[list(columns)]


def _typed(frame: pd.DataFrame) -> pd.DataFrame:
    declared = {column.name: column for column in ANSWERS.columns}
    return pd.DataFrame({name: declared[str(name)].typed(frame[name]) for name in frame.columns})
