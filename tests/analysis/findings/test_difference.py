"""What differs between two lists of findings, and the reason that is given for it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from finding_builders import TRUTHFULQA, finding, point

from analysis.findings.checks.difference import changes
from analysis.findings.finding import Finding

POINTS = [point(*row) for row in TRUTHFULQA["Pythia"]]
BEFORE = finding("Pythia", q=0.01)


def with_verdict(one: Finding, verdict: str, **more: object) -> Finding:
    return replace(one, result=replace(one.result, verdict=verdict, **more))  # type: ignore[arg-type]


def test_the_same_findings_differ_in_nothing() -> None:
    assert changes([BEFORE], [BEFORE], same_method=False) == []
    assert changes([BEFORE], [with_verdict(BEFORE, "inverse", q=0.04)], same_method=True) == []


def test_a_changed_rate_is_data_and_named() -> None:
    moved = [*POINTS[:-2], replace(POINTS[-2], rate=0.6), replace(POINTS[-1], checkpoint="maker/else")]
    after = with_verdict(replace(BEFORE, points=tuple(moved)), "flat")
    (change,) = changes([BEFORE], [after], same_method=True)
    assert (change.kind, change.before, change.after, change.why) == ("turned", "inverse", "flat", "data")
    assert change.moved.changed == ("maker/model-6.9b",)
    assert (change.moved.new, change.moved.gone) == (("maker/else",), ("maker/model-12b",))
    assert change.detail == "new maker/else; gone maker/model-12b; changed maker/model-6.9b"


@pytest.mark.parametrize(("shift", "why"), [(0.9e-9, "neighbours"), (1.2e-9, "data")])
def test_rates_are_compared_to_nine_digits(shift: float, why: str) -> None:
    moved = (replace(POINTS[0], rate=POINTS[0].rate + shift), *POINTS[1:])
    (change,) = changes([BEFORE], [with_verdict(replace(BEFORE, points=moved), "flat")], same_method=True)
    assert change.why == why


def test_another_method_and_other_neighbours() -> None:
    after = with_verdict(BEFORE, "inconclusive", q=0.2, n_tests=40)
    (change,) = changes([BEFORE], [after], same_method=False)
    assert change.why == "method"
    (change,) = changes([BEFORE], [after], same_method=True)
    assert change.why == "neighbours"
    assert "q 0.01 → 0.2, 26 → 40 tests" in change.detail


def test_what_appeared_and_vanished() -> None:
    other = finding("OPT", q=0.02)
    (change,) = changes([BEFORE], [BEFORE, other], same_method=True)
    assert (change.kind, change.before, change.after, change.why) == ("appeared", None, other.result.verdict, "data")
    assert len(change.moved.new) == 8
    (change,) = changes([BEFORE, other], [BEFORE], same_method=True)
    assert (change.kind, change.before, change.after) == ("vanished", other.result.verdict, None)
    assert change.moved.gone
    assert not change.moved.new


def test_the_same_points_in_another_series_are_grouped_otherwise() -> None:
    found = changes([BEFORE], [replace(BEFORE, family="Pythia deduped")], same_method=True)
    assert [(each.kind, each.why) for each in found] == [("appeared", "grouping"), ("vanished", "grouping")]
    found = changes([BEFORE], [replace(BEFORE, family="Pythia deduped")], same_method=False)
    assert {each.why for each in found} == {"method"}


def test_another_metric_is_the_same_finding() -> None:
    after = with_verdict(replace(BEFORE, metric="mean probability"), "flat")
    (change,) = changes([BEFORE], [after], same_method=True)
    assert (change.kind, change.why) == ("turned", "data")
    assert "tested on mean probability, was on mc2" in change.detail


def test_claims_come_first_then_the_smaller_q() -> None:
    names = ["a", "b", "c"]
    before = [replace(BEFORE, family=name) for name in names]
    after = [
        with_verdict(before[0], "flat", q=0.3), with_verdict(before[1], "positive", q=0.02),
        with_verdict(before[2], "inverse", q=0.005),
    ]  # fmt: skip
    before[0], before[2] = with_verdict(before[0], "insufficient"), with_verdict(before[2], "insufficient", q=None)
    assert [each.family for each in changes(before, after, same_method=True)] == ["c", "b", "a"]
