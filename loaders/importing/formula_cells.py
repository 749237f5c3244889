"""Texts of a CSV that a spreadsheet would take for a formula: marked when written, unmarked when read.

The mark is one apostrophe. A text that begins with apostrophes before such a character gets one more, so that
`unmarked(marked(text)) == text` for every text. Numbers are no texts: they are never marked.
"""

from __future__ import annotations

import re

_STARTS = re.compile("[=+\\-@\t\r\n＝＋－＠]")
_MARKED_WHEN_WRITTEN = re.compile(f"'*{_STARTS.pattern}")
_MARKED = re.compile(f"'+{_STARTS.pattern}")


def starts_formula(text: str) -> bool:
    """Would a spreadsheet compute it?"""
    return _STARTS.match(text) is not None


def marked(text: str) -> str:
    """The text as a cell that is a text to every spreadsheet."""
    return f"'{text}" if _MARKED_WHEN_WRITTEN.match(text) else text


def unmarked(text: str) -> str:
    """What `marked` made the cell from; other texts as they are."""
    return text[1:] if _MARKED.match(text) else text
