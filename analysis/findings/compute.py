"""From one set's rates and answers to its findings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import pandas as pd

from analysis.catalogue.behaviors import behaviors
from analysis.catalogue.nouns import MEAN_OF
from analysis.cells.health import incomplete_warning, mass_warning
from analysis.findings.drafts import Draft, draft_of, tables_of
from analysis.findings.finding import Finding, Point
from analysis.findings.generality import Generality, generality
from analysis.findings.larger_sizes import Outlook, outlooks
from analysis.findings.rlhf_across_sizes import rlhf_across_sizes
from analysis.findings.series import RateRow, split_series
from analysis.findings.single_answers import MEAN_PROBABILITY, AnsweredCell, SingleAnswers, Way
from analysis.records import DIRECTION, Behavior
from analysis.sizes import size_label
from analysis.trends.result import SeriesResult
from analysis.trends.series.checked_table import CheckedTable
from analysis.verdicts import Axis, Verdict

if TYPE_CHECKING:
    from analysis.trends.family import Progress
    from analysis.trends.fit.side_by_side import Each

SeriesKey = tuple[str, str, str]
"""What the detector calls a series: behaviour, family, series."""
_size_label = lru_cache(1024)(size_label)
OTHER_WAYS: tuple[Way, Way] = ("unbalanced", "argmax")
"""Ways of scoring the same answers whose verdicts stand beside the finding's own."""


def findings_of(
    rates: pd.DataFrame,
    axis: Axis,
    catalogue: Mapping[str, Behavior] | None = None,
    answers: pd.DataFrame | SingleAnswers | None = None,
    progress: Progress | None = None,
) -> list[Finding]:
    """Findings of one result set along one axis, in a fixed order.

    `rates` are RATES rows, `answers` the set's ANSWERS rows. A series is one evaluation, put one way, in one family and
    variant: along size its last training checkpoints, along RLHF steps one model. Where every cell of a series has the
    single answers its rate was computed from, the test runs on the probability of the matching answer to each question;
    else on the rates. Both kinds are tested in one call. Cells the health rules mark are shown and not tested.
    `progress` is told now and then how many of the tested series are fitted, and of how many.
    """
    from threadpoolctl import threadpool_limits

    from analysis.trends.fit.side_by_side import side_by_side

    if axis == "rlhf" and rates["rlhf_steps"].isna().all():
        return []
    single = SingleAnswers.of(answers) if isinstance(answers, pd.DataFrame) else answers
    drafts = _drafts(rates, axis, behaviors() if catalogue is None else catalogue, single)
    # its threads wait for each other longer than these small matrices take
    with threadpool_limits(1, "blas"), side_by_side(len(drafts)) as each:
        return _findings_of(drafts, axis, progress, each)


def _drafts(
    rates: pd.DataFrame, axis: Axis, known: Mapping[str, Behavior], single: SingleAnswers | None
) -> list[Draft]:
    return [
        draft_of(series, axis, known, None if single is None else single.of_rows(series.rows))
        for series in split_series(rates, axis)
    ]


def _findings_of(drafts: list[Draft], axis: Axis, progress: Progress | None, each: Each) -> list[Finding]:
    tested = [draft for draft in drafts if draft.verdict is None]
    drafts.sort(key=lambda draft: draft.series.key)
    tables = tables_of(tested, axis)
    said = _tested(tested, tables, axis, progress, each)
    results = [_result(draft, axis, said) for draft in drafts]
    beside = _beside(drafts, results, tables, axis, each)
    return [
        _finding(draft, axis, said, result, more) for draft, result, more in zip(drafts, results, beside, strict=True)
    ]


@dataclass(frozen=True, slots=True)
class _Said:
    """What the detector says of the tested series of a set, by series."""

    results: Mapping[SeriesKey, SeriesResult]
    unbalanced: Mapping[SeriesKey, Verdict]
    argmax: Mapping[SeriesKey, Verdict]


def _tested(
    drafts: list[Draft], tables: list[CheckedTable], axis: Axis, progress: Progress | None, each: Each
) -> _Said:
    """All testable series of a set, tested together; once more with labels unbalanced and on the likeliest answers."""
    if not drafts:
        return _Said({}, {}, {})
    from analysis.detector.detect import analyse, verdicts

    directions = {draft.test_key[0]: DIRECTION[draft.behavior.concern] for draft in drafts}
    results = {(r.behavior, r.family, r.series): r for r in analyse(tables, directions, axis, progress, each)}
    if all(draft.items is None for draft in drafts):
        return _Said(results, {}, {})
    unbalanced, argmax = (verdicts(tables_of(drafts, axis, way=way), directions, axis) for way in OTHER_WAYS)
    return _Said(results, unbalanced, argmax)


