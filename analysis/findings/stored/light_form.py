"""The first line of a stored finding: decoded into the types that a finding's classes declare, or refused.

msgspec looks at every type and word while it decodes: a tenth of the time of the same in Python.
"""

from __future__ import annotations

import typing
from collections.abc import Iterable, Mapping
from dataclasses import MISSING, fields
from typing import Any

import msgspec

from analysis.findings.finding import Finding
from analysis.findings.generality import Generality
from analysis.findings.rlhf_across_sizes import RlhfAcrossSizes
from analysis.records import Concern
from analysis.trends.result import SeriesResult

LATER: Mapping[type, tuple[str, ...]] = {Finding: ("points", "forecasts"), SeriesResult: ("curve", "residuals")}
"""Class -> its fields that are on the second line."""
_ARRAYS = {"generality": Generality, "rlhf_across_sizes": RlhfAcrossSizes}
"""Fields of a finding that are arrays of their class's fields, of which the last ones may be left to their defaults."""

_COUNT = typing.Annotated[int, msgspec.Meta(ge=0, le=2**53)]


def read_light(lines: Iterable[Any]) -> list[Finding]:
    """The findings of first lines (bytes, or parts of some), as yet without what is on the second ones. Raises
    ValueError, which names the field."""
    return msgspec.convert(_DECODER.decode(b"[" + b",".join(lines) + b"]"), list[Finding], from_attributes=True)


def _struct(kind: type, known: dict[str, Any], *, as_array: bool = False) -> Any:
    """The class as JSON may hold it, with fields whose form is `known`; what is on the second line can only be
    empty."""
    hints = {name: _COUNT if hint is int else hint for name, hint in typing.get_type_hints(kind).items()} | known
    empty: dict[str, Any] = {name: (name, tuple[()], ()) for name in LATER.get(kind, ())}
    parts: list[Any] = [
        empty.get(each.name) or (each.name, hints[each.name], *([] if each.default is MISSING else [each.default]))
        for each in fields(kind)
    ]
    return msgspec.defstruct(
        kind.__name__, parts, array_like=as_array, kw_only=not as_array, forbid_unknown_fields=True, gc=False
    )


def _decoder() -> Any:
    arrays = {name: _struct(kind, {}, as_array=True) | None for name, kind in _ARRAYS.items()}
    known = {"concern": Concern, "result": _struct(SeriesResult, {}), **arrays}
    return msgspec.json.Decoder(list[_struct(Finding, known)])  # type: ignore[misc]


_DECODER = _decoder()
