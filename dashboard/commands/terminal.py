"""The only place where commands print. What comes from data cannot steer the terminal, forge a line or flood it.

JSON and CSV are data and stay exact: JSON escapes control characters by itself; CSV is UTF-8 whatever the terminal is,
and is made safe only where a person looks at it.
"""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Iterable, Sequence
from typing import Any

from dashboard.text.plain import NAME, one_line, plain

LINE = 2000
"""Characters of a printed line; of a name in it `NAME`."""


def any_encoding() -> None:
    """From now on a character that the terminal does not know is printed as its code."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def say(*lines: str) -> None:
    """What was asked for, on stdout."""
    for line in lines:
        print(plain(line, LINE))


def tell(*lines: str) -> None:
    """What there is to say beside it, on stderr."""
    for line in lines:
        print(plain(line, LINE), file=sys.stderr)


def name(text: object) -> str:
    """A name, or another piece of data, inside a line."""
    return plain(str(text), NAME)


def row(layout: str, cells: Iterable[object]) -> str:
    """A line of a table: the cells in their places, each short enough."""
    return layout.format(*map(name, cells)).rstrip()


def say_columns(rows: Iterable[Sequence[str]]) -> None:
    """A table on stdout, its columns as wide as they need to be; nothing without a row."""
    cells = [[name(cell) for cell in each] for each in rows]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    say(*("  ".join(text.ljust(width) for text, width in zip(each, widths, strict=True)).rstrip() for each in cells))


def say_json(document: Any) -> None:
    """One JSON document on stdout."""
    print(json.dumps(document, indent=1))


def say_csv(rows: Iterable[Iterable[object]]) -> None:
    """CSV on stdout; no text in it is a formula to a spreadsheet."""
    from loaders.importing.formula_cells import csv_row

    if isinstance(sys.stdout, io.TextIOWrapper) and not sys.stdout.isatty():
        sys.stdout.reconfigure(encoding="utf-8")
    watched = sys.stdout.isatty()
    for cells in rows:
        sys.stdout.write(csv_row(one_line(each) if watched and isinstance(each, str) else each for each in cells))
