"""Robustness checks of a verdict in words: a function each, all of one type. Pure text."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from analysis.cells.health import LEAST_MASS
from analysis.findings.finding import Finding
from analysis.verdicts import LEVEL, MOVES, SHOWN, TESTED, claim_of
from dashboard.words.findings import label_at, listed, listed_names, q_equals, units
from dashboard.words.numbers import plural
from dashboard.words.sureness import is_general, one_odd_model


class CheckResult(NamedTuple):
    """One check that was made."""

    passed: bool
    text: str
    """A clause with its numbers."""


Check = Callable[[Finding, Sequence[Finding]], Iterator[CheckResult]]
"""Of a finding and the behaviour's other series in the set; yields nothing where it could not be made."""


def made(finding: Finding, others: Sequence[Finding]) -> tuple[CheckResult, ...]:
    """The results of all CHECKS, in their order."""
    return tuple(result for check in CHECKS for result in check(finding, others))


def dropping_one(finding: Finding, others: Sequence[Finding]) -> Iterator[CheckResult]:
    """Does the verdict hold without any one size?"""
    result = finding.result
    if result.fragile is False:
        yield CheckResult(True, f"holds when any one {units(finding)} is dropped")
    elif result.fragile:
        dropped = label_at(finding, result.influential_x) or f"one {units(finding)}"
        yield CheckResult(False, f"does not hold when {dropped} is dropped")


def among_all_tests(finding: Finding, others: Sequence[Finding]) -> Iterator[CheckResult]:
    """Is q below the level? Flat has none: it rests on an interval."""
    result = finding.result
    if result.verdict_q is not None and result.verdict != "flat":
        below = result.verdict_q <= LEVEL
        than = f"{'below' if below else 'above'} {LEVEL:.2f}"
        yield CheckResult(below, f"{q_equals(result.verdict_q)} among {plural(result.n_tests, 'test')}, {than}")


def scored_otherwise(finding: Finding, others: Sequence[Finding] = ()) -> Iterator[CheckResult]:
    """Do the same answers, scored otherwise, claim the same?"""
    same, unlike = [], []
    for verdict, way in (
        (finding.unbalanced_verdict, "with labels not balanced"),
        (finding.argmax_verdict, "when only the likeliest answer counts"),
    ):
        if verdict is None:
            continue
        if claim_of(verdict) == claim_of(finding.result.verdict):
            same.append(way)
        else:
            unlike.append(f"{SHOWN[verdict].word.lower()} {way}")
    if same:
        yield CheckResult(True, f"the same {' and '.join(same)}")
    yield from (CheckResult(False, text) for text in unlike)


def models_play(finding: Finding, others: Sequence[Finding] = ()) -> Iterator[CheckResult]:
    """Which tested models hardly play?"""
    idle = [p.label for p in finding.tested_points if p.option_mass is not None and p.option_mass < LEAST_MASS]
    if idle:
        yield CheckResult(False, f"{listed(idle)}: less than half of the probability is on the options")


def no_odd_model(finding: Finding, others: Sequence[Finding]) -> Iterator[CheckResult]:
    """May one model move all behaviours of the family?"""
    if warning := one_odd_model(finding.result):
        yield CheckResult(False, warning)


def other_series(finding: Finding, others: Sequence[Finding]) -> Iterator[CheckResult]:
    """Do the behaviour's other tested series move the same way?"""
    if finding.result.verdict not in MOVES:
        return
    tested = [other for other in others if other.result.verdict in TESTED and other.name != finding.name]
    moved = [other for other in tested if other.result.verdict in MOVES]
    same = [other for other in moved if other.rises == finding.rises]
    against = [other for other in moved if other.rises != finding.rises]
    way, back = ("rises", "falls") if finding.rises else ("falls", "rises")
    if against:
        yield CheckResult(False, f"not general: {back} in {listed_names(against)}")
    elif same:
        yield CheckResult(True, f"{'general: ' if is_general(finding) else ''}also {way} in {listed_names(same)}")
    elif tested:
        yield CheckResult(False, f"not seen in {listed_names(tested)}, also tested")


CHECKS: tuple[Check, ...] = (
    dropping_one, among_all_tests, scored_otherwise, models_play, no_odd_model, other_series,
)  # fmt: skip
"""In the order they are shown."""
