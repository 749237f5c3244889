"""From one set's rates and answers to its findings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import pandas as pd

from analysis.catalogue.behaviors import behaviors
from analysis.catalogue.nouns import MEAN_OF
from analysis.cells.health import incomplete_warning, mass_warning
from analysis.findings.drafts import Draft, draft_of, tables_of
from analysis.findings.finding import Finding, Point
from analysis.findings.generality import generality
from analysis.findings.larger_sizes import Outlook, outlooks
from analysis.findings.rlhf_across_sizes import rlhf_across_sizes
from analysis.findings.series import RateRow, split_series
from analysis.findings.single_answers import MEAN_PROBABILITY, AnsweredCell, SingleAnswers, Way
from analysis.records import DIRECTION, Behavior
from analysis.sizes import size_label
from analysis.trends.result import SeriesResult
from analysis.verdicts import Axis, Verdict

SeriesKey = tuple[str, str, str]
"""What the detector calls a series: behaviour, family, series."""
OTHER_WAYS: tuple[Way, Way] = ("unbalanced", "argmax")
"""Ways of scoring the same answers whose verdicts stand beside the finding's own."""


def findings_of(
    rates: pd.DataFrame,
    axis: Axis,
    catalogue: Mapping[str, Behavior] | None = None,
    answers: pd.DataFrame | None = None,
) -> list[Finding]:
    """Findings of one result set along one axis, in a fixed order.

    `rates` are RATES rows, `answers` the set's ANSWERS rows. A series is one evaluation, put one way, in one family and
    variant: along size its last training checkpoints, along RLHF steps one model. Where every cell of a series has the
    single answers its rate was computed from, the test runs on the probability of the matching answer to each question;
    else on the rates. Both kinds are tested in one call. Cells the health rules mark are shown and not tested.
    """
    known = behaviors() if catalogue is None else catalogue
    single = None if answers is None else SingleAnswers.of(answers)
    drafts = [
        draft_of(series, axis, known, None if single is None else single.of_rows(series.rows))
        for series in split_series(rates, axis)
    ]
    tested = [draft for draft in drafts if draft.verdict is None]
    drafts.sort(key=lambda draft: draft.series.key)
    said = _tested(tested, axis)
    findings = _together([_finding(draft, axis, said) for draft in drafts])
    return _with_forecasts(findings, drafts) if axis == "size" else _with_sizes(findings, drafts)


@dataclass(frozen=True, slots=True)
class _Said:
    """What the detector says of the tested series of a set, by series."""

    results: Mapping[SeriesKey, SeriesResult]
    unbalanced: Mapping[SeriesKey, Verdict]
    argmax: Mapping[SeriesKey, Verdict]


def _tested(drafts: list[Draft], axis: Axis) -> _Said:
    """All testable series of a set, tested together; once more with labels unbalanced and on the likeliest answers."""
    if not drafts:
        return _Said({}, {}, {})
    from analysis.detector.detect import analyse, verdicts

    directions = {draft.test_key[0]: DIRECTION[draft.behavior.concern] for draft in drafts}
    results = {(r.behavior, r.family, r.series): r for r in analyse(tables_of(drafts, axis), directions, axis)}
    if all(draft.items is None for draft in drafts):
        return _Said(results, {}, {})
    unbalanced, argmax = (verdicts(tables_of(drafts, axis, way=way), directions, axis) for way in OTHER_WAYS)
    return _Said(results, unbalanced, argmax)


def _finding(draft: Draft, axis: Axis, said: _Said) -> Finding:
    series, behavior = draft.series, draft.behavior
    first = series.rows[0]
    key = (*draft.test_key, series.model if axis == "rlhf" else "")
    if draft.verdict is None:
        result = replace(said.results[key], behavior=behavior.slug, family=first.family, series=series.label)
    else:
        tested = {x for mark, x in zip(draft.marks, series.xs, strict=True) if not mark and x is not None}
        result = SeriesResult(
            behavior=behavior.slug, family=first.family, series=series.label, axis=axis, n_points=len(tested),
            verdict=draft.verdict, reason=draft.reason,
        )  # fmt: skip
    by_item = draft.items is not None
    return Finding(
        result_set=first.result_set, origin=first.origin, behavior=behavior.slug, title=behavior.title,
        group=behavior.group, concern=behavior.concern,
        measure=f"{MEAN_OF}{behavior.measure}" if by_item else behavior.measure, chance=behavior.chance,
        family=first.family, lineage=first.lineage, series=series.label, evaluation=first.evaluation,
        prompt_style=first.run_settings, metric=MEAN_PROBABILITY if by_item else first.metric,
        points=_points(draft, axis), result=result, source=first.source, licence=first.licence,
        unbalanced_verdict=said.unbalanced.get(key) if by_item else None,
        argmax_verdict=said.argmax.get(key) if by_item else None,
    )  # fmt: skip


