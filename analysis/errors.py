"""Errors that say what was asked, what was seen, what is allowed and what to do."""

from __future__ import annotations

import copyreg
import difflib
from collections.abc import Iterable
from typing import Any


class ScalewatchError(Exception):
    """Base of every error a user can cause; its text is fit to be shown as it is."""

    def __init__(self, reason: str, remedy: str = "") -> None:
        """`reason`: what was asked and seen, ending in a full stop where a remedy follows; `remedy`: what to do, often
        with what there is to choose from."""
        super().__init__(reason, remedy)
        self.reason = reason
        self.remedy = remedy

    def __str__(self) -> str:
        return f"{self.reason} {self.remedy}" if self.remedy else self.reason

    def __reduce__(self) -> tuple[Any, ...]:
        """A copy comes from the fields: a subclass may take other arguments than reason and remedy."""
        return copyreg.__newobj__, (type(self), *self.args), self.__dict__  # type: ignore[attr-defined]


def did_you_mean(name: str, known: Iterable[str], *, most: int = 1, quote: str = "'") -> str:
    """A question naming the closest of the known names, `most` of them, with a blank after it; empty where none is
    close."""
    close = difflib.get_close_matches(name, known, n=most)
    return f"Did you mean {' or '.join(f'{quote}{each}{quote}' for each in close)}? " if close else ""


class TableError(ScalewatchError):
    """A table does not have the declared shape. The reason names table, column and row."""

    @classmethod
    def missing_column(cls, column: str, available: Iterable[str], table: str) -> TableError:
        """A required column is absent; offers the closest name that is there."""
        names = [str(name) for name in available]
        return cls(
            f"No column '{column}' in {table}.",
            f"{did_you_mean(column, names)}Columns seen: {', '.join(names) or 'none'}. "
            f"Rename or add the column '{column}'.",
        )

    @classmethod
    def bad_value(cls, column: str, row: object, seen: object, allowed: str, table: str, remedy: str) -> TableError:
        """A cell holds something the column does not allow."""
        return cls(f"Column '{column}' in {table}, row {row}: {seen!r} is not {allowed}.", remedy)

    @classmethod
    def duplicate_key(cls, key: Iterable[str], values: object, rows: object, table: str) -> TableError:
        """Two rows carry the same key."""
        return cls(
            f"Two rows of {table} have the same {', '.join(key)}: {values} (rows {rows}).",
            "Keep one of them, or give the repeat its own prompt style or result set.",
        )


class UnknownNameError(ScalewatchError):
    """A name was asked for that no registry holds."""

    @classmethod
    def of(cls, kind: str, name: str, available: Iterable[str], remedy: str = "") -> UnknownNameError:
        """`kind` is the registry in words ("behaviour"); offers close names, else the first few."""
        names = sorted(str(each) for each in available)
        more = f", and {len(names) - 12} more" if len(names) > 12 else ""
        known = f"Known: {', '.join(names[:12])}{more}. "
        hint = did_you_mean(name, names, most=3, quote="") or known
        return cls(f"No {kind} '{name}'.", f"{hint}{remedy}".rstrip())
