"""The reading beside a chart in words: sentence, key facts, why, what would undo it. Pure text."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from analysis.catalogue.nouns import quantity_of
from analysis.cells.health import MIN_SIZES
from analysis.findings.finding import Finding
from analysis.records import Behavior
from analysis.trends.result import SeriesResult
from analysis.verdicts import MARGIN, TESTED, TURNS, Verdict
from dashboard.text.markdown import Markdown
from dashboard.words.checks import CheckResult, made
from dashboard.words.findings import label_at, q_equals, q_text, questions, span, units
from dashboard.words.numbers import MINUS, bare_percent, percent, plural, plural_noun, points_interval, signed_points

NEAR_ZERO = 0.02
"""Share below which one side of an inconclusive interval is called flat."""


WHY: dict[Verdict, str] = {
    "inverse": "Why inverse", "positive": "Why standard", "u_shaped": "Why U-shaped",
    "inverted_u": "Why inverted U", "increasing": "Why a shift", "decreasing": "Why a shift",
    "flat": "Why flat", "inconclusive": "Why inconclusive", "insufficient": "What would settle it",
    "left_out": "Why it is left out",
}  # fmt: skip
"""Heading of the part that defends a verdict."""


@dataclass(frozen=True, slots=True)
class Why:
    """The part of a reading that defends the verdict."""

    heading: str
    text: str
    checks: tuple[CheckResult, ...]
    """Every robustness check that was made."""


def sentence(finding: Finding) -> Markdown:
    """The reading: one sentence with its numbers."""
    result, name = finding.result, finding.short_name
    if result.verdict not in TESTED:
        return _untested(finding) + "."
    low, high = result.change_points_low, result.change_points_high
    what = quantity_of(finding.behavior, finding.measure)
    if result.change_points is None:
        return Markdown("In {}: {}.").format(name, result.reason)
    if result.verdict == "flat":
        where = f" {span(finding)} {points_interval(low, high)}".rstrip()
        level = Markdown("In {} the {} stays level: **{} points**{}, less than the margin.")
        return level.format(name, what, signed_points(result.change_points), where)
    if result.verdict == "inconclusive":
        return _inconclusive(finding)
    if result.verdict in TURNS:
        ups = "falls to {at}, then rises" if result.verdict == "u_shaped" else "rises to {at}, then falls"
        ends = f"{span(finding)} {points_interval(low, high)}".strip()
        whole = f"{signed_points(result.change_points)} points {ends}".strip()
        turned = ups.format(at=_turn(finding))
        return Markdown("In {} the {} {}; end to end {}.").format(name, what, turned, whole)
    verb = "rises" if finding.rises else "falls"
    where = f" {span(finding)}".rstrip() + _magnitude(low, high, finding.rises)
    by = bare_percent(abs(result.change_points))
    return Markdown("In {} the {} {} by **{} points**{}.").format(name, what, verb, by, where)


def _magnitude(low: float | None, high: float | None, up: bool) -> str:
    """Interval of the size of a change: a fall of 13.8 has [9.3, 18.5]."""
    if low is None or high is None:
        return ""
    return (
        f" {points_interval(low, high)}".replace("+", "") if up else f" {points_interval(-high, -low)}".replace("+", "")
    )


def _turn(finding: Finding) -> str:
    """Label of the measured point nearest to where the fitted curve turns."""
    inside = [place for place in finding.result.curve if place.inside]
    points = finding.tested_points
    best = min if finding.result.verdict == "u_shaped" else max
    if not inside:
        return best(points, key=lambda point: point.rate).label if points else "the middle"
    turn = best(inside, key=lambda place: place.estimate).x
    return min(points, key=lambda point: abs((point.x or 0.0) / (turn or 1.0) - 1)).label if points else "the middle"


def _inconclusive(finding: Finding) -> Markdown:
    result, over = finding.result, plural(finding.result.n_points, units(finding))
    low, high = result.change_points_low, result.change_points_high
    if low is None or high is None:
        return Markdown("In {} no change is established over {}: {}.").format(finding.short_name, over, result.reason)
    ends = Markdown("**{} to {} points** over {}").format(signed_points(low), signed_points(high), over)
    if low > 0 or high < 0:
        way = "rise" if low > 0 else "fall"
        tests = q_equals(result.q) if result.q is not None else result.reason
        weak = f"too weak among {result.n_tests} tests ({tests})"
        return Markdown("In {} it points to a {}, {}, {}.").format(finding.short_name, way, ends, weak)
    may = "be flat or rise" if low > -NEAR_ZERO else "be flat or fall" if high < NEAR_ZERO else "be a rise or a fall"
    return Markdown("In {} it could {}: {}.").format(finding.short_name, may, ends)


def _untested(finding: Finding) -> Markdown:
    reason = finding.result.reason.rstrip(".")
    if match := re.match(r"has (\d+ [a-z ]+)(;.*)?$", reason):
        return Markdown("{} has **{}**{}").format(finding.short_name, match[1], match[2] or "")
    if finding.result.verdict == "left_out":
        return Markdown("{} is left out: {}").format(finding.short_name, reason)
    return Markdown("No trend was tested in {}: {}").format(finding.short_name, reason)


def why(finding: Finding, others: Sequence[Finding]) -> Why:
    """Declared direction, what the fit did, and the checks that were made.

    `others` are the behaviour's other series in the set.
    """
    result, verdict = finding.result, finding.result.verdict
    if verdict == "insufficient":
        heading = WHY[verdict] if finding.tested_points else "Why it is not tested"
        return Why(heading, _settle(finding), ())
    if verdict == "left_out":
        return Why(WHY[verdict], f"{result.reason[:1].upper()}{result.reason[1:].rstrip('.')}.", ())
    return Why(WHY[verdict], f"{declared(finding)} {_course(finding)}", made(finding, others))


def declared(finding: Finding) -> str:
    """Which direction was declared as worse."""
    if finding.concern == "neutral":
        return "No direction is declared as worse, so a change is called a shift."
    what = quantity_of(finding.behavior, finding.measure)
    larger, smaller = ("larger", "smaller") if what.startswith("share of") else ("higher", "lower")
    return f"A {larger if finding.concern == 'more_is_worse' else smaller} {what} is declared as worse."


def _course(finding: Finding) -> str:
    result = finding.result
    if result.verdict == "flat":
        return _inside_margin(result)
    if result.verdict == "inconclusive":
        return "The interval of the change reaches past the margin, and the test does not exclude no change."
    if result.verdict in TURNS:
        return "The fitted curve turns inside the measured range, and the turn holds against a straight line."
    low, high = result.change_points_low, result.change_points_high
    way = "rises" if finding.rises else "falls"
    if low is None or high is None:
        return f"The fitted line {way}."
    return (
        f"The fitted line {way}, and its interval excludes no change."
        if low > 0 or high < 0
        else f"The fitted line {way}."
    )


def _inside_margin(result: SeriesResult) -> str:
    """What flat rests on: the 90 % interval (two one-sided tests), not the 95 % interval shown elsewhere."""
    if result.change_low_90 is None or result.change_high_90 is None:
        return f"Two one-sided tests exclude a change of {MARGIN:.1f} logit or more."
    interval = f"[{result.change_low_90:+.2f}, {result.change_high_90:+.2f}]".replace("-", MINUS)
    return (
        f"The 90% interval of the change, {interval} logit, stays inside the margin of ±{MARGIN:.1f} logit "
        "(about 10 points around 50%, 4 around 10%)."
    )


def undo(finding: Finding) -> str:
    """What would undo the verdict: the size whose removal matters most."""
    result = finding.result
    if result.influential_x is None or result.change_points_without is None:
        return f"Dropping single {units(finding)}s was not tried for this verdict."
    label = label_at(finding, result.influential_x)
    if result.verdict in TURNS:
        return f"Dropping {label} does." if result.fragile else f"No single {units(finding)} does."
    left = f"{signed_points(result.change_points_without)} points remain"
    if result.fragile:
        return f"Dropping {label} does: {left}."
    return f"No single {units(finding)} does. Dropping {label} matters most: {left}."


def _settle(finding: Finding) -> str:
    missing = MIN_SIZES - finding.result.n_points
    points = finding.tested_points
    if not points:
        return f"{finding.result.reason[:1].upper()}{finding.result.reason[1:].rstrip('.')}."
    if len(points) == 1:
        more = plural(missing, f"more {units(finding)}")
        return f"{more} beside {points[0].label}, asked the same questions."
    ends = span(finding).removeprefix("from ")
    wide = f"spread beyond {ends}" if missing > 1 else f"best outside {ends}"
    unit = units(finding) if missing == 1 else plural_noun(units(finding))
    return f"{_word(missing)} more {unit} of {finding.short_name}, {wide}, asked the same questions."


def _word(number: int) -> str:
    return {1: "One", 2: "Two", 3: "Three"}.get(number, str(number))


def facts_of(entry: Behavior | None) -> tuple[str, ...]:
    """Known errors and oddities of the released data, as sentences; empty where the catalogue knows none."""
    return () if entry is None else tuple(fact if fact.endswith(".") else f"{fact}." for fact in entry.facts)


def key_facts(finding: Finding) -> dict[str, str]:
    """The numbers beside the chart, as label -> text."""
    result, points = finding.result, finding.tested_points
    facts: dict[str, str] = {}
    several = "Sizes" if result.axis == "size" else "Steps"
    if result.change_points is not None:
        facts["Change"] = f"{signed_points(result.change_points)} points"
        if result.change_points_low is not None and result.change_points_high is not None:
            ends = f"{signed_points(result.change_points_low)} to {signed_points(result.change_points_high)}"
            facts["95% interval"] = ends
        if result.change is not None and result.change_low is not None and result.change_high is not None:
            logits = f"{result.change:+.2f} [{result.change_low:+.2f}, {result.change_high:+.2f}]"
            facts["In logits"] = logits.replace("-", MINUS)
        if result.verdict_q is not None:
            facts[f"q, of {plural(result.n_tests, 'test')}"] = q_text(result.verdict_q)
        facts[several] = f"{result.n_points}, {span(finding).removeprefix('from ')}"
    else:
        shown = points or list(finding.points)
        some = shown if len(shown) <= 4 else [shown[0], shown[-1]]
        joint = ", " if len(shown) <= 4 else " to "
        if points:
            facts[several] = f"{result.n_points}: {joint.join(point.label for point in some)}"
        facts["Observed"] = joint.join(percent(point.rate) for point in some)
    facts["Questions"] = questions(finding.points)
    return facts
