"""What importers look at to recognise a file: its name, its first bytes, and what they begin, read once for all."""

from __future__ import annotations

import csv
import json
from functools import cached_property
from pathlib import Path
from typing import Any

HEAD_BYTES = 4096


class Sniff:
    """One file, before anybody has said what it is. Each property reads the file on first use and keeps the result."""

    def __init__(self, path: Path) -> None:
        self.path = path

    @cached_property
    def head(self) -> bytes:
        """The first 4,096 bytes. Raises OSError."""
        with self.path.open("rb") as file:
            return file.read(HEAD_BYTES)

    @cached_property
    def json(self) -> Any:
        """The document of a file whose first sign is that of an object or a list; None for any other file, and where
        the document is cut short. Raises OSError."""
        if not self.head.lstrip().startswith((b"{", b"[")):
            return None
        try:
            return json.loads(self.path.read_text(encoding="utf-8"))
        except (ValueError, RecursionError):
            return None

    @cached_property
    def columns(self) -> tuple[str, ...]:
        """Column names of a table: Parquet or TSV by its ending, else CSV.

        Raises OSError, and ValueError where the file is damaged or not UTF-8.
        """
        if self.path.suffix.lower() == ".parquet":
            import pyarrow.parquet

            return tuple(str(name) for name in pyarrow.parquet.read_schema(self.path).names)
        with self.path.open(encoding="utf-8-sig", newline="") as file:
            return tuple(next(csv.reader(file, delimiter=delimiter(self.path)), ()))


def delimiter(table: Path) -> str:
    """What stands between the cells of a text table."""
    return "\t" if table.suffix.lower() == ".tsv" else ","
