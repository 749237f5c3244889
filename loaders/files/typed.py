"""Dataclasses from parsed JSON or TOML: every field has the type it declares, or the reason says which has not."""

from __future__ import annotations

import types
import typing
from collections.abc import Mapping
from dataclasses import MISSING, fields, is_dataclass
from functools import cache
from typing import Any, TypeVar

T = TypeVar("T")
_WORDS = {str: "a text", int: "a whole number", float: "a number", bool: "true or false", type(None): "nothing"}


class MisfitError(ValueError):
    """A field that is unknown, missing or of another type; the text names it."""

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(f"field '{field}' {reason}")
        self.field = field


def typed(kind: type[T], entry: Mapping[str, Any], where: str = "") -> T:
    """A `kind` (a dataclass) of these values. Raises MisfitError, its field's name with `where` before it."""
    hints = _hints(kind)  # type: ignore[arg-type]
    if unknown := [name for name in entry if name not in hints]:
        raise MisfitError(f"{where}{unknown[0]}", f"is not known. Allowed: {', '.join(hints)}")
    for each in fields(kind):  # type: ignore[arg-type]
        if each.name not in entry and each.default is MISSING and each.default_factory is MISSING:
            raise MisfitError(f"{where}{each.name}", "is missing")
    values = {name: _value(value, hints[name], f"{where}{name}") for name, value in entry.items()}
    return kind(**values)


@cache
def _hints(kind: Any) -> dict[str, Any]:
    hints = typing.get_type_hints(kind)
    return {each.name: hints[each.name] for each in fields(kind)}


def _value(value: Any, hint: Any, where: str) -> Any:
    """The value, in tuples and dataclasses where the hint says so."""
    origin, parts = typing.get_origin(hint), typing.get_args(hint)
    if hint is Any:
        return value
    if origin in (types.UnionType, typing.Union):
        return _one_of(value, parts, where)
    if origin is dict:
        return {
            key: _value(each, parts[1], f"{where}.{key}") for key, each in _of(dict, value, where, "a table").items()
        }
    if origin is tuple:
        listed = value if isinstance(value, tuple) else _of(list, value, where, "a list")
        return tuple(_value(each, parts[0], f"{where}[{at}]") for at, each in enumerate(listed))
    if is_dataclass(hint) and isinstance(hint, type):
        return typed(hint, _of(dict, value, where, "a table"), f"{where}.")
    if hint is float and type(value) is int:
        return float(value)
    if type(value) is not hint:
        raise MisfitError(where, f"is {value!r:.80}, not {_WORDS.get(hint, hint)}")
    return value


def _one_of(value: Any, hints: tuple[Any, ...], where: str) -> Any:
    for hint in hints:
        try:
            return _value(value, hint, where)
        except MisfitError:
            continue
    raise MisfitError(where, f"is {value!r:.80}, not {' or '.join(str(_WORDS.get(hint, hint)) for hint in hints)}")


def _of(kind: type[T], value: Any, where: str, word: str) -> T:
    if not isinstance(value, kind):
        raise MisfitError(where, f"is {value!r:.80}, not {word}")
    return value
