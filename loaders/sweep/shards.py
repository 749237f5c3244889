"""Shards: the answers of one finished job as a Parquet file, written whole or not at all, its hash in its name."""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import io
import os
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from analysis.errors import ScalewatchError
from analysis.tables import ANSWERS

_ARROW = {"string": pa.string(), "Float64": pa.float64(), "Int64": pa.int64(), "boolean": pa.bool_()}
SCHEMA = pa.schema([(each.name, _ARROW.get(each.dtype, pa.list_(pa.float64()))) for each in ANSWERS.columns])
"""ANSWERS as every shard holds it, whatever is null in it."""


class ShardError(ScalewatchError):
    """Shards that cannot be written; the text names the folder and the remedy."""


class Shards:
    """The finished jobs of one result set: `<results>/.sweeps/<set>/<job key>-<hash of the file>.parquet`."""

    def __init__(self, results: Path, result_set: str) -> None:
        self.folder = results / ".sweeps" / result_set
        paths = sorted(self.folder.glob("*.parquet"), key=lambda path: path.stat().st_mtime_ns)
        self._paths = {path.stem.partition("-")[0]: path for path in paths if _is_whole(path)}

    def finished(self) -> frozenset[str]:
        """Keys of the jobs whose shard is whole: its bytes had the hash in its name when the folder was opened."""
        return frozenset(self._paths)

    def read(self, key: str) -> pa.Table:
        """The answers of a finished job."""
        return pq.read_table(io.BytesIO(self._paths[key].read_bytes()), use_threads=False)

    def content_hash(self, key: str) -> str:
        """SHA-256 of a finished job's shard, as its name has it."""
        return self._paths[key].stem.partition("-")[2]

    def has_silent(self, key: str) -> bool:
        """Has a finished job a question without an answer?"""
        content = io.BytesIO(self._paths[key].read_bytes())
        methods = pq.read_table(content, columns=["scoring_method"], use_threads=False)["scoring_method"]
        return any(method.startswith("none") for method in methods.unique().to_pylist())

    def write(self, key: str, answers: pd.DataFrame) -> None:
        """Store a job's answers (ANSWERS rows) in place of those it had. When this returns they are on the disk.

        Raises ShardError; the answers it had are then still there.
        """
        content = _parquet(ANSWERS.validate(answers))
        path = self.folder / f"{key}-{_hash(content)}.parquet"
        unfinished = self.folder / f".{key}.unfinished"
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            with unfinished.open("wb") as handle:
                handle.write(content)
                handle.flush()
                os.fsync(handle.fileno())
            unfinished.replace(path)
            _sync_folder(self.folder)
            if (before := self._paths.get(key, path)) != path:
                before.unlink(missing_ok=True)
        except OSError as error:
            with contextlib.suppress(OSError):
                unfinished.unlink(missing_ok=True)
            raise ShardError(
                f"{path}: cannot be written ({error}).", "Free space, then run the sweep again."
            ) from error
        self._paths[key] = path

    @classmethod
    @contextlib.contextmanager
    def locked(cls, results: Path, result_set: str) -> Iterator[Shards]:
        """The shards, held by one run at a time.

        Raises ShardError where another run holds them or the folder cannot be written.
        """
        folder = results / ".sweeps" / result_set
        try:
            folder.mkdir(parents=True, exist_ok=True)
            handle = (folder / ".lock").open("a")
        except OSError as error:
            raise ShardError(
                f"{folder}: cannot be written ({error}).", "Choose another folder with --results."
            ) from error
        with handle:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                raise ShardError(
                    f"Another run is writing the set '{result_set}'.", "Wait for it to end or stop it."
                ) from error
            yield cls(results, result_set)


def _parquet(answers: pd.DataFrame) -> bytes:
    buffer = io.BytesIO()
    pq.write_table(pa.Table.from_pandas(answers, schema=SCHEMA, preserve_index=False), buffer)
    return buffer.getvalue()


def _hash(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _is_whole(path: Path) -> bool:
    return _hash(path.read_bytes()) == path.stem.partition("-")[2]


def _sync_folder(folder: Path) -> None:
    """A rename is on the disk only when its folder is."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
