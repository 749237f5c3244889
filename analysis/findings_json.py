"""Findings as JSON, so that a page shows what was computed when the set was stored."""

from __future__ import annotations

from dataclasses import asdict, fields
from typing import Any

import orjson

from analysis.findings import Finding, Point
from analysis.generality import Generality
from analysis.larger_sizes import Forecast
from analysis.rlhf_across_sizes import RlhfAcrossSizes
from analysis.trends.result import CurvePoint, SeriesResult

METHOD_VERSION = "3"
"""Raised whenever the same rates would give other findings; stored findings of another version are stale."""


def findings_to_json(findings: list[Finding]) -> bytes:
    """One JSON array, a line per finding; numbers rounded to 10 significant digits."""
    lines = [orjson.dumps(_slim(asdict(each))) for each in findings]
    return b"[\n" + b",\n".join(lines) + b"\n]\n"


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
    curve = tuple(CurvePoint(*values) for values in result["curve"])
    general, across = entry["generality"], entry["rlhf_across_sizes"]
    parts = {
        "points": tuple(Point(**_named(Point, values)) for values in entry["points"]),
        "forecasts": tuple(Forecast(**_named(Forecast, values)) for values in entry["forecasts"]),
        "generality": None if general is None else Generality(**_named(Generality, general)),
        "rlhf_across_sizes": None if across is None else RlhfAcrossSizes(**_named(RlhfAcrossSizes, across)),
        "result": SeriesResult(**{**result, "curve": curve}),
    }
    return Finding(**{**entry, **parts})


_NAMES: dict[type, tuple[str, ...]] = {
    kind: tuple(each.name for each in fields(kind)) for kind in (Point, Forecast, Generality, RlhfAcrossSizes)
}


def _named(kind: type, values: list[Any]) -> dict[str, Any]:
    """Values in the order of the class's fields, with their names."""
    return dict(zip(_NAMES[kind], values, strict=True))


def _slim(entry: dict[str, Any]) -> dict[str, Any]:
    """Points, curve and what else repeats as arrays: a tenth of the size of the same as objects."""
    for several in ("points", "forecasts"):
        entry[several] = [_array(each) for each in entry[several]]
    for one in ("generality", "rlhf_across_sizes"):
        entry[one] = None if entry[one] is None else _array(entry[one])
    result = {name: _rounded(value) for name, value in entry["result"].items() if name != "curve"}
    entry["result"] = {**result, "curve": [_array(place) for place in entry["result"]["curve"]]}
    return entry


def _array(entry: dict[str, Any]) -> list[Any]:
    return [_rounded(value) for value in entry.values()]


def _rounded(value: Any) -> Any:
    return float(f"{value:.10g}") if isinstance(value, float) else value
