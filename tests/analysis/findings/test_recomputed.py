"""Stored findings that do not follow from the rows are told apart from the last digits of another machine."""

from __future__ import annotations

from dataclasses import replace

import pytest
from finding_builders import finding

from analysis.findings.checks.recomputed import disagreements
from analysis.findings.finding import Finding

ONE = finding("Pythia", q=0.02)


def changed(**values: object) -> Finding:
    return replace(ONE, result=replace(ONE.result, **values))  # type: ignore[arg-type]


def test_the_same_agree() -> None:
    assert disagreements([ONE], [ONE]) == []


@pytest.mark.parametrize(("q", "told"), [(0.020019, 0), (0.020021, 1), (0.019981, 0), (0.019978, 1), (None, 1)])
def test_q_agrees_within_a_thousandth(q: float | None, told: int) -> None:
    assert len(disagreements([ONE], [changed(q=q)])) == told


@pytest.mark.parametrize(("q", "told"), [(1e-12, 0), (0.9e-6, 0), (1.1e-6, 1)])
def test_far_below_every_level_digits_count_as_if_q_were_a_thousandth(q: float, told: int) -> None:
    assert len(disagreements([changed(q=0.0)], [changed(q=q)])) == told


def test_a_verdict_is_named() -> None:
    (said,) = disagreements([changed(verdict="flat")], [ONE])
    assert said == "truthfulqa, Pythia (size): stored verdict flat, computed inverse"


def test_points_are_compared() -> None:
    points = (replace(ONE.points[0], rate=ONE.points[0].rate + 1e-8), *ONE.points[1:])
    assert "rates of its points" in disagreements([replace(ONE, points=points)], [ONE])[0]
    assert "its points are not" in disagreements([replace(ONE, points=ONE.points[1:])], [ONE])[0]


def test_what_is_lost_added_or_stored_twice() -> None:
    other = finding("OPT")
    assert "does not follow" in disagreements([ONE, other], [ONE])[0]
    assert "is not stored" in disagreements([ONE], [ONE, other])[0]
    assert "stored twice" in disagreements([ONE, ONE], [ONE])[0]
