"""Findings as JSON, so that a page shows what was computed when the set was stored.

One JSON array. Its first line names the form, and each finding takes two: what lists and counts need, and after it
points, curve, residuals and forecasts, which are decoded when a finding is looked at.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields
from functools import cache
from itertools import chain, starmap
from operator import attrgetter
from typing import Any

import msgspec
import orjson

from analysis.findings.finding import Finding, Point
from analysis.findings.generality import Generality
from analysis.findings.larger_sizes import Forecast
from analysis.findings.rlhf_across_sizes import RlhfAcrossSizes
from analysis.findings.stored.collection import no_collection
from analysis.findings.stored.heavy_form import check_heavy
from analysis.findings.stored.later import Kept, Later
from analysis.findings.stored.light_form import LATER, read_light
from analysis.trends.result import CurvePoint, SeriesResult

METHOD_VERSION = "4"
"""Raised whenever the same rates would give other findings; stored findings of another version are stale."""
FORM_VERSION = 2
"""Raised whenever the same findings are written otherwise. Form 1, a line per finding and no first line that names the
form, is still read."""

_NUMBER = "%.10g"
"""All other numbers: ten significant digits."""
CURVE_DIGITS = 6
"""Significant digits of fitted curves, which are only drawn."""
_CURVE_POINT = ("[" + f"%.{CURVE_DIGITS}g," * 4 + "%b]").encode()
_OPEN, _NEXT, _CLOSE = b"[\n", b",\n", b"\n]\n"
_FORM = orjson.dumps({"form": FORM_VERSION})
_LINES = msgspec.json.Decoder(list[msgspec.Raw])
_CURVE = list[tuple[float, float, float, float, bool]]
_PARTS = {
    name: msgspec.json.Decoder(msgspec.defstruct("Part", [(name, _CURVE if name == "curve" else list[Any], [])]))
    for names in LATER.values()
    for name in names
}
"""Field on the second line -> what reads it alone."""
_LATER = {"points": Point, "forecasts": Forecast}
"""Fields of a finding that are on its second line, and what they are a tuple of; so are curve and residuals of its
result."""


def findings_to_json(findings: Sequence[Finding]) -> bytes:
    """The stored form; numbers rounded to 10 significant digits, what is at its default left out."""
    lines = [_OPEN + _FORM]
    for each in findings:
        lines += (orjson.dumps(_light(each)), _heavy(each))
    lines[-1] += _CLOSE
    return _NEXT.join(lines)


def findings_from_json(content: bytes) -> list[Finding]:
    """The findings again. Raises ValueError where the content is not what `findings_to_json` of this version, or form
    1, writes."""
    try:
        with no_collection():
            return _read(content)
    except (KeyError, TypeError, AttributeError, RecursionError, msgspec.MsgspecError) as error:
        raise _unreadable(error) from error


def _read(content: bytes) -> list[Finding]:
    lines = _LINES.decode(content)
    if lines and bytes(lines[0]) == _FORM:
        return _findings(lines[1::2], lines[2::2])
    halves = [_of_form_1(each) for each in msgspec.json.decode(content)]
    return _findings([light for light, _ in halves], [heavy for _, heavy in halves])


def _findings(lights: Sequence[Any], heavies: Sequence[Any]) -> list[Finding]:
    """Of their two lines, of which all are looked at and the second ones are decoded later."""
    findings = read_light(lights)
    for finding, heavy in zip(findings, heavies, strict=True):
        check_heavy(heavy, finding.result.axis)
        kept = Kept(heavy, _decoded)
        for part, names in zip((finding, finding.result), LATER.values(), strict=True):
            for name in names:
                object.__setattr__(part, name, Later(kept, name))  # frozen, and nobody has seen it yet
    return findings


def _of_form_1(entry: dict[str, Any]) -> tuple[bytes, bytes]:
    """The two lines of one object with everything of a finding in it."""
    places = zip((entry, entry["result"]), LATER.values(), strict=True)
    heavy = {name: place.pop(name) for place, names in places for name in names if name in place}
    return orjson.dumps(entry), orjson.dumps(heavy)


def _unreadable(error: Exception) -> ValueError:
    return ValueError(
        f"these are not findings of method {METHOD_VERSION} ({type(error).__name__}: {error}). "
        "Compute them anew: scalewatch findings --refresh"
    )


def _decoded(heavy: Any, name: str) -> tuple[Any, ...]:
    """One part of a second line; the others are skipped."""
    values = getattr(_PARTS[name].decode(heavy), name)
    if name == "curve":
        return tuple(starmap(CurvePoint, values))
    if kind := _LATER.get(name):
        return tuple(kind(**dict(zip(_NAMES[kind], each, strict=False))) for each in values)
    return tuple(values)


def _light(finding: Finding) -> dict[str, Any]:
    entry = _told(finding, _LATER)
    for one in ("generality", "rlhf_across_sizes"):
        entry |= {one: _array(entry[one])} if one in entry else {}
    result = _told(finding.result, ("curve", "residuals"))
    return {**entry, "result": {name: _rounded(value) for name, value in result.items()}}


def _heavy(finding: Finding) -> bytes:
    """Points, curve and what else repeats, as arrays: a tenth of the size of the same as objects."""
    parts: dict[str, Any] = {name: [_array(each) for each in getattr(finding, name)] for name in _LATER}
    parts["residuals"] = [_rounded(each) for each in finding.result.residuals]
    parts["curve"] = orjson.Fragment(_drawn(finding.result.curve))
    empty = [name for name, values in parts.items() if name != "curve" and not values]
    return orjson.dumps({name: values for name, values in parts.items() if name not in empty})


def _drawn(curve: Sequence[CurvePoint]) -> bytes:
    numbers = ((x, at, low, high, b"true" if inside else b"false") for x, at, low, high, inside in curve)
    return _curve_form(len(curve)) % tuple(chain.from_iterable(numbers))


@cache
def _curve_form(n_points: int) -> bytes:
    return b"[" + b",".join([_CURVE_POINT] * n_points) + b"]"


def _told(one: Finding | SeriesResult, without: Mapping[str, type] | Sequence[str]) -> dict[str, Any]:
    """Fields by name, without those at their default."""
    named = zip(_FIELDS[type(one)], _VALUES[type(one)](one), strict=True)
    return {name: value for (name, default), value in named if name not in without and value != default}


def _array(one: Any) -> list[Any]:
    """Values in the order of the fields, up to the last that is not at its default."""
    values = list(_VALUES[type(one)](one))
    while values and values[-1] == _DEFAULTS[type(one)][len(values) - 1]:
        values.pop()
    return list(map(_rounded, values))


def _rounded(value: Any) -> Any:
    return float(_NUMBER % value) if isinstance(value, float) else value


_FIELDS = {kind: [(each.name, each.default) for each in fields(kind)] for kind in (Finding, SeriesResult)}
_KINDS = (Point, Forecast, Generality, RlhfAcrossSizes)
_NAMES: dict[type, tuple[str, ...]] = {kind: tuple(each.name for each in fields(kind)) for kind in _KINDS}
_DEFAULTS: dict[type, tuple[Any, ...]] = {kind: tuple(each.default for each in fields(kind)) for kind in _KINDS}
_VALUES = {kind: attrgetter(*(each.name for each in fields(kind))) for kind in (Finding, SeriesResult, *_KINDS)}