def _together(findings: list[Finding]) -> list[Finding]:
    """Each finding with what all families of its behaviour say in the same evaluation, metric and prompt style: a
    family that was asked in two styles counts once in each."""
    groups: dict[tuple[str, ...], list[SeriesResult]] = {}
    for each in findings:
        groups.setdefault(_asked_alike(each), []).append(each.result)
    seen = {key: generality(results) for key, results in groups.items()}
    return [each if each.result.q is None else replace(each, generality=seen[_asked_alike(each)]) for each in findings]


def _asked_alike(finding: Finding) -> tuple[str, ...]:
    return finding.behavior, finding.evaluation, finding.metric, finding.prompt_style


def _with_forecasts(findings: list[Finding], drafts: list[Draft]) -> list[Finding]:
    tested = [draft for draft in drafts if draft.verdict is None]
    if not tested:
        return findings
    found = outlooks(tables_of(tested, "size"))
    seen = [found[draft.test_key] if draft.verdict is None else Outlook() for draft in drafts]
    return [
        replace(finding, forecasts=one.forecasts, forecast_reason=one.reason)
        for finding, one in zip(findings, seen, strict=True)
    ]


def _with_sizes(findings: list[Finding], drafts: list[Draft]) -> list[Finding]:
    """Models of one family and variant together, also those with too few step counts for a trend of their own."""
    usable = [draft for draft in drafts if draft.verdict != "left_out" and _one_cell_a_step(draft)]
    if not usable:
        return findings
    rates_only = {(draft.test_key[0], draft.line) for draft in usable if draft.items is None}
    alike = [
        replace(draft, items=None) if (draft.test_key[0], draft.line) in rates_only else draft for draft in usable
    ]  # probabilities and rates of one behaviour are not mixed
    found = rlhf_across_sizes(tables_of(alike, "rlhf", family=lambda draft: draft.line))
    in_table = {id(draft) for draft in usable}
    return [
        replace(finding, rlhf_across_sizes=found.get((draft.test_key[0], draft.line)))
        if id(draft) in in_table
        else finding
        for finding, draft in zip(findings, drafts, strict=True)
    ]


def _one_cell_a_step(draft: Draft) -> bool:
    """Is the model's size known, and was it asked once at each step count?"""
    sizes = {row.parameter_count for row, _ in draft.used}
    steps = [x for _, x in draft.used]
    return len(sizes) == 1 and None not in sizes and len(set(steps)) == len(steps)


def _points(draft: Draft, axis: Axis) -> tuple[Point, ...]:
    series, items = draft.series, draft.items
    points = [_point(*each, axis) for each in zip(series.rows, series.xs, draft.marks, strict=True)]
    if items is None:
        return tuple(points)
    return tuple(_on_answers(point, items.cell(at)) for at, point in enumerate(points))


def _point(row: RateRow, x: float | None, mark: str, axis: Axis) -> Point:
    if axis == "rlhf":
        label = f"{row.rlhf_steps:,} steps"
    else:
        label = "size not stated" if row.parameter_count is None else size_label(row.parameter_count)
    return Point(
        checkpoint=row.checkpoint, label=label, x=x, x_is_estimate=row.parameter_count_is_estimate,
        rate=row.matching_rate, ci_low=row.ci_low, ci_high=row.ci_high, ci_method=row.ci_method,
        n_questions=row.n, mark=mark, warning=incomplete_warning(row.n_answered, row.n_questions),
    )  # fmt: skip


def _on_answers(point: Point, seen: AnsweredCell) -> Point:
    """The point with the figures of its single answers in place of the rate's."""
    return replace(
        point, rate=seen.mean, ci_low=seen.interval.low, ci_high=seen.interval.high, ci_method=seen.interval.method,
        n_questions=seen.n, argmax_rate=point.rate, label_gap=seen.label_gap, option_mass=seen.option_mass,
        warning=mass_warning(seen.option_mass),
    )  # fmt: skip
