"""A text from data on one line: no control character acts, nothing is invisible, nothing floods."""

from __future__ import annotations

import re
from hashlib import sha256

NAME, SENTENCE = 200, 2000
"""Characters shown of a name, and of running text that may hold several."""
WORD = 200
"""Characters shown of what has no blank in it: long enough for the path of a file."""
REPLACEMENT = "\N{REPLACEMENT CHARACTER}"
_SEQUENCE = re.compile(
    r"(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]"  # colours, cursor, erasing
    r"|(?:\x1b\]|\x9d)[^\x07\x1b\x9c]*(?:\x07|\x1b\\|\x9c)"  # window title, links
)
_NEW_LINE = re.compile(r"[\t\n\v\f\r\x85\u2028\u2029]+")
_UNSEEN = re.compile(
    r"[\x00-\x1f\x7f-\x9f"  # C0, C1
    r"\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"  # direction: what is read is not what is there
    r"\u00ad\u180e\u200b\u2060-\u2065\u206a-\u206f\ufeff\ufff9-\ufffb\U000e0000-\U000e007f"  # invisible
    r"\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]"  # no characters
)


def one_line(text: str) -> str:
    """The whole text: new lines as blanks; control sequences, and characters that are not seen or turn the direction,
    as U+FFFD."""
    if text.isprintable():
        return text  # nearly every text, and long ones too
    return _UNSEEN.sub(REPLACEMENT, _NEW_LINE.sub(" ", _SEQUENCE.sub(REPLACEMENT, text)))


def shortened(text: str, most: int = NAME) -> str:
    """At most `most` characters (20 or more): of a longer text its beginning and its end.

    Between them stands a short hash of the whole: texts that differ in the middle only stay apart.
    """
    if len(text) <= most:
        return text
    mark = f"…{sha256(text.encode('utf-8', 'surrogatepass')).hexdigest()[:4]}…"
    end = most // 3
    return f"{text[: most - end - len(mark)]}{mark}{text[-end:]}"


def plain(text: str, most: int = SENTENCE, *, word: int = WORD) -> str:
    """On one line and short enough to be shown: at most `most` characters, `word` of them without a blank."""
    if len(text) <= min(word, most) and text.isprintable():
        return text
    return shortened(re.sub(rf"\S{{{word + 1},}}", lambda long: shortened(long[0], word), one_line(text)), most)
