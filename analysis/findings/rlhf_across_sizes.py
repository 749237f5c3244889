"""RLHF over all sizes of a family, kept with its findings along RLHF steps (method, section 4.6)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from analysis.arrays import expit, logit
from analysis.detector.cell_means import cell_means
from analysis.detector.table import check_tables
from analysis.trends.series.checked_table import CheckedTable

if TYPE_CHECKING:
    from analysis.trends.surface import SurfaceResult

LEAST_SIZES = 3
"""Sizes with two step counts each that a family needs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RlhfAcrossSizes:
    """What RLHF does to one behaviour in one family, pooled over sizes, and whether it does more in larger models.

    Points are differences of shares (-1 to 1), at the family's mean level without RLHF.
    """

    n_sizes: int
    n_models: int
    effect: float
    """Mean change of the logit from no RLHF to the largest step count."""
    effect_low: float
    """Lower end of its 95 % interval."""
    effect_high: float
    effect_points: float
    effect_points_low: float
    effect_points_high: float
    q_effect: float
    """After false-discovery control over all behaviours and families of the set."""
    interaction: float
    """Change of that effect per tenfold number of parameters, logits."""
    interaction_low: float
    interaction_high: float
    interaction_points: float
    """The same in points: of the effect at the mean size against one tenfold size further."""
    interaction_points_low: float
    interaction_points_high: float
    q_interaction: float
    tau: float
    """Between-model standard deviation of the RLHF change, logits."""


def rlhf_across_sizes(table: pd.DataFrame | Sequence[CheckedTable]) -> dict[tuple[str, str], RlhfAcrossSizes]:
    """For every (behaviour, family) of detector tables with three sizes of two step counts or more.

    A behaviour of a family lies in one of the tables. Rows need `n_params`; others are the caller's to leave out.
    Raises TableError on bad input.
    """
    tables = check_tables(table, "size") if len(table) else []
    if not tables:
        return {}
    means = cell_means(tables)
    means = means[means.groupby(["behavior", "family", "model"])["rlhf_steps"].transform("nunique") >= 2]
    n_sizes = means.groupby(["behavior", "family"])["n_params"].nunique()
    enough = n_sizes[n_sizes >= LEAST_SIZES]
    if enough.empty:
        return {}
    from analysis.trends.surface import surfaces

    means = means[pd.MultiIndex.from_frame(means[["behavior", "family"]]).isin(enough.index)]
    levels = _levels(means)
    kept = set(zip(means["behavior"], means["family"], means["model"], strict=True))
    found = {}
    for result in surfaces([part for each in tables if (part := each.of_models(kept)) is not None]):
        key = result.behavior, result.family
        if not result.reason:
            found[key] = _across(result, int(enough.loc[key]), levels[key])
    return found


def _across(result: SurfaceResult, n_sizes: int, level: float) -> RlhfAcrossSizes:
    effect = [_known(value) for value in (result.effect, result.effect_low, result.effect_high)]
    slope = [_known(value) for value in (result.interaction, result.interaction_low, result.interaction_high)]
    points = [expit(level + each) - expit(level) for each in effect]
    more = [expit(level + effect[0] + each) - expit(level + effect[0]) for each in slope]
    return RlhfAcrossSizes(
        n_sizes=n_sizes, n_models=result.n_models,
        effect=effect[0], effect_low=effect[1], effect_high=effect[2],
        effect_points=points[0], effect_points_low=points[1], effect_points_high=points[2],
        q_effect=_known(result.q_effect),
        interaction=slope[0], interaction_low=slope[1], interaction_high=slope[2],
        interaction_points=more[0], interaction_points_low=more[1], interaction_points_high=more[2],
        q_interaction=_known(result.q_interaction), tau=_known(result.tau),
    )  # fmt: skip


def _known(value: float | None) -> float:
    if value is None:
        raise ValueError("a surface result without a reason lacks a number")
    return value


def _levels(table: pd.DataFrame) -> dict[tuple[str, str], float]:
    """Mean logit of each model's rate at its smallest step count; shares 0 and 1 are kept off by half a percent."""
    first = table.groupby(["behavior", "family", "model"])["rlhf_steps"].transform("min")
    start = table[table["rlhf_steps"] == first]
    rate = start["mean"].clip(0.005, 0.995)
    logits = rate.map(logit).groupby([start["behavior"], start["family"]]).mean()
    names = (logits.index.get_level_values(level) for level in ("behavior", "family"))
    return {(str(behavior), str(family)): float(value) for behavior, family, value in zip(*names, logits, strict=True)}
