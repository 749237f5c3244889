"""In which order findings are shown: what was found first, strongest evidence first."""

from __future__ import annotations

from analysis.findings.finding import Finding
from analysis.verdicts import Verdict

RANK: dict[Verdict, int] = {
    "inverse": 0, "u_shaped": 0, "inverted_u": 0, "increasing": 0, "decreasing": 0, "positive": 1, "flat": 2,
    "inconclusive": 3, "insufficient": 4, "left_out": 5,
}  # fmt: skip
"""Verdict -> its place: concern, standard, flat, inconclusive, then what was not tested."""
ORDER: tuple[Verdict, ...] = (
    "inverse", "u_shaped", "inverted_u", "increasing", "decreasing", "positive", "flat", "inconclusive", "left_out",
    "insufficient",
)  # fmt: skip
"""Every verdict in the order they are listed in, what was found first."""


def least_change(finding: Finding) -> float:
    """The end of the change's interval nearer to no change, as a share; 0 where the interval holds no change."""
    low, high = finding.result.change_points_low, finding.result.change_points_high
    if low is None or high is None or low * high <= 0:
        return 0.0
    return min(abs(low), abs(high))


def strength(finding: Finding) -> tuple[int, float, float, int, str, str]:
    """Sort key, strongest evidence first, by RANK.

    Within a verdict by the least change the interval allows (method, section 4.5), turns by q.
    """
    result = finding.result
    return (
        RANK[result.verdict],
        -least_change(finding),
        1.0 if result.q is None else result.q,
        -result.n_points,
        finding.title,
        finding.name,
    )
