"""Findings: everything one row of the landing table and one behaviour page need, from the rates of one set."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, cast

import pandas as pd

from analysis.behaviors import behaviors
from analysis.generality import Generality, generality
from analysis.health import Cell, cell_marks, series_reason
from analysis.larger_sizes import Forecast, Outlook, outlooks
from analysis.records import DIRECTION, Behavior
from analysis.rlhf_across_sizes import RlhfAcrossSizes, rlhf_across_sizes
from analysis.series import RateRow, Series, split_series
from analysis.sizes import size_label
from analysis.trends.result import Axis, SeriesResult, Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """One checkpoint's rate on one behaviour."""

    checkpoint: str
    label: str
    """Short name for charts: '6.9B' on the size axis, '200 steps' on the RLHF axis."""
    x: float | None
    """Parameter count or RLHF steps; None where the maker does not say."""
    x_is_estimate: bool
    rate: float
    """0-1."""
    ci_low: float | None
    ci_high: float | None
    ci_method: str
    """Method of the interval, or why there is none."""
    n_questions: int | None
    mark: str = ""
    """Why this point is not part of the test ('always answers (A): ...'); empty where it is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One behaviour in one family (and one series of it) along one axis."""

    result_set: str
    origin: str
    """measured | imported | published | control"""
    behavior: str
    """Slug in the catalogue."""
    title: str
    group: str
    concern: str
    """more_is_worse | less_is_worse | neutral"""
    measure: str
    """What the rate is a share of, e.g. 'answers matching the view the user states'."""
    chance: float | None
    family: str
    lineage: str
    """Line of families that shares a colour, e.g. 'Llama' for Llama 1, 2 and 3."""
    series: str
    """What tells series of one family apart: 'chat', 'deduped', '5-shot', or the model on the RLHF axis."""
    evaluation: str
    prompt_style: str
    metric: str
    points: tuple[Point, ...]
    """In order of x; points without x last."""
    result: SeriesResult
    source: str
    licence: str
    forecasts: tuple[Forecast, ...] = ()
    """Larger models on the size axis, where past forecasts of the family held."""
    forecast_reason: str = ""
    """Why a tested series on the size axis has no forecasts; empty where it has, and where it was not tested."""
    generality: Generality | None = None
    """What the families of the behaviour say together; None where fewer than two were, or this
    series was not, tested."""
    rlhf_across_sizes: RlhfAcrossSizes | None = None
    """RLHF axis: the family's models of all sizes together; None below three sizes."""

    @property
    def name(self) -> str:
        """Family and series as one label, e.g. 'Qwen1.5 chat'."""
        return f"{self.family} {self.series}".strip()


def findings_of(rates: pd.DataFrame, axis: Axis, catalogue: Mapping[str, Behavior] | None = None) -> list[Finding]:
    """Findings of one result set along one axis, in a fixed order.

    `rates` are RATES rows. A series is one evaluation, put one way, in one family and variant: along size its last
    training checkpoints, along RLHF steps one model. Cells the health rules mark are shown and not tested.
    """
    known = behaviors() if catalogue is None else catalogue
    drafts = [_draft(series, axis, known) for series in split_series(rates, axis)]
    tested = [draft for draft in drafts if draft.verdict is None]
    results = _tested(tested, axis)
    drafts.sort(key=lambda draft: draft.series.key)
    findings = _together([_finding(draft, axis, results) for draft in drafts])
    return _with_forecasts(findings, drafts) if axis == "size" else _with_sizes(findings, drafts)


@dataclass(frozen=True, slots=True)
class _Draft:
    """One series before the test: its rows, why they may not be tested."""

    series: Series
    behavior: Behavior
    marks: tuple[str, ...]
    verdict: Verdict | None
    """Given already where the series cannot be tested."""
    reason: str

    @property
    def test_key(self) -> tuple[str, str]:
        """What the detector calls this series: behaviour (with evaluation and prompt) and family."""
        first = self.series.rows[0]
        name = "|".join((self.behavior.slug, first.evaluation, first.prompt_style, first.metric))
        return name, f"{first.family} {first.variant} {first.stage} {self.series.step_label}".strip()

    @property
    def line(self) -> str:
        """Models of all sizes that RLHF was tried on alike: family and variant."""
        return f"{self.series.rows[0].family} {self.series.rows[0].variant}".strip()

    @property
    def used(self) -> list[tuple[RateRow, float]]:
        """Rows with a place on the axis that no health rule marks, and their places."""
        places = zip(self.series.rows, self.series.xs, self.marks, strict=True)
        return [(row, x) for row, x, mark in places if x is not None and not mark]


def _draft(series: Series, axis: Axis, known: Mapping[str, Behavior]) -> _Draft:
    behavior = known.get(series.rows[0].behavior) or unlisted(series.rows[0])
    cells = [Cell(row.checkpoint, row.matching_rate, row.n_questions) for row in series.rows]
    marks = [mark if x is not None else None for mark, x in zip(cell_marks(behavior, cells), series.xs, strict=True)]
    sized = [(mark, x) for mark, x in zip(marks, series.xs, strict=True) if x is not None]
    what = "sizes" if axis == "size" else "step counts"
    refused = series_reason([mark for mark, _ in sized], [x for _, x in sized], what)
    if refused and refused[0] == "insufficient":
        if series.mixed_prompts:
            refused = (
                "left_out",
                f"asked in different ways ({series.mixed_prompts}); a trend needs one prompt style",
            )
        elif not sized:
            refused = ("insufficient", "the makers do not say how large these models are")
    texts = tuple(mark.reason if mark else "" for mark in marks)
    if refused:
        return _Draft(series, behavior, texts, cast("Verdict", refused[0]), refused[1])
    return _Draft(series, behavior, texts, None, "")


