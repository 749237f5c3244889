"""The order of findings: concern first, then the least change the interval allows."""

from __future__ import annotations

from dataclasses import replace

import pytest
from finding_builders import finding

from analysis.findings.finding import Finding
from analysis.findings.ranking import ORDER, RANK, least_change, strength
from analysis.verdicts import VERDICTS, Verdict


def of(low: float | None, high: float | None, *, verdict: Verdict = "inverse", q: float | None = 0.01) -> Finding:
    made = finding()
    result = replace(made.result, verdict=verdict, change_points_low=low, change_points_high=high, q=q)
    return replace(made, result=result)


@pytest.mark.parametrize(
    ("low", "high", "least"),
    [(0.1, 0.3, 0.1), (-0.3, -0.1, 0.1), (-0.1, 0.3, 0.0), (0.0, 0.3, 0.0), (-0.3, 0.0, 0.0), (None, 0.3, 0.0)],
)
def test_least_change_is_the_end_nearer_to_none(low: float | None, high: float | None, least: float) -> None:
    assert least_change(of(low, high)) == least


def test_within_a_verdict_the_larger_least_change_comes_first_then_the_smaller_q() -> None:
    wide, sure, small = of(0.05, 0.9), of(-0.3, -0.2), of(0.01, 0.02)
    assert sorted([small, wide, sure], key=strength) == [sure, wide, small]
    less, more, none = of(-1, 1, q=0.01), of(-1, 1, q=0.2), of(-1, 1, q=None)
    assert sorted([none, more, less], key=strength) == [less, more, none]


def test_the_verdict_outranks_the_change() -> None:
    order: tuple[Verdict, ...] = ("inverse", "positive", "flat", "inconclusive", "insufficient", "left_out")
    made = [of(0.9 - 0.1 * at, 1.0, verdict=verdict) for at, verdict in enumerate(reversed(order))]
    assert [each.result.verdict for each in sorted(made, key=strength)] == list(order)
    assert set(RANK) == set(ORDER) == set(VERDICTS)
    assert {RANK[word] for word in ("inverse", "u_shaped", "inverted_u", "increasing", "decreasing")} == {0}


def test_at_one_strength_more_sizes_come_first_then_names() -> None:
    few, many = of(0.1, 0.2), of(0.1, 0.2)
    many = replace(many, result=replace(many.result, n_points=few.result.n_points + 1), title="Z")
    assert sorted([few, many], key=strength) == [many, few]
    assert sorted([replace(few, title="B"), replace(few, title="A")], key=strength)[0].title == "A"