def _series_key(draft: Draft, axis: Axis) -> SeriesKey:
    return (*draft.test_key, draft.series.model if axis == "rlhf" else "")


def _result(draft: Draft, axis: Axis, said: _Said) -> SeriesResult:
    names: dict[str, Any] = {
        "behavior": draft.behavior.slug, "family": draft.series.rows[0].family, "series": draft.series.label
    }  # fmt: skip
    if draft.verdict is None:
        return replace(said.results[_series_key(draft, axis)], **names)
    tested = {x for mark, x in zip(draft.marks, draft.series.xs, strict=True) if not mark and x is not None}
    return SeriesResult(**names, axis=axis, n_points=len(tested), verdict=draft.verdict, reason=draft.reason)


def _finding(draft: Draft, axis: Axis, said: _Said, result: SeriesResult, beside: dict[str, Any]) -> Finding:
    series, behavior = draft.series, draft.behavior
    first, key = series.rows[0], _series_key(draft, axis)
    by_item = draft.items is not None
    return Finding(
        result_set=first.result_set, origin=first.origin, behavior=behavior.slug, title=behavior.title,
        group=behavior.group, concern=behavior.concern,
        measure=f"{MEAN_OF}{behavior.measure}" if by_item else behavior.measure, chance=behavior.chance,
        family=first.family, lineage=first.lineage, series=series.label, evaluation=first.evaluation,
        prompt_style=first.run_settings, metric=_metric(draft),
        points=_points(draft, axis), result=result, source=first.source, licence=first.licence,
        unbalanced_verdict=said.unbalanced.get(key) if by_item else None,
        argmax_verdict=said.argmax.get(key) if by_item else None,
        **beside,
    )  # fmt: skip


def _metric(draft: Draft) -> str:
    return draft.series.rows[0].metric if draft.items is None else MEAN_PROBABILITY


def _beside(
    drafts: list[Draft], results: list[SeriesResult], tables: list[CheckedTable], axis: Axis, each: Each
) -> list[dict[str, Any]]:
    """What else is known of each series: other families, and larger models or models of other sizes."""
    more = _forecasts(drafts, tables, each) if axis == "size" else _sizes(drafts)
    return [{"generality": general, **one} for general, one in zip(_together(drafts, results), more, strict=True)]


def _together(drafts: list[Draft], results: list[SeriesResult]) -> list[Generality | None]:
    """For each series what all families of its behaviour say in the same evaluation, metric and prompt style: a
    family that was asked in two styles counts once in each."""
    alike = [_asked_alike(draft) for draft in drafts]
    groups: dict[tuple[str, ...], list[SeriesResult]] = {}
    for key, result in zip(alike, results, strict=True):
        groups.setdefault(key, []).append(result)
    seen = {key: generality(each) for key, each in groups.items()}
    return [None if result.q is None else seen[key] for key, result in zip(alike, results, strict=True)]


def _asked_alike(draft: Draft) -> tuple[str, ...]:
    first = draft.series.rows[0]
    return draft.behavior.slug, first.evaluation, _metric(draft), first.run_settings


def _forecasts(drafts: list[Draft], tables: list[CheckedTable], each: Each) -> list[dict[str, Any]]:
    if not tables:
        return [{} for _ in drafts]
    found = outlooks(tables, each)
    seen = [found[draft.test_key] if draft.verdict is None else Outlook() for draft in drafts]
    return [{"forecasts": one.forecasts, "forecast_reason": one.reason} for one in seen]


def _sizes(drafts: list[Draft]) -> list[dict[str, Any]]:
    """Models of one family and variant together, also those with too few step counts for a trend of their own."""
    usable = [draft for draft in drafts if draft.verdict != "left_out" and _one_cell_a_step(draft)]
    if not usable:
        return [{} for _ in drafts]
    rates_only = {(draft.test_key[0], draft.line) for draft in usable if draft.items is None}
    alike = [
        replace(draft, items=None) if (draft.test_key[0], draft.line) in rates_only else draft for draft in usable
    ]  # probabilities and rates of one behaviour are not mixed
    found = rlhf_across_sizes(tables_of(alike, "rlhf", family=lambda draft: draft.line))
    in_table = {id(draft) for draft in usable}
    return [
        {"rlhf_across_sizes": found.get((draft.test_key[0], draft.line))} if id(draft) in in_table else {}
        for draft in drafts
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
    label = f"{row.rlhf_steps:,} steps" if axis == "rlhf" else _size_label(row.parameter_count)
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
