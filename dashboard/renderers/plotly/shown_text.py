"""The texts of a spec as Plotly shows them literally: it reads tags, entities and, between dollars, formulas.

Every renderer of this folder is given a spec that went through `shown`, so whatever it takes from it may stand beside
its own tags.
"""

from __future__ import annotations

import html
from collections.abc import Callable
from dataclasses import fields, is_dataclass, replace
from typing import Any, TypeVar

from dashboard.text.plain import NAME, plain

WORD = 60
"""Characters of a name on a chart without a blank, where a line could break."""
_Spec = TypeVar("_Spec")


def shown(spec: _Spec) -> _Spec:
    """The spec with each of its texts on one line, at most `NAME` characters long and without markup."""
    changed: _Spec = _shown(spec)
    return changed


def by_lines(text: str, split: Callable[[str], list[str]]) -> tuple[str, ...]:
    """A shown text in lines; `split` is given the characters a reader sees, so no entity is cut."""
    return tuple(_without_markup(line) for line in split(html.unescape(text)))


def _shown(value: Any) -> Any:
    """The value itself where nothing in it changes: most of a spec is numbers and ordinary names."""
    if value is None or isinstance(value, (int, float)):
        return value
    if isinstance(value, str):
        text = _without_markup(plain(value, NAME, word=WORD))
        return value if text == value else text
    if isinstance(value, tuple):
        new = [_shown(each) for each in value]
        if all(a is b for a, b in zip(value, new, strict=True)):
            return value
        return type(value)(*new) if hasattr(value, "_fields") else tuple(new)
    if is_dataclass(value) and not isinstance(value, type):
        old = {field.name: getattr(value, field.name) for field in fields(value)}
        changed = {name: new for name, each in old.items() if (new := _shown(each)) is not each}
        return replace(value, **changed) if changed else value
    return value


def _without_markup(text: str) -> str:
    if not any(sign in text for sign in "&<>$"):
        return text
    return html.escape(text, quote=False).replace("$", "&#36;")
