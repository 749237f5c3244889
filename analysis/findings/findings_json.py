"""Findings as JSON, so that a page shows what was computed when the set was stored."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

import orjson

from analysis.findings.finding import Finding, Point
from analysis.findings.form import fitting, numbers, rows
from analysis.findings.generality import Generality
from analysis.findings.larger_sizes import Forecast
from analysis.findings.rlhf_across_sizes import RlhfAcrossSizes
from analysis.trends.result import CurvePoint, SeriesResult

METHOD_VERSION = "4"
"""Raised whenever the same rates would give other findings; stored findings of another version are stale."""


CURVE_DIGITS = 6
"""Significant digits of fitted curves, which are only drawn."""


def findings_to_json(findings: list[Finding]) -> bytes:
    """One JSON array, a line per finding; numbers rounded to 10 significant digits, what is at its default left out."""
    return b"[\n" + b",\n".join(orjson.dumps(_slim(each)) for each in findings) + b"\n]\n"


def findings_from_json(content: bytes) -> list[Finding]:
    """The findings again. Raises ValueError where the content is not what `findings_to_json` of this version writes."""
    try:
        return [_finding(each) for each in orjson.loads(content)]
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError(
            f"these are not findings of method {METHOD_VERSION} ({type(error).__name__}: {error}). "
            "Compute them anew: scalewatch findings --refresh"
        ) from error


def _finding(entry: dict[str, Any]) -> Finding:
    result = entry["result"]
    curve = tuple(CurvePoint(*values) for values in rows(CurvePoint, result.get("curve", [])))
    residuals = numbers(result.get("residuals", []), "SeriesResult.residuals")
    parts: dict[str, Any] = {
        "points": tuple(Point(**_named(Point, values)) for values in entry["points"]),
        "forecasts": tuple(Forecast(**_named(Forecast, values)) for values in entry.get("forecasts", ())),
        "result": SeriesResult(**{**fitting(SeriesResult, result), "curve": curve, "residuals": residuals}),
    }
    for name, kind in (("generality", Generality), ("rlhf_across_sizes", RlhfAcrossSizes)):
        if name in entry:
            parts[name] = kind(**_named(kind, entry[name]))
    return _whole(Finding(**{**fitting(Finding, entry), **parts}))


def _whole(finding: Finding) -> Finding:
    """The finding, whose parts agree. Raises TypeError."""
    n_tested, n_residuals = len(finding.tested_points), len(finding.result.residuals)
    if n_residuals not in (0, n_tested):
        raise TypeError(f"{n_residuals} residuals of {n_tested} tested points")
    least = 0.0 if finding.result.axis == "rlhf" else 5e-324  # a logarithmic axis has no place for 0
    for places in (finding.points, finding.result.curve, finding.forecasts):
        if (lowest := min((each.x for each in places if each.x is not None), default=least)) < least:
            raise TypeError(f"{type(places[0]).__name__}.x is {lowest!r}")
    return finding


def _named(kind: type, values: list[Any]) -> dict[str, Any]:
    """Values in the order of the class's fields, with their names; the last ones may be left to their defaults."""
    names = _NAMES[kind]
    if len(values) > len(names):
        raise TypeError(f"{len(values)} values for the {len(names)} fields of {kind.__name__}")
    if type(values) is not list:
        raise TypeError(f"{kind.__name__} is {values!r:.80}, not a list")
    return dict(fitting(kind, dict(zip(names, values, strict=False))))


def _slim(finding: Finding) -> dict[str, Any]:
    """Points, curve and what else repeats as arrays: a tenth of the size of the same as objects."""
    entry = _told(finding)
    for several in ("points", "forecasts"):
        entry |= {several: [_array(each) for each in entry[several]]} if several in entry else {}
    for one in ("generality", "rlhf_across_sizes"):
        entry |= {one: _array(entry[one])} if one in entry else {}
    result = {name: _rounded(value) for name, value in _told(finding.result).items()}
    if "curve" in result:
        result["curve"] = [[_rounded(value, CURVE_DIGITS) for value in _values(place)] for place in result["curve"]]
    return {**entry, "result": result}


def _told(one: Finding | SeriesResult) -> dict[str, Any]:
    """Fields by name, without those at their default."""
    return {each.name: value for each in fields(one) if (value := getattr(one, each.name)) != each.default}


def _values(one: Any) -> list[Any]:
    return [getattr(one, name) for name in _NAMES[type(one)]]


def _array(one: Any) -> list[Any]:
    """Values in the order of the fields, up to the last that is not at its default."""
    values = _values(one)
    while values and values[-1] == _DEFAULTS[type(one)][len(values) - 1]:
        values.pop()
    return [_rounded(value) for value in values]


def _rounded(value: Any, digits: int = 10) -> Any:
    return float(f"{value:.{digits}g}") if isinstance(value, float) else value


_KINDS = (Point, Forecast, Generality, RlhfAcrossSizes, CurvePoint)
_NAMES: dict[type, tuple[str, ...]] = {kind: tuple(each.name for each in fields(kind)) for kind in _KINDS}
_DEFAULTS: dict[type, tuple[Any, ...]] = {kind: tuple(each.default for each in fields(kind)) for kind in _KINDS}
