"""Streamlit's Markdown as a type of its own. What is a plain `str` is text, and is escaped where it is shown.

`Markdown("**{}** rises in {}").format(change, name)` escapes what it is given, unless that is Markdown already.
Markdown is made from literals only (tests/architecture holds that), so data cannot become markup by being forgotten.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from markupsafe import Markup

from dashboard.text.plain import plain

_MARK = re.compile(
    r"(?P<interval>\[[\s.,+−%–-]*\d[\s\d.,+−%–-]*\](?![(\[{:]))"  # brackets around numbers alone
    r"|[\\`*~|$&#\[\]]"
    r"|<(?![\s\d=])"
    r"|(?<![^\W_])_+|_+(?![^\W_])"  # inside a word it is no emphasis
    r"|:(?=\S)|:$"
    r"|^\s*(?:>|[+-](?=\s|$))"  # a quote or list, at the start only
    r"|^\s*\d+[.)](?=\s|$)"
)
_AFTER_PARSING = re.compile(r"https?(?=://)|www(?=\.)|[\w.+-](?=@\w)|:(?=[\w+-])|[-<>~](?=[->=])", re.IGNORECASE)
"""What Streamlit replaces in text that is parsed, where no backslash counts: addresses, emoji, icons, arrows."""
_CUT = "\x00"
_NOTHING = ":small[]"
"""An empty span: two pieces of text that are no neighbours any more."""


class Markdown(Markup):
    """Markdown as Streamlit reads it: a `str`, of which `format`, `join`, `+` and `%` escape what is no Markdown."""

    __slots__ = ()

    @classmethod
    def escape(cls, s: object, /) -> Markdown:
        """The text as Markdown that shows it literally, shortened where it is very long; Markdown as it is."""
        return s if isinstance(s, Markdown) else cls(_escaped(plain(str(s))))


def strong(text: object) -> Markdown:
    """In bold; emphasis does not start or end with a blank."""
    inside = Markdown.escape(text).strip()
    return Markdown("**{}**").format(inside) if inside else inside


def bullets(items: Iterable[str]) -> Markdown:
    """A list with a point each."""
    return Markdown("\n").join(Markdown("- {}").format(item) for item in items)


def _escaped(text: str) -> str:
    cut = _AFTER_PARSING.sub(rf"\g<0>{_CUT}", re.sub(" {2,}", " ", text))
    return _MARK.sub(_with_backslash, cut).replace(_CUT, _NOTHING)


def _with_backslash(match: re.Match[str]) -> str:
    if match["interval"]:
        return match[0]
    if match[0].strip()[:1].isdigit():
        return f"{match[0][:-1]}\\{match[0][-1]}"
    return re.sub(r"([^\s])", r"\\\1", match[0])
