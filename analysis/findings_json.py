"""Findings as JSON, so that a page shows what was computed when the set was stored."""

from __future__ import annotations

from dataclasses import asdict, fields
from typing import Any

import orjson

from analysis.findings import Finding, Point
from analysis.trends.result import CurvePoint, SeriesResult

METHOD_VERSION = "1"
"""Raised whenever the same rates would give other findings; stored findings of another version are stale."""


def findings_to_json(findings: list[Finding]) -> bytes:
    """One JSON array, a line per finding; numbers rounded to 10 significant digits."""
    lines = [orjson.dumps(_slim(asdict(each))) for each in findings]
    return b"[\n" + b",\n".join(lines) + b"\n]\n"


def findings_from_json(content: bytes) -> list[Finding]:
    """The findings again. Raises ValueError where the content is not what `findings_to_json` writes."""
    return [_finding(each) for each in orjson.loads(content)]


def _finding(entry: dict[str, Any]) -> Finding:
    result = entry["result"]
    curve = tuple(CurvePoint(*values) for values in result["curve"])
    points = tuple(Point(**dict(zip(_POINT, values, strict=True))) for values in entry["points"])
    return Finding(**{**entry, "points": points, "result": SeriesResult(**{**result, "curve": curve})})


_POINT = tuple(each.name for each in fields(Point))


def _slim(entry: dict[str, Any]) -> dict[str, Any]:
    """Points and curve as arrays: a tenth of the size of the same as objects."""
    entry["points"] = [[_rounded(value) for value in point.values()] for point in entry["points"]]
    result = {name: _rounded(value) for name, value in entry["result"].items() if name != "curve"}
    entry["result"] = {
        **result,
        "curve": [[_rounded(v) for v in place.values()] for place in entry["result"]["curve"]],
    }
    return entry


def _rounded(value: Any) -> Any:
    return float(f"{value:.10g}") if isinstance(value, float) else value
