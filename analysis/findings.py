"""Findings: everything one row of the landing table and one behaviour page need, from the rates of one set."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, cast

import pandas as pd

from analysis.behaviors import behaviors
from analysis.health import Cell, cell_marks, series_reason
from analysis.records import DIRECTION, Behavior
from analysis.series import Series, split_series
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
    drafts = [
        _draft(series, axis, known)
        for series in split_series(rates, axis)
    ]  # fmt: skip
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
        first = self.series.rows.iloc[0]
        name = "|".join(
            (self.behavior.slug, str(first["evaluation"]), str(first["prompt_style"]), str(first["metric"]))
        )
        return name, f"{first['family']} {first['variant']} {first['stage']} {self.series.step_label}".strip()


def _draft(series: Series, axis: Axis, known: Mapping[str, Behavior]) -> _Draft:
    rows = series.rows
    first = rows.iloc[0]
    behavior = known.get(str(first["behavior"])) or _unlisted(first)
    cells = [
        Cell(str(checkpoint), float(rate), None if pd.isna(n) else int(n))
        for checkpoint, rate, n in zip(rows["checkpoint"], rows["matching_rate"], rows["n_questions"], strict=True)
    ]
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

    table = pd.concat([_detector_rows(draft, axis) for draft in drafts], ignore_index=True)
    directions = {draft.test_key[0]: DIRECTION[draft.behavior.concern] for draft in drafts}
    return {(r.behavior, r.family, r.series): r for r in analyse(table, directions, axis)}


def _detector_rows(draft: _Draft, axis: Axis) -> pd.DataFrame:
    rows, (behavior, family) = draft.series.rows, draft.test_key
    keep = [not mark and x is not None for mark, x in zip(draft.marks, draft.series.xs, strict=True)]
    kept = rows[keep]
    model = kept["checkpoint"] if axis == "size" else kept["checkpoint"].str.split("@").str[0]
    return pd.DataFrame(
        {
            "behavior": behavior,
            "family": family,
            "model": model.astype(str),
            "n_params": kept["parameter_count"].astype("Float64").fillna(1.0).astype(float),
            "rlhf_steps": 0 if axis == "size" else kept["rlhf_steps"].astype(int),
            "n": kept["n_questions"].astype("Float64").astype(float),
            "mean": kept["matching_rate"].astype(float),
            "se": kept["standard_error"].astype("Float64").astype(float),
        }
    )


def _finding(draft: _Draft, axis: Axis, results: Mapping[tuple[str, str, str], SeriesResult]) -> Finding:
    series, behavior = draft.series, draft.behavior
    first = series.rows.iloc[0]
    family = str(first["family"])
    key = (*draft.test_key, series.model if axis == "rlhf" else "")
    if draft.verdict is None:
        result = replace(results[key], behavior=behavior.slug, family=family, series=series.label)
    else:
        tested = {x for mark, x in zip(draft.marks, series.xs, strict=True) if not mark and x is not None}
        result = SeriesResult(
            behavior=behavior.slug, family=family, series=series.label, axis=axis, n_points=len(tested),
            verdict=draft.verdict, reason=draft.reason,
        )  # fmt: skip
    points = tuple(
        _point(row, x, mark, axis)
        for row, x, mark in zip(series.rows.itertuples(), series.xs, draft.marks, strict=True)
    )
    return Finding(
        result_set=str(first["result_set"]), origin=str(first["origin"]), behavior=behavior.slug, title=behavior.title,
        group=behavior.group, concern=behavior.concern, measure=behavior.measure, chance=behavior.chance, family=family,
        lineage=str(first["lineage"]), series=series.label, evaluation=str(first["evaluation"]),
        prompt_style=str(first["prompt_style"]), metric=str(first["metric"]), points=points, result=result,
        source=str(first["source"]), licence=str(first["licence"]),
    )  # fmt: skip


def _point(row: Any, x: float | None, mark: str, axis: Axis) -> Point:
    if axis == "rlhf":
        label = f"{int(row.rlhf_steps):,} steps"
    else:
        label = size_label(int(row.parameter_count)) if x is not None else "size not stated"
    return Point(
        checkpoint=str(row.checkpoint), label=label, x=x, x_is_estimate=bool(row.parameter_count_is_estimate),
        rate=float(row.matching_rate), ci_low=_optional(row.ci_low), ci_high=_optional(row.ci_high),
        ci_method=str(row.ci_method), n_questions=None if pd.isna(row.n_questions) else int(row.n_questions), mark=mark,
    )  # fmt: skip


def _optional(value: Any) -> float | None:
    return None if pd.isna(value) else float(value)


def _unlisted(row: Any) -> Behavior:
    return Behavior(
        slug=str(row["behavior"]), title=str(row["evaluation"]), group="Other", concern="neutral",
        concern_reason="not in the behaviour catalogue, so no direction is declared as worse",
        measure="answers matching the behaviour",
    )  # fmt: skip
