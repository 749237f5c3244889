"""The detector's verdicts on control models beside the planted truth. Pure: findings and truth in, rows out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean
from typing import Literal, cast

from analysis.arrays import logit
from analysis.findings.finding import Finding
from analysis.findings.rlhf_across_sizes import RlhfAcrossSizes
from analysis.verdicts import CLAIMS, LEVEL, TESTED, TURNS, Axis

Planted = Literal["rise", "fall", "dip", "none"]
Outcome = Literal["agrees", "missed", "too small to see", "false alarm", "wrong sign", "drift", "not tested"]
NO_CLAIM = TESTED - CLAIMS
"""Verdicts of a test that claim no change."""
SIGNS = {"rise": 1, "fall": -1}
POWER_80 = (1.96 + 0.84) / 1.96
"""Half of a 95 % interval times this is the change that is seen with 80 % power."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plant:
    """What was planted in one behaviour of one series along one axis."""

    family: str
    arm: str
    """Arm of RLHF; empty: the pretrained models."""
    axis: Axis
    behaviors: tuple[str, ...]
    planted: Planted
    """dip: falls, then rises."""
    steeper: bool = False
    """Was RLHF planted to do more in larger models?"""
    side_effect: bool = False
    """Nothing was planted, but training touches it: a change is drift and no false alarm."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """One verdict beside its truth."""

    behavior: str
    series: str
    """Family and series, or 'FAMILY, ARM, all sizes' for RLHF pooled over sizes."""
    axis: str
    planted: Planted
    verdict: str
    change: float | None
    """Realised change, logits from first to last; where a dip was planted, its lowest size against the lower of the two
    ends (see dip_depth)."""
    detectable_change: float | None
    """What the design could have shown, logits."""
    q: float | None
    outcome: Outcome


def scoreboard(findings: Iterable[Finding], truth: Sequence[Plant], variants: Mapping[str, str]) -> list[Score]:
    """A row for every finding something is said about in `truth`, then one for RLHF pooled over sizes.

    `variants`: arm of RLHF -> what the series of its models are called along size.

    Outcomes: *agrees*; *missed*: the realised change exceeds what the design could show, and was not called; *too small
    to see*: it does not; *wrong sign*; *false alarm*: called where nothing was planted; *drift*: the same where
    training has side effects; *not tested*.
    """
    rows: list[Score] = []
    pooled: dict[tuple[str, str], Score] = {}
    for finding in findings:
        plant = _plant_of(finding, truth, variants)
        if plant is None:
            continue
        rows.append(_single(finding, plant))
        if finding.rlhf_across_sizes is not None:
            for score in _pooled(finding, finding.rlhf_across_sizes, plant):
                pooled[score.behavior, score.series] = score
    return [*rows, *pooled.values()]


def _plant_of(finding: Finding, truth: Sequence[Plant], variants: Mapping[str, str]) -> Plant | None:
    place = finding.family, arm_of(finding, variants), finding.result.axis
    entries = [plant for plant in truth if (plant.family, plant.arm, plant.axis) == place]
    return next((plant for plant in entries if finding.behavior in plant.behaviors), None)


def arm_of(finding: Finding, variants: Mapping[str, str]) -> str:
    """Arm of a finding: from the model's name along RLHF; along size from the label ('fair raters, 50 RL steps'), empty
    for pretrained models."""
    if finding.result.axis == "size":
        words = finding.series.partition(", ")[0]
        return next((arm for arm, variant in variants.items() if variant == words), finding.series)
    return finding.points[0].model.rpartition("-")[2]


def _single(finding: Finding, plant: Plant) -> Score:
    result = finding.result
    name = finding.name if finding.result.axis == "size" else finding.series
    change = result.change
    if plant.planted == "dip" and change is not None:
        change = dip_depth(finding)
    return Score(
        behavior=finding.behavior,
        series=name,
        axis=result.axis,
        planted=plant.planted,
        verdict=result.verdict,
        change=change,
        detectable_change=result.detectable_change,
        q=result.verdict_q,
        outcome=_outcome(plant, result.verdict, change, result.detectable_change, dip=dip_of(finding)),
    )


def dip_depth(finding: Finding) -> float:
    """How far the lowest x lies under the lower of the two ends, in logits: 0 or less; 0 where it is an end.

    A place counts with the mean logit of its models. Noise deepens the lowest of several places, so that a dip is taken
    for deep enough to be called rather too often than too seldom.
    """
    logits: dict[float, list[float]] = {}
    for point in finding.points:
        if point.x is not None and not point.mark:
            logits.setdefault(point.x, []).append(logit(point.rate))
    means = [fmean(logits[x]) for x in sorted(logits)]
    return min(means) - min(means[0], means[-1])


def dip_of(finding: Finding) -> str:
    """What the detector calls a rate that falls and then rises: turns are named by goodness."""
    return "inverted_u" if finding.concern == "more_is_worse" else "u_shaped"


def _outcome(
    plant: Plant, verdict: str, change: float | None, detectable: float | None, dip: str = "u_shaped"
) -> Outcome:
    if change is None:
        return "not tested"
    called = verdict not in NO_CLAIM
    if plant.planted == "none":
        if not called:
            return "agrees"
        return "drift" if plant.side_effect else "false alarm"
    if plant.planted == "dip":
        if verdict in TURNS:
            return "agrees" if verdict == dip else "wrong sign"
    elif called and verdict not in TURNS:
        return "agrees" if change * SIGNS[plant.planted] > 0 else "wrong sign"
    seen = detectable is None or abs(change) > detectable
    return "missed" if seen else "too small to see"


def _pooled(finding: Finding, across: RlhfAcrossSizes, plant: Plant) -> Iterator[Score]:
    """RLHF's effect over all sizes, and where that was planted, whether it is larger in larger models."""
    name = f"{finding.family}, {plant.arm}, all sizes"
    effect = (across.effect, across.effect_low, across.effect_high, across.q_effect)
    yield _of_interval(finding, plant, name, *effect)
    if plant.steeper:
        slope = (across.interaction, across.interaction_low, across.interaction_high, across.q_interaction)
        yield _of_interval(finding, plant, f"{name}, more in larger models", *slope)


def _of_interval(
    finding: Finding, plant: Plant, name: str, estimate: float, low: float, high: float, q: float
) -> Score:
    verdict = "inconclusive" if q > LEVEL else "rise" if estimate > 0 else "fall"
    detectable = POWER_80 * (high - low) / 2
    return Score(
        behavior=finding.behavior,
        series=name,
        axis="rlhf",
        planted=plant.planted,
        verdict=verdict,
        change=estimate,
        detectable_change=detectable,
        q=q,
        outcome=_outcome(plant, verdict, estimate, detectable),
    )


def tally(rows: Iterable[Score]) -> dict[Outcome, int]:
    """How many rows ended in each outcome."""
    numbers: dict[Outcome, int] = {}
    for row in rows:
        numbers[row.outcome] = numbers.get(row.outcome, 0) + 1
    return {name: numbers[name] for name in sorted(numbers, key=lambda each: cast("str", each))}
