"""Findings as JSON, so that a page shows what was computed when the set was stored.

One JSON array. Its first line names the form, and each finding takes two: what lists and counts need, and after it
points, curve, residuals and forecasts, which are decoded when a finding is looked at.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields
from typing import Any

import orjson

from analysis.findings.finding import Finding, Point
from analysis.findings.generality import Generality
from analysis.findings.larger_sizes import Forecast
from analysis.findings.later import Kept, Later
from analysis.findings.rlhf_across_sizes import RlhfAcrossSizes
from analysis.trends.result import CurvePoint, SeriesResult

METHOD_VERSION = "4"
"""Raised whenever the same rates would give other findings; stored findings of another version are stale."""
FORM_VERSION = 2
"""Raised whenever the same findings are written otherwise. Form 1, a line per finding and no first line that names the
form, is still read."""

CURVE_DIGITS = 6
"""Significant digits of fitted curves, which are only drawn."""
_CURVE_POINT = b"[%.6g,%.6g,%.6g,%.6g,%b]"
_OPEN, _NEXT, _CLOSE = b"[\n", b",\n", b"\n]\n"
_LATER = {"points": Point, "forecasts": Forecast}
"""Fields of a finding that are on its second line, and what they are a tuple of; so are curve and residuals of its
result."""


def findings_to_json(findings: Sequence[Finding]) -> bytes:
    """The stored form; numbers rounded to 10 significant digits, what is at its default left out."""
    lines = [orjson.dumps({"form": FORM_VERSION})]
    for each in findings:
        lines += (orjson.dumps(_light(each)), _heavy(each))
    return _OPEN + _NEXT.join(lines) + _CLOSE


def findings_from_json(content: bytes) -> list[Finding]:
    """The findings again. Raises ValueError where the content is not what `findings_to_json` of this version, or form
    1, writes."""
    try:
        lines = _lines(content)
        if lines[:1] != [orjson.dumps({"form": FORM_VERSION})]:
            return [_of_form_1(each) for each in orjson.loads(content)]
        lights = orjson.loads(b"[" + b",".join(lines[1::2]) + b"]")
        return [_finding(light, Kept(heavy, _decoded)) for light, heavy in zip(lights, lines[2::2], strict=True)]
    except (KeyError, TypeError, AttributeError) as error:
        raise _unreadable(error) from error


def _unreadable(error: Exception) -> ValueError:
    return ValueError(
        f"these are not findings of method {METHOD_VERSION} ({type(error).__name__}: {error}). "
        "Compute them anew: scalewatch findings --refresh"
    )


def _lines(content: bytes) -> list[bytes]:
    return content.removeprefix(_OPEN).removesuffix(_CLOSE).split(_NEXT)


def _finding(light: dict[str, Any], kept: Kept) -> Finding:
    """The finding of its first line; `kept` is the second."""
    result = SeriesResult(**light.pop("result"), curve=Later(kept, "curve"), residuals=Later(kept, "residuals"))
    for name, kind in (("generality", Generality), ("rlhf_across_sizes", RlhfAcrossSizes)):
        if name in light:
            light[name] = kind(**_named(kind, light[name]))
    return Finding(**light, result=result, points=Later(kept, "points"), forecasts=Later(kept, "forecasts"))


def _decoded(heavy: bytes) -> Mapping[str, tuple[Any, ...]]:
    try:
        return _parts(orjson.loads(heavy))
    except (KeyError, TypeError, AttributeError) as error:
        raise _unreadable(error) from error


def _parts(entry: dict[str, Any]) -> dict[str, tuple[Any, ...]]:
    parts: dict[str, tuple[Any, ...]] = {
        name: tuple(kind(**_named(kind, values)) for values in entry.get(name, ())) for name, kind in _LATER.items()
    }
    parts["curve"] = tuple(
        CurvePoint(float(x), float(estimate), float(low), float(high), inside)
        for x, estimate, low, high, inside in entry.get("curve", ())
    )
    return {**parts, "residuals": tuple(entry.get("residuals", ()))}


def _of_form_1(entry: dict[str, Any]) -> Finding:
    """From one object with everything in it."""
    result = entry["result"]
    heavy = {name: entry.pop(name) for name in _LATER if name in entry}
    heavy |= {name: result.pop(name) for name in ("curve", "residuals") if name in result}
    return _finding(entry, Kept(orjson.dumps(heavy), _decoded))


def _named(kind: type, values: list[Any]) -> dict[str, Any]:
    """Values in the order of the class's fields, with their names; the last ones may be left to their defaults."""
    names = _NAMES[kind]
    if len(values) > len(names):
        raise TypeError(f"{len(values)} values for the {len(names)} fields of {kind.__name__}")
    return dict(zip(names, values, strict=False))


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
    parts["curve"] = orjson.Fragment(b"[" + b",".join(map(_drawn, finding.result.curve)) + b"]")
    empty = [name for name, values in parts.items() if name != "curve" and not values]
    return orjson.dumps({name: values for name, values in parts.items() if name not in empty})


def _drawn(place: CurvePoint) -> bytes:
    return _CURVE_POINT % (*place[:4], b"true" if place.inside else b"false")


def _told(one: Finding | SeriesResult, without: Mapping[str, type] | Sequence[str]) -> dict[str, Any]:
    """Fields by name, without those at their default."""
    return {
        name: value
        for name, default in _FIELDS[type(one)]
        if name not in without and (value := getattr(one, name)) != default
    }


def _array(one: Any) -> list[Any]:
    """Values in the order of the fields, up to the last that is not at its default."""
    values = [getattr(one, name) for name in _NAMES[type(one)]]
    while values and values[-1] == _DEFAULTS[type(one)][len(values) - 1]:
        values.pop()
    return [_rounded(value) for value in values]


def _rounded(value: Any, digits: int = 10) -> Any:
    return float(f"{value:.{digits}g}") if isinstance(value, float) else value


_FIELDS = {kind: [(each.name, each.default) for each in fields(kind)] for kind in (Finding, SeriesResult)}
_KINDS = (Point, Forecast, Generality, RlhfAcrossSizes)
_NAMES: dict[type, tuple[str, ...]] = {kind: tuple(each.name for each in fields(kind)) for kind in _KINDS}
_DEFAULTS: dict[type, tuple[Any, ...]] = {kind: tuple(each.default for each in fields(kind)) for kind in _KINDS}
