"""Shards: the answers of one finished job as a Parquet file, written whole or not at all, its hash in its name."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq

from analysis.columns.run_settings import RUN_SETTINGS
from analysis.errors import ScalewatchError
from analysis.tables import ANSWERS
from loaders.files.locks import only_writer
from loaders.files.whole_file import sha256_of_file, write_file
from loaders.files.whole_folder import Kept, sha256_of
from loaders.store.tables.answers import SCHEMA, SINGLE_FILE, StoredAnswers, part_name, part_of


class ShardError(ScalewatchError):
    """Shards that cannot be written, or that another run writes; the text says what to do."""


class Shards:
    """The finished jobs of one result set: `<results>/.sweeps/<set>/<job key>-<hash of the file>.parquet`."""

    def __init__(self, results: Path, result_set: str) -> None:
        self.folder = results / ".sweeps" / result_set
        paths = sorted(self.folder.glob("*.parquet"), key=lambda path: path.stat().st_mtime_ns)
        self._paths = {path.stem.partition("-")[0]: path for path in paths if _is_whole(path)}

    def finished(self) -> frozenset[str]:
        """Keys of the jobs whose shard is whole: its bytes had the hash in its name when the folder was opened."""
        return frozenset(self._paths)

    def read(self, key: str, columns: Sequence[str] | None = None) -> pd.DataFrame:
        """The answers of a finished job: ANSWERS rows; with `columns` only these."""
        return StoredAnswers({SINGLE_FILE: self._kept(key)}).frame(columns=columns)

    def part(self, key: str, names: Mapping[str, str]) -> tuple[str, bytes | Kept]:
        """A finished job's answers as a part of a set, in which these columns hold these names.

        The shard itself where it holds them already and is of today's form; it is then not read.
        """
        kept = self._kept(key)
        if _holds(kept.path, names):
            return part_name(names["evaluation"], kept.sha256), kept
        return part_of(ANSWERS.typed(self.read(key).drop(columns=RUN_SETTINGS).assign(**names)))

    def _kept(self, key: str) -> Kept:
        return Kept(self._paths[key], self.content_hash(key))

    def content_hash(self, key: str) -> str:
        """SHA-256 of a finished job's shard, as its name has it."""
        return self._paths[key].stem.partition("-")[2]

    def has_silent(self, key: str) -> bool:
        """Has a finished job a question without an answer?"""
        return bool(self.read(key, ["missing_reason"])["missing_reason"].notna().any())

    def write(self, key: str, answers: pd.DataFrame) -> None:
        """Store a job's answers (ANSWERS rows) in place of those it had. When this returns they are on the disk.

        Raises ShardError; the answers it had are then still there.
        """
        _, content = part_of(ANSWERS.validate(answers))
        path = self.folder / f"{key}-{sha256_of(content)}.parquet"
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            write_file(path, content)
            if (before := self._paths.get(key, path)) != path:
                before.unlink(missing_ok=True)
        except OSError as error:
            raise ShardError(
                f"{path}: cannot be written ({error}).", "Free space, then run the sweep again."
            ) from error
        self._paths[key] = path

    @classmethod
    @contextlib.contextmanager
    def locked(cls, results: Path, result_set: str) -> Iterator[Shards]:
        """The shards, held by one run at a time.

        Raises ShardError where another run holds them, LockError where the folder cannot be written.
        """
        held = ShardError(f"Another run is writing the set '{result_set}'.", "Wait for it to end or stop it.")
        with only_writer(results / ".sweeps" / result_set, busy=held):
            yield cls(results, result_set)


def _holds(path: Path, names: Mapping[str, str]) -> bool:
    """Is the file of today's form, with one name in each of these columns? Its footer tells."""
    file = pq.read_metadata(path)
    if not file.schema.to_arrow_schema().equals(SCHEMA):
        return False
    place = {file.schema.column(at).name: at for at in range(file.num_columns)}
    seen = [
        (file.row_group(group).column(place[column]).statistics, name)
        for group in range(file.num_row_groups)
        for column, name in names.items()
    ]
    return all(facts is not None and facts.has_min_max and facts.min == facts.max == name for facts, name in seen)


def _is_whole(path: Path) -> bool:
    return sha256_of_file(path) == path.stem.partition("-")[2]
