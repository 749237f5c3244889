"""Rows and columns, before anything shows them or writes them to a file."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Kind = Literal["text", "count", "share", "points", "sd", "percent", "number"]
"""count: whole numbers. share: a level 0-1, and points: a difference of two, both shown times 100. sd: standard
deviations. percent: 0-100 as it is. number: any other."""
Value = str | int | float | None
"""None: there is none."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column and how its values are shown."""

    name: str
    kind: Kind = "text"


@dataclass(frozen=True, slots=True)
class Table:
    """What a figure shows, row by row."""

    columns: tuple[Column, ...]
    rows: tuple[tuple[Value, ...], ...]
    """Values in the order of the columns."""

    def values(self, name: str) -> list[Value]:
        """A column's values. Raises ValueError for a name it does not have."""
        place = [column.name for column in self.columns].index(name)
        return [row[place] for row in self.rows]

    def without_empty(self, *names: str) -> Table:
        """The table less those of the named columns in which no row has a value."""
        gone = {name for name in names if all(value is None for value in self.values(name))}
        kept = [place for place, column in enumerate(self.columns) if column.name not in gone]
        rows = tuple(tuple(row[place] for place in kept) for row in self.rows)
        return Table(tuple(self.columns[place] for place in kept), rows)


def percent(share: float | None) -> float | None:
    """A share 0-1 in percent."""
    return None if share is None else 100 * share
