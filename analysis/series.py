"""Which rows of a result set belong on one curve."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pandas as pd

from analysis.trends.result import Axis

CURVE = ["result_set", "behavior", "evaluation", "metric", "family", "variant"]
"""Rows that differ in one of these never share a curve; nor do rows with different prompt styles."""
STAGE_WORDS = {"rlhf": "RLHF", "sft": "SFT", "preference_model": "preference model"}


@dataclass(frozen=True, slots=True)
class Series:
    """Rows of one curve in order of x (rows without x last)."""

    rows: pd.DataFrame
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
        """Sort key: behaviour, family, label."""
        first = self.rows.iloc[0]
        return (
            str(first["behavior"]),
            str(first["evaluation"]),
            str(first["family"]),
            self.label,
            str(first["prompt_style"]),
        )


def split_series(rates: pd.DataFrame, axis: Axis) -> Iterator[Series]:
    """Every curve of a result set along one axis.

    Size: the last training checkpoint of each model; where a family was scored at several RLHF steps, a curve per step
    that has at least two sizes. RLHF: a curve per model with at least two step counts.
    """
    for _, group in rates.groupby(CURVE, sort=True, dropna=False):
        styles = sorted(group["prompt_style"].unique())
        for style in styles:
            rows = group[group["prompt_style"] == style]
            style_shown = [style] if len(styles) > 1 else []
            if axis == "rlhf":
                yield from _by_model(rows, style_shown)
            else:
                yield from _by_step(rows, style_shown, _mixed(group, styles))


def _by_model(rows: pd.DataFrame, style: list[str]) -> Iterator[Series]:
    """A model's stage is no part of the curve: at step 0 it is not yet trained by RLHF."""
    stepped = rows[rows["rlhf_steps"].notna()]
    for model, run in stepped.groupby(stepped["checkpoint"].str.split("@").str[0], sort=True):
        if run["rlhf_steps"].nunique() < 2:
            continue
        ordered = run.sort_values(["rlhf_steps", "checkpoint"])
        xs = tuple(float(steps) for steps in ordered["rlhf_steps"])
        yield Series(ordered, xs, ", ".join([str(model), *style]), "", str(model), "")


def _by_step(rows: pd.DataFrame, style: list[str], mixed: str) -> Iterator[Series]:
    several = rows["rlhf_steps"].nunique() > 1
    for (stage, _), run in rows.groupby(["stage", "rlhf_steps"], sort=True, dropna=False):
        step = run["rlhf_steps"].iloc[0]
        if several and (pd.isna(step) or run["parameter_count"].nunique() < 2):
            continue
        words = f"{int(step):,} RLHF steps" if several else ""
        kind = str(run["variant"].iloc[0]) or ("" if several else STAGE_WORDS.get(str(stage), ""))
        last = run[run["training_tokens"].isna() | (run["training_tokens"] == _most_tokens(run))]
        ordered = last.sort_values(["parameter_count", "checkpoint"], na_position="last")
        xs = tuple(None if pd.isna(size) else float(size) for size in ordered["parameter_count"])
        yield Series(ordered, xs, ", ".join(part for part in (kind, *style, words) if part), words, "", mixed)


def _most_tokens(run: pd.DataFrame) -> pd.Series:
    """For each row the most training tokens any row of the same size has seen."""
    return run.groupby("parameter_count", dropna=False)["training_tokens"].transform("max")


def _mixed(group: pd.DataFrame, styles: list[str]) -> str:
    """The ways a family was asked, where together they cover more sizes than the best of them alone."""
    if len(styles) < 2:
        return ""
    sizes = {style: set(group.loc[group["prompt_style"] == style, "parameter_count"].dropna()) for style in styles}
    together = set().union(*sizes.values())
    return "; ".join(styles) if len(together) > max(len(each) for each in sizes.values()) else ""
