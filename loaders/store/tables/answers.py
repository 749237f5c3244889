"""ANSWERS rows as parts of a set (answers/evaluation=<name>/part-<hash>.parquet), read back and queried with DuckDB."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from itertools import groupby
from typing import TYPE_CHECKING, Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from analysis.errors import ScalewatchError
from analysis.tables import ANSWERS
from loaders.files.whole_folder import Contents, Kept
from loaders.store.errors import RESTORE, StoreError
from loaders.store.tables.older import answers_of_version_1
from loaders.store.tables.parts import PartFiles

if TYPE_CHECKING:
    import duckdb

FOLDER = "answers"
SINGLE_FILE = "answers.parquet"
"""What sets of version 1 hold them in."""
PARTS = PartFiles(ANSWERS, FOLDER)
SCHEMA = PARTS.schema
part_of, parts_of, part_name = PARTS.part_of, PARTS.parts_of, PARTS.name


def answer_files(files: Iterable[str]) -> list[str]:
    """Those of a set's files that hold its answers."""
    files = list(files)
    return [SINGLE_FILE] * (SINGLE_FILE in files) + PARTS.among(files)


def parquet_of(answers: pd.DataFrame) -> bytes:
    """The rows, validated, as one file of their own. Raises ScalewatchError for rows that are not ANSWERS."""
    table = pa.Table.from_pandas(ANSWERS.validate(answers), preserve_index=False)
    buffer = io.BytesIO()
    pq.write_table(table.replace_schema_metadata({**(table.schema.metadata or {}), **SCHEMA.metadata}), buffer)
    return buffer.getvalue()


class StoredAnswers:
    """The single answers of one set, read when asked for."""

    def __init__(self, files: Contents) -> None:
        """`files`: the set's files of answers, by their names in it, and where each lies (or its bytes)."""
        self.files = dict(sorted(files.items()))

    def holds(self, evaluation: str) -> bool:
        """Has the set a file that may hold answers of this evaluation?"""
        return bool(_that_may_hold(self.files, evaluation))

    def frame(self, evaluation: str | None = None, columns: Sequence[str] | None = None) -> pd.DataFrame:
        """ANSWERS rows, of one evaluation or all; with `columns` only these. Raises StoreError."""
        files = list(self.files) if evaluation is None else _that_may_hold(self.files, evaluation)
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

    def asked(self) -> pd.DataFrame:
        """A row per evaluation, run settings and checkpoint that has answers, sorted. Raises StoreError."""
        import duckdb

        try:
            return self.query("SELECT DISTINCT evaluation, run_settings, checkpoint FROM answers ORDER BY ALL")
        except duckdb.Error as error:
            raise StoreError(f"the single answers cannot be read ({error}).", RESTORE) from error

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


def _that_may_hold(files: Iterable[str], evaluation: str) -> list[str]:
    return [file for file in files if file == SINGLE_FILE] + PARTS.among_evaluation(files, evaluation)


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
