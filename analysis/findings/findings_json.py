"""Findings as JSON, so that a page shows what was computed when the set was stored.

One JSON array. Its first line names the form, and each finding takes two: what lists and counts need, and after it
points, curve, residuals and forecasts, which are decoded when a finding is looked at.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields
from functools import cache
from itertools import chain
from operator import attrgetter
from typing import Any

import orjson

from analysis.findings.finding import Finding, Point
from analysis.findings.generality import Generality
from analysis.findings.larger_sizes import Forecast
from analysis.findings.rlhf_across_sizes import RlhfAcrossSizes
from analysis.findings.stored.collection import no_collection
from analysis.findings.stored.form import fitting
from analysis.findings.stored.heavy_form import check_heavy
from analysis.findings.stored.later import Kept, Later
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
_LATER = {"points": Point, "forecasts": Forecast}
"""Fields of a finding that are on its second line, and what they are a tuple of; so are curve and residuals of its
result."""
_REPEATED = {"generality": Generality, "rlhf_across_sizes": RlhfAcrossSizes}
"""Fields of a finding that are arrays on its first line."""


def findings_to_json(findings: Sequence[Finding]) -> bytes:
    """The stored form; numbers rounded to 10 significant digits, what is at its default left out."""
    lines = [_OPEN + orjson.dumps({"form": FORM_VERSION})]
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
    except (KeyError, TypeError, AttributeError) as error:
        raise _unreadable(error) from error


def _read(content: bytes) -> list[Finding]:
    lines = content.removeprefix(_OPEN).removesuffix(_CLOSE).split(_NEXT)
    if lines[:1] != [orjson.dumps({"form": FORM_VERSION})]:
        return [_of_form_1(each) for each in orjson.loads(content)]
    lights = orjson.loads(b"[" + b",".join(lines[1::2]) + b"]")
    return [_finding(light, heavy) for light, heavy in zip(lights, lines[2::2], strict=True)]


def _unreadable(error: Exception) -> ValueError:
    return ValueError(
        f"these are not findings of method {METHOD_VERSION} ({type(error).__name__}: {error}). "
        "Compute them anew: scalewatch findings --refresh"
    )


def _finding(light: dict[str, Any], heavy: bytes) -> Finding:
    """The finding of its two lines, of which both were looked at."""
    told = fitting(SeriesResult, light.pop("result"))
    check_heavy(heavy, told["axis"])
    kept = Kept(heavy, _decoded)
    result = SeriesResult(**told, curve=Later(kept, "curve"), residuals=Later(kept, "residuals"))
    parts: dict[str, Any] = {
        name: kind(**_named(kind, light.pop(name))) for name, kind in _REPEATED.items() if name in light
    }
    parts |= {name: Later(kept, name) for name in _LATER}
    return Finding(**fitting(Finding, light), **parts, result=result)


def _decoded(heavy: bytes) -> Mapping[str, tuple[Any, ...]]:
    entry = orjson.loads(heavy)
    parts: dict[str, tuple[Any, ...]] = {
        name: tuple(kind(**dict(zip(_NAMES[kind], values, strict=False))) for values in entry.get(name, ()))
        for name, kind in _LATER.items()
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
    return _finding(entry, orjson.dumps(heavy))


def _named(kind: type, values: list[Any]) -> dict[str, Any]:
    """Values in the order of the class's fields, with their names; the last ones may be left to their defaults."""
    names = _NAMES[kind]
    if len(values) > len(names):
        raise TypeError(f"{len(values)} values for the {len(names)} fields of {kind.__name__}")
    if type(values) is not list:
        raise TypeError(f"{kind.__name__} is {values!r:.80}, not a list")
    return dict(fitting(kind, dict(zip(names, values, strict=False))))


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
