"""Texts of a CSV that a spreadsheet would take for a formula: marked when written, unmarked when read.

The mark is one apostrophe. A text that begins with apostrophes before such a character gets one more, so that
`unmarked(marked(text)) == text` for every text. Numbers are no texts: they are never marked.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd

_STARTS = re.compile("[=+\\-@\t\r\n＝＋－＠]")
_TO_MARK = re.compile(f"'*{_STARTS.pattern}")
_MARKED = re.compile(f"'+{_STARTS.pattern}")


def starts_formula(text: str) -> bool:
    """Would a spreadsheet compute it?"""
    return _STARTS.match(text) is not None


def marked(text: str) -> str:
    """The text as a cell that is a text to every spreadsheet."""
    return f"'{text}" if _TO_MARK.match(text) else text


def unmarked(text: str) -> str:
    """What `marked` made the cell from; other texts as they are."""
    return text[1:] if text.startswith("'") and _MARKED.match(text) else text


def csv_row(cells: Iterable[object]) -> str:
    """One row of a CSV with its line end, texts marked where they need it; None is an empty cell."""
    row = io.StringIO()
    # With this line end the writer also quotes a cell that holds a lone carriage return.
    csv.writer(row, lineterminator="\r\n").writerow([marked(cell) if isinstance(cell, str) else cell for cell in cells])
    return row.getvalue().removesuffix("\r\n") + "\n"


def csv_text(frame: pd.DataFrame) -> str:
    """A table as CSV with its header; missing values are empty cells."""
    cells = frame.astype(object).where(frame.notna(), None)
    return csv_row(frame.columns) + "".join(map(csv_row, cells.itertuples(index=False, name=None)))


def unmarked_cell(cell: Any) -> Any:
    """A cell as it was before it was written: a text unmarked, anything else as it is."""
    return unmarked(cell) if isinstance(cell, str) else cell
