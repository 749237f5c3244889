"""Rates along training: one line per model over the tokens it has seen. Described only, nothing is tested."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from analysis.catalogue.behaviors import behaviors
from analysis.catalogue.unlisted import unlisted
from analysis.findings.series import RateRow, rate_rows
from analysis.records import CONTROL, STAGE_WORDS, Behavior, model_of
from analysis.sizes import size_label

_ONE_WAY = ["family", "variant", "stage", "evaluation", "run_settings", "metric"]
"""Columns whose values all rows of one chart share."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainingPoint:
    """One training checkpoint's rate."""

    checkpoint: str
    tokens: int
    """Pretraining tokens seen; 0 before the first step."""
    rate: float
    """0-1."""
    ci_low: float | None
    ci_high: float | None
    ci_method: str
    """Method of the interval, or why there is none."""
    n_questions: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainingLine:
    """One model along its training."""

    model: str
    parameter_count: int | None
    """None where the maker does not say."""
    parameter_count_is_estimate: bool
    points: tuple[TrainingPoint, ...]
    """Two token counts at least, ascending."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainingCurves:
    """One behaviour, asked one way, along the training of the models of one family and variant."""

    result_set: str
    origin: str
    behavior: str
    """Slug in the catalogue."""
    title: str
    measure: str
    """What the rate is a share of."""
    chance: float | None
    family: str
    series: str
    """Variant, and the stage where it is not pretraining; empty for the main series."""
    evaluation: str
    prompt_style: str
    metric: str
    lines: tuple[TrainingLine, ...]
    """In order of size; models of unknown size last."""
    source: str
    licence: str

    @property
    def is_control(self) -> bool:
        """Control models: no evidence about real models."""
        return self.origin == CONTROL

    @property
    def name(self) -> str:
        """Family and series as one label, e.g. 'Pythia deduped'."""
        return f"{self.family} {self.series}".strip()


def training_behaviors(rates: pd.DataFrame) -> frozenset[str]:
    """Slugs of the behaviours in RATES rows for which at least one model has rates at several token counts."""
    rows = _while_training(rates)
    if rows.empty:
        return frozenset()
    model = rows["checkpoint"].map(model_of).rename("model")
    counts = rows["training_tokens"].groupby(
        [rows["behavior"], *(rows[name] for name in _ONE_WAY), model], dropna=False
    )
    several = counts.nunique()
    return frozenset(str(slug) for slug in several[several > 1].index.get_level_values("behavior"))


def training_curves(
    rates: pd.DataFrame, behavior: str, catalogue: Mapping[str, Behavior] | None = None
) -> tuple[TrainingCurves, ...]:
    """Curves of one behaviour (slug) of one result set (RATES rows), one entry per family and series, by name.

    Rows after RL steps and rows without a token count take no part, nor do models with a single token count. Where a
    family was asked in several ways, the way with the most checkpoints is shown. Empty where no model has two.
    """
    known = behaviors() if catalogue is None else catalogue
    ways: dict[tuple[str, ...], list[RateRow]] = defaultdict(list)
    for row in rate_rows(_while_training(rates[rates["behavior"] == behavior])):
        ways[tuple(getattr(row, name) for name in _ONE_WAY)].append(row)
    best: dict[str, TrainingCurves] = {}
    for _, rows in sorted(ways.items()):
        lines, entry = _lines(rows), known.get(behavior) or unlisted(behavior, rows[0].evaluation)
        curves = _curves(rows[0], lines, entry) if lines else None
        if curves and (curves.name not in best or _n_points(curves) > _n_points(best[curves.name])):
            best[curves.name] = curves
    return tuple(sorted(best.values(), key=lambda curves: curves.name))


def line_labels(curves: TrainingCurves) -> list[str]:
    """'6.9B' for each line, in order; the model's name where a size is unknown or two models share it."""
    sizes = [size_label(line.parameter_count) for line in curves.lines]
    taken = Counter(sizes)
    return [
        line.model if line.parameter_count is None or taken[size] > 1 else size
        for line, size in zip(curves.lines, sizes, strict=True)
    ]


def _while_training(rates: pd.DataFrame) -> pd.DataFrame:
    return rates[rates["training_tokens"].notna() & (rates["rlhf_steps"].fillna(0) == 0)]


def _lines(rows: list[RateRow]) -> tuple[TrainingLine, ...]:
    models: dict[str, list[RateRow]] = defaultdict(list)
    for row in rows:
        models[row.model].append(row)
    lines = [_line(model, run) for model, run in models.items() if len({row.training_tokens for row in run}) > 1]
    return tuple(sorted(lines, key=lambda line: (line.parameter_count or float("inf"), line.model)))


def _line(model: str, rows: list[RateRow]) -> TrainingLine:
    points = [
        TrainingPoint(
            checkpoint=row.checkpoint, tokens=row.training_tokens or 0, rate=row.matching_rate, ci_low=row.ci_low,
            ci_high=row.ci_high, ci_method=row.ci_method, n_questions=row.n,
        )
        for row in rows
    ]  # fmt: skip
    return TrainingLine(
        model=model,
        parameter_count=rows[0].parameter_count,
        parameter_count_is_estimate=rows[0].parameter_count_is_estimate,
        points=tuple(sorted(points, key=lambda point: (point.tokens, point.checkpoint))),
    )


def _curves(first: RateRow, lines: tuple[TrainingLine, ...], behavior: Behavior) -> TrainingCurves:
    return TrainingCurves(
        result_set=first.result_set, origin=first.origin, behavior=behavior.slug, title=behavior.title,
        measure=behavior.measure, chance=behavior.chance, family=first.family,
        series=", ".join(part for part in (first.variant, STAGE_WORDS.get(first.stage, "")) if part),
        evaluation=first.evaluation, prompt_style=first.run_settings, metric=first.metric, lines=lines,
        source=first.source, licence=first.licence,
    )  # fmt: skip


def _n_points(curves: TrainingCurves) -> int:
    return sum(len(line.points) for line in curves.lines)
