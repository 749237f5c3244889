"""Do parsed values have the types that a finding's classes declare? Asked of what was stored, before it is believed."""

from __future__ import annotations

import types
import typing
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from functools import cache
from typing import Any

from analysis.records import DIRECTION
from analysis.verdicts import AXES, VERDICTS

_seen: set[tuple[Any, ...]] = set()
"""Class, names and types of values that fitted: lines of a file are alike, so nearly all are looked up."""
_VERDICT_OR_NONE = frozenset((*VERDICTS, None))
_WORDS: Mapping[str, Mapping[str, frozenset[Any]]] = {
    "SeriesResult": {"verdict": frozenset(VERDICTS), "axis": frozenset(AXES)},
    "Finding": {
        "unbalanced_verdict": _VERDICT_OR_NONE, "argmax_verdict": _VERDICT_OR_NONE, "concern": frozenset(DIRECTION)
    },
}  # fmt: skip
"""Class -> fields that hold one of a few words."""


def fitting(kind: type, values: Mapping[str, Any]) -> Mapping[str, Any]:
    """The values of a `kind` (a dataclass), after a look at each type and word; parts that are classes of their
    own are theirs to check. Raises TypeError, which names the field."""
    signature = (kind, *values, *map(type, values.values()))
    if signature not in _seen:
        for name, value in values.items():
            _check_type(kind, name, value)
        _seen.add(signature)
    for name, words in _WORDS.get(kind.__name__, {}).items():
        if name in values and values[name] not in words:
            raise TypeError(f"{kind.__name__}.{name} is {values[name]!r:.80}")
    return values


def _check_type(kind: type, name: str, value: Any) -> None:
    allowed = _allowed(kind).get(name)
    if allowed is None:
        raise TypeError(f"{kind.__name__} has no field {name!r:.80}")
    if allowed and type(value) not in allowed:
        raise TypeError(f"{kind.__name__}.{name} is {value!r:.80}")


@cache
def _allowed(kind: Any) -> dict[str, frozenset[type]]:
    """Field -> types of its value in JSON; none where it is made of other classes."""
    hints = typing.get_type_hints(kind)
    return {each.name: _types(hints[each.name]) for each in fields(kind)}


def _types(hint: Any) -> frozenset[type]:
    if hint is float:
        return frozenset((float, int))
    if typing.get_origin(hint) is typing.Literal:
        return frozenset((str,))
    if typing.get_origin(hint) in (types.UnionType, typing.Union):
        parts = [_types(each) for each in typing.get_args(hint)]
        return frozenset().union(*parts) if all(parts) else frozenset()
    if is_dataclass(hint) or typing.get_origin(hint) is tuple:
        return frozenset()
    return frozenset((hint,))
