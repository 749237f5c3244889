"""Findings: everything one row of the landing table and one behaviour page need, from the rates of one set."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, cast

import pandas as pd

from analysis.behaviors import behaviors
from analysis.health import Cell, cell_marks, series_reason
from analysis.records import DIRECTION, Behavior
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
    results = _tested([draft for draft in drafts if draft.verdict is None], axis)
    return [_finding(draft, axis, results) for draft in sorted(drafts, key=lambda d: d.series.key)]


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

    table = pd.DataFrame([row for draft in drafts for row in _detector_rows(draft, axis)])
    table = table.astype({"n": float, "se": float})
    directions = {draft.test_key[0]: DIRECTION[draft.behavior.concern] for draft in drafts}
    return {(r.behavior, r.family, r.series): r for r in analyse(table, directions, axis)}


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
        for row, x, mark in zip(draft.series.rows, draft.series.xs, draft.marks, strict=True)
        if x is not None and not mark
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
