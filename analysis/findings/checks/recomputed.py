"""Stored findings beside the same computed anew: does what is shown follow from the rates and answers?"""

from __future__ import annotations

from collections.abc import Sequence

from analysis.findings.finding import Finding

NUMBERS = ("p", "q", "change", "change_low", "change_high", "change_points")
"""Numbers of a result that are compared, beside its verdict and its points."""
TOLERANCE = 1e-3
"""Largest difference that is none, as a share of the larger number (or of LEAST, where both are smaller)."""
LEAST = 1e-3
_SAME_RATE = 1e-9


def disagreements(stored: Sequence[Finding], anew: Sequence[Finding]) -> list[str]:
    """Where the two lists do not say the same, a clause each; empty where they do."""
    before, now = _by_key(stored), _by_key(anew)
    lost = [f"{_named(before[key])} does not follow from the rows" for key in before if key not in now]
    absent = [f"{_named(now[key])} follows from the rows and is not stored" for key in now if key not in before]
    told = [said for key in before if key in now for said in _told(before[key], now[key])]
    repeated = [] if len(before) == len(stored) else [f"{len(stored) - len(before)} findings are stored twice"]
    return [*repeated, *lost, *absent, *told]


def _by_key(findings: Sequence[Finding]) -> dict[tuple[str, ...], Finding]:
    return {finding.key: finding for finding in findings}


def _told(stored: Finding, anew: Finding) -> list[str]:
    name, a, b = _named(stored), stored.result, anew.result
    said = []
    if a.verdict != b.verdict:
        said.append(f"{name}: stored verdict {a.verdict}, computed {b.verdict}")
    for number in NUMBERS:
        one, other = getattr(a, number), getattr(b, number)
        if not _agree(one, other):
            said.append(f"{name}: stored {number} {_digits(one)}, computed {_digits(other)}")
    if [_place(stored, at) for at in range(len(stored.points))] != [_place(anew, at) for at in range(len(anew.points))]:
        said.append(f"{name}: its points are not those of the rows")
    elif any(abs(p.rate - q.rate) > _SAME_RATE for p, q in zip(stored.points, anew.points, strict=True)):
        said.append(f"{name}: rates of its points are not those of the rows")
    return said


def _place(finding: Finding, at: int) -> tuple[object, ...]:
    point = finding.points[at]
    return point.checkpoint, point.x, point.n_questions, point.mark


def _agree(one: float | None, other: float | None) -> bool:
    if one is None or other is None:
        return one is other
    return abs(one - other) <= TOLERANCE * max(abs(one), abs(other), LEAST)


def _digits(number: float | None) -> str:
    return "none" if number is None else f"{number:.6g}"


def _named(finding: Finding) -> str:
    return f"{finding.behavior}, {finding.name} ({finding.result.axis})"