def _tested(drafts: list[_Draft], axis: Axis) -> dict[tuple[str, str, str], SeriesResult]:
    """Detector results of all testable series of a set, tested together."""
    if not drafts:
        return {}
    from analysis.detector import analyse

    table = _table(drafts, axis)
    directions = {draft.test_key[0]: DIRECTION[draft.behavior.concern] for draft in drafts}
    return {(r.behavior, r.family, r.series): r for r in analyse(table, directions, axis)}


def _table(drafts: list[_Draft], axis: Axis) -> pd.DataFrame:
    """The tested rows of these series as the detector's table."""
    table = pd.DataFrame([row for draft in drafts for row in _detector_rows(draft, axis)])
    return table.astype({"n": float, "se": float})


def _detector_rows(draft: _Draft, axis: Axis) -> list[dict[str, Any]]:
    behavior, family = draft.test_key
    return [
        {
            "behavior": behavior,
            "family": family,
            "model": row.checkpoint if axis == "size" else row.model,
            "n_params": float(row.parameter_count or 1),
            "rlhf_steps": 0 if axis == "size" else row.rlhf_steps,
            "n": row.n_questions,
            "mean": row.matching_rate,
            "se": row.standard_error,
        }
        for row, _ in draft.used
    ]


def _finding(draft: _Draft, axis: Axis, results: Mapping[tuple[str, str, str], SeriesResult]) -> Finding:
    series, behavior = draft.series, draft.behavior
    first = series.rows[0]
    if draft.verdict is None:
        key = (*draft.test_key, series.model if axis == "rlhf" else "")
        result = replace(results[key], behavior=behavior.slug, family=first.family, series=series.label)
    else:
        tested = {x for mark, x in zip(draft.marks, series.xs, strict=True) if not mark and x is not None}
        result = SeriesResult(
            behavior=behavior.slug, family=first.family, series=series.label, axis=axis, n_points=len(tested),
            verdict=draft.verdict, reason=draft.reason,
        )  # fmt: skip
    points = zip(series.rows, series.xs, draft.marks, strict=True)
    return Finding(
        result_set=first.result_set, origin=first.origin, behavior=behavior.slug, title=behavior.title,
        group=behavior.group, concern=behavior.concern, measure=behavior.measure, chance=behavior.chance,
        family=first.family, lineage=first.lineage, series=series.label, evaluation=first.evaluation,
        prompt_style=first.prompt_style, metric=first.metric, points=tuple(_point(*each, axis) for each in points),
        result=result, source=first.source, licence=first.licence,
    )  # fmt: skip


def _together(findings: list[Finding]) -> list[Finding]:
    """Each finding with what all families of its behaviour say, in the same evaluation and metric."""
    groups: dict[tuple[str, str, str], list[SeriesResult]] = {}
    for each in findings:
        groups.setdefault((each.behavior, each.evaluation, each.metric), []).append(each.result)
    seen = {key: generality(results) for key, results in groups.items()}
    return [
        each if each.result.q is None else replace(each, generality=seen[each.behavior, each.evaluation, each.metric])
        for each in findings
    ]


def _with_forecasts(findings: list[Finding], drafts: list[_Draft]) -> list[Finding]:
    tested = [draft for draft in drafts if draft.verdict is None]
    if not tested:
        return findings
    found = outlooks(_table(tested, "size"))
    seen = [found[draft.test_key] if draft.verdict is None else Outlook() for draft in drafts]
    return [
        replace(finding, forecasts=one.forecasts, forecast_reason=one.reason)
        for finding, one in zip(findings, seen, strict=True)
    ]


def _with_sizes(findings: list[Finding], drafts: list[_Draft]) -> list[Finding]:
    """Models of one family and variant together, also those with too few step counts for a trend of their own."""
    usable = [draft for draft in drafts if draft.verdict != "left_out" and _one_cell_a_step(draft)]
    if not usable:
        return findings
    table = _table(usable, "rlhf").assign(family=[draft.line for draft in usable for _ in draft.used])
    found = rlhf_across_sizes(table)
    in_table = {id(draft) for draft in usable}
    return [
        replace(finding, rlhf_across_sizes=found.get((draft.test_key[0], draft.line)))
        if id(draft) in in_table
        else finding
        for finding, draft in zip(findings, drafts, strict=True)
    ]


def _one_cell_a_step(draft: _Draft) -> bool:
    """Is the model's size known, and was it asked once at each step count?"""
    sizes = {row.parameter_count for row, _ in draft.used}
    steps = [x for _, x in draft.used]
    return len(sizes) == 1 and None not in sizes and len(set(steps)) == len(steps)


def _point(row: RateRow, x: float | None, mark: str, axis: Axis) -> Point:
    if axis == "rlhf":
        label = f"{row.rlhf_steps:,} steps"
    else:
        label = "size not stated" if row.parameter_count is None else size_label(row.parameter_count)
    return Point(
        checkpoint=row.checkpoint, label=label, x=x, x_is_estimate=row.parameter_count_is_estimate,
        rate=row.matching_rate, ci_low=row.ci_low, ci_high=row.ci_high, ci_method=row.ci_method,
        n_questions=row.n_questions, mark=mark,
    )  # fmt: skip


def unlisted(row: RateRow) -> Behavior:
    """Stands in for the entry of a behaviour the catalogue does not have: no direction is worse."""
    return Behavior(
        slug=row.behavior, title=row.evaluation, group="Other", concern="neutral",
        concern_reason="not in the behaviour catalogue, so no direction is declared as worse",
        measure="answers matching the behaviour",
    )  # fmt: skip
