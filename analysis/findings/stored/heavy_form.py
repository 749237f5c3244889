"""Is the second line of a stored finding what it must be? All are looked at when a set is read, few are decoded."""

from __future__ import annotations

import typing
from dataclasses import MISSING, fields, is_dataclass
from typing import Annotated, Any

import msgspec

from analysis.findings.finding import Point
from analysis.findings.larger_sizes import Forecast
from analysis.trends.result import CurvePoint
from analysis.verdicts import AXES, Axis

_SHARE = Annotated[float, msgspec.Meta(ge=0, le=1)]
_PLACE: dict[Axis, Any] = {"size": Annotated[float, msgspec.Meta(gt=0)], "rlhf": Annotated[float, msgspec.Meta(ge=0)]}
"""A logarithmic axis has no place for 0."""
_SHARES: dict[Any, tuple[str, ...]] = {Point: ("rate", "ci_low", "ci_high")}
_SEVERAL: dict[str, Any] = {"points": Point, "forecasts": Forecast, "curve": CurvePoint}


def check_heavy(line: Any, axis: str) -> None:
    """Look at a line of a finding along an axis. Raises ValueError, which names the field."""
    heavy = _DECODERS[axis].decode(line)
    n_tested = sum(point.x is not None and not point.mark for point in heavy.points)
    if len(heavy.residuals) not in (0, n_tested):
        raise ValueError(f"{len(heavy.residuals)} residuals of {n_tested} tested points")


def _decoder(axis: Axis) -> Any:
    parts: list[Any] = [(name, list[_array_of(kind, axis)], []) for name, kind in _SEVERAL.items()]  # type: ignore[misc]
    heavy = msgspec.defstruct("Heavy", [*parts, ("residuals", list[float], [])], forbid_unknown_fields=True, gc=False)
    return msgspec.json.Decoder(heavy)


def _array_of(kind: Any, axis: Axis) -> Any:
    """The fields of a class as a JSON array, of which the last ones may be left to their defaults."""
    hints = typing.get_type_hints(kind)
    defaults = (
        {each.name: each.default for each in fields(kind) if each.default is not MISSING} if is_dataclass(kind) else {}
    )
    parts: list[Any] = []
    for name, hint in hints.items():
        if name in _SHARES.get(kind, ()):
            hint = _SHARE if hint is float else _SHARE | None
        elif name == "x":
            hint = _PLACE[axis] if hint is float else _PLACE[axis] | None
        parts.append((name, hint, defaults[name]) if name in defaults else (name, hint))
    return msgspec.defstruct(kind.__name__, parts, array_like=True, forbid_unknown_fields=True, gc=False)


_DECODERS: dict[str, Any] = {axis: _decoder(axis) for axis in AXES}
