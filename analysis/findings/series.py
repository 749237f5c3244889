"""Which rows of a result set belong on one curve."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from analysis.records import STAGE_WORDS, model_of
from analysis.verdicts import Axis


class RateRow(NamedTuple):
    """One row of RATES as plain values; None where the table is null. Fields as in analysis.tables.RATES."""

    result_set: str
    origin: str
    checkpoint: str
    family: str
    lineage: str
    variant: str
    stage: str
    parameter_count: int | None
    parameter_count_is_estimate: bool
    rlhf_steps: int | None
    training_tokens: int | None
    evaluation: str
    behavior: str
    run_settings: str
    metric: str
    n_questions: int | None
    n_answered: int | None
    matching_rate: float
    standard_error: float | None
    ci_low: float | None
    ci_high: float | None
    ci_method: str
    source: str
    licence: str

    @property
    def model(self) -> str:
        """The checkpoint's name without its step."""
        return model_of(self.checkpoint)

    @property
    def n(self) -> int | None:
        """Answers behind the rate: the questions asked where nobody says how many were answered."""
        return self.n_questions if self.n_answered is None else self.n_answered


@dataclass(frozen=True, slots=True)
class RateSeries:
    """Rows of one curve in order of x (rows without x last)."""

    rows: tuple[RateRow, ...]
    xs: tuple[float | None, ...]
    """Parameter count or RLHF steps of each row."""
    label: str
    """What tells this series from others of its family; empty for the main one."""
    step_label: str
    """RLHF steps all rows share on the size axis, in words; empty where there is one step count only."""
    model: str
    """Model on the RLHF axis; empty on the size axis."""
    mixed_prompts: str
    """Where the family was asked in several ways and none covers all sizes: the ways, in words."""

    @property
    def key(self) -> tuple[str, ...]:
        """Sort key: behaviour, evaluation, family, label, run settings, metric."""
        first = self.rows[0]
        return (first.behavior, first.evaluation, first.family, self.label, first.run_settings, first.metric)


def split_series(rates: pd.DataFrame, axis: Axis) -> Iterator[RateSeries]:
    """Every curve of a result set (RATES rows) along one axis.

    Size: the last training checkpoint of each model; where a family was scored at several RLHF steps, a curve per step
    that has at least two sizes. RLHF: a curve per model with at least two step counts. Different evaluations, metrics,
    variants or run settings never share a curve. Rows without a rate, or on a scale that is no share, are on none.
    """
    for group in _groups(rate_rows(rates), lambda r: (r.behavior, r.evaluation, r.metric, r.family, r.variant)):
        styles = sorted({row.run_settings for row in group})
        for style in styles:
            asked = [row for row in group if row.run_settings == style]
            shown = [style] if len(styles) > 1 else []
            if axis == "rlhf":
                yield from _by_model(asked, shown)
            else:
                yield from _by_step(asked, shown, _mixed(group, styles))


def rate_rows(rates: pd.DataFrame) -> list[RateRow]:
    """RATES rows with a rate as plain values."""
    rates = rates[rates["matching_rate"].notna()]
    return [RateRow(*values) for values in zip(*(_values(rates[name]) for name in RateRow._fields), strict=True)]


def _values(column: pd.Series) -> list[Any]:
    if column.dtype != "string":
        return column.astype(object).where(column.notna(), None).tolist()
    place, texts = pd.factorize(column)  # a text that stands in many rows is one object
    return list(np.array([*texts, None], object)[place])


def _groups(rows: Iterable[RateRow], key: Callable[[RateRow], Hashable]) -> list[list[RateRow]]:
    found: dict[Hashable, list[RateRow]] = defaultdict(list)
    for row in rows:
        found[key(row)].append(row)
    return list(found.values())


def _by_model(rows: list[RateRow], style: list[str]) -> Iterator[RateSeries]:
    """A model's stage is no part of the curve: at step 0 it is not yet trained by RLHF."""
    for run in _groups((row for row in rows if row.rlhf_steps is not None), lambda row: row.model):
        if len({row.rlhf_steps for row in run}) < 2:
            continue
        ordered = sorted(run, key=lambda row: (row.rlhf_steps or 0, row.checkpoint))
        xs = tuple(float(row.rlhf_steps or 0) for row in ordered)
        yield RateSeries(tuple(ordered), xs, ", ".join([run[0].model, *style]), "", run[0].model, "")


def _by_step(rows: list[RateRow], style: list[str], mixed: str) -> Iterator[RateSeries]:
    several = len({row.rlhf_steps for row in rows} - {None}) > 1
    several_stages = len({row.stage for row in rows}) > 1 and not several
    for run in _groups(rows, lambda row: (row.stage, row.rlhf_steps)):
        first = run[0]
        if several and (first.rlhf_steps is None or len({row.parameter_count for row in run} - {None}) < 2):
            continue
        words = f"{first.rlhf_steps:,} RL steps" if several else ""
        stage = STAGE_WORDS.get(first.stage, "") if several_stages else ""
        ordered = sorted(_last_checkpoints(run), key=lambda row: (row.parameter_count or float("inf"), row.checkpoint))
        xs = tuple(None if row.parameter_count is None else float(row.parameter_count) for row in ordered)
        yield RateSeries(
            tuple(ordered),
            xs,
            ", ".join(part for part in (first.variant, stage, *style, words) if part),
            words,
            "",
            mixed,
        )


def _last_checkpoints(run: list[RateRow]) -> list[RateRow]:
    """Of several training checkpoints of one size those that have seen most tokens."""
    most: dict[int | None, int] = defaultdict(int)
    for row in run:
        most[row.parameter_count] = max(most[row.parameter_count], row.training_tokens or 0)
    return [row for row in run if row.training_tokens is None or row.training_tokens == most[row.parameter_count]]


def _mixed(group: list[RateRow], styles: list[str]) -> str:
    """The ways a family was asked, where together they cover more sizes than the best of them alone."""
    sizes = [{row.parameter_count for row in group if row.run_settings == style} - {None} for style in styles]
    return "; ".join(styles) if len(set().union(*sizes)) > max(len(each) for each in sizes) else ""
