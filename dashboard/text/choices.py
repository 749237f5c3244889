"""How the options of a choice are called, so that no two look the same in a narrow box."""

from __future__ import annotations

from collections.abc import Sequence

from dashboard.text.plain import NAME, one_line, plain

SEEN = 48
"""Characters of an option that are in sight where there is room for a title."""
_HEAD, _WORD, _BEFORE = 12, 16, 4
"""Of names that begin alike: characters of the beginning; those in which the word that differs begins; else those shown
before they differ."""


def labels(names: Sequence[str]) -> list[str]:
    """A label for each name, in their order; different names have different ones.

    Long names that begin alike are shown from where they differ: 'Our very lon…seed 1'. Where only signs that
    cannot be shown tell two apart, the second is numbered.
    """
    whole = [one_line(name) for name in names]
    alike: dict[str, set[str]] = {}
    for text in whole:
        alike.setdefault(text[:SEEN], set()).add(text)
    given: dict[str, str] = {}
    for name, text in zip(names, whole, strict=True):
        if name not in given:
            label = plain(_from_where_they_differ(text, alike[text[:SEEN]]), NAME)
            given[name] = _numbered(label, set(given.values()))
    return [given[name] for name in names]


def _from_where_they_differ(text: str, alike: set[str]) -> str:
    if len(alike) == 1:
        return text
    first, last = min(alike), max(alike)
    shared = next((at for at, sign in enumerate(first) if sign != last[at]), len(first))
    word = text.rfind(" ", shared - _WORD, shared) + 1
    return f"{text[:_HEAD]}…{text[word or shared - _BEFORE :]}"


def _numbered(label: str, taken: set[str]) -> str:
    number, free = 2, label
    while free in taken:
        free, number = f"{label} ({number})", number + 1
    return free
