"""What a larger model of a family would score, where past forecasts of the family held (method, section 4.7)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from analysis.arrays import expit

if TYPE_CHECKING:
    import pandas as pd

    from analysis.trends.fit.side_by_side import Each
    from analysis.trends.holdout import Coverage
    from analysis.trends.series.checked_table import CheckedTable
    from analysis.trends.series.series import Series

TIMES_LARGER = (3.0, 10.0)
"""Sizes that are forecast, in largest measured sizes: at most one decade beyond the data."""
FORECAST_LEVEL = 0.9
"""Level of the prediction intervals."""
LEAST_PAST = 5
"""Past forecasts a family needs before their success says anything."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Forecast:
    """Rate of a new model of one size on the same questions. Rates are shares, 0-1."""

    x: float
    """Parameters of the new model."""
    estimate: float
    low: float
    """Lower end of the 90 % prediction interval."""
    high: float
    last: float
    """Measured rate of the largest model (mean where several are that large): the baseline."""
    n_past: int
    """Forecasts of the family that were tried with its largest size, or two sizes, left out."""
    covered: float
    """Share of their 90 % intervals that held the measured rate (0-1), one or two sizes ahead, whichever is
    worse."""
    past_error: float
    """Their mean absolute error, logits."""
    past_error_of_last: float
    """The same for repeating the last value."""


@dataclass(frozen=True, slots=True)
class Outlook:
    """Forecasts of one series, or why none are shown."""

    forecasts: tuple[Forecast, ...] = ()
    reason: str = ""
    """Empty where there are forecasts."""


def outlooks(table: pd.DataFrame | Sequence[CheckedTable], each: Each = map) -> dict[tuple[str, str], Outlook]:
    """Forecasts of every series of one or more detector tables (behaviour, family), at three and ten times its largest
    size.

    A family with fewer than LEAST_PAST past forecasts, or whose intervals held less than 80 % of the time, gets a
    reason instead, and so does a series of fewer than five sizes. `each` says where families are worked through. Raises
    TableError on bad input.
    """
    from analysis.detector.cell_means import cell_means
    from analysis.detector.table import check_tables
    from analysis.trends.series.series import all_series

    families: dict[str, list[Series]] = {}
    tables = check_tables(table, "size")
    for one in all_series(tables, "size"):
        families.setdefault(one.family, []).append(one)
    last = _last_rates(cell_means(tables))
    found: dict[tuple[str, str], Outlook] = {}
    for of_family in each(_of_family, ((own, _of(last, own)) for own in families.values())):
        found |= of_family
    return found


def _of(last: Mapping[tuple[str, str], float], series: list[Series]) -> dict[tuple[str, str], float]:
    return {key: last[key] for key in {(one.behavior, one.family) for one in series}}


def _of_family(job: tuple[list[Series], Mapping[tuple[str, str], float]]) -> dict[tuple[str, str], Outlook]:
    from analysis.trends.holdout import LEAST_SIZES, measured_coverage

    series, last = job
    long = [one for one in series if one.n_distinct >= LEAST_SIZES]
    found = {
        (one.behavior, one.family): Outlook(
            reason=f"it has {one.n_distinct} sizes; a forecast needs {LEAST_SIZES}, "
            "so that it can be tried on the largest"
        )
        for one in series
        if one.n_distinct < LEAST_SIZES
    }
    if not long:
        return found
    past = measured_coverage(long, FORECAST_LEVEL)
    if reason := _refused(past):
        return found | {(one.behavior, one.family): Outlook(reason=reason) for one in long}
    return found | _forecasts(series, long, past, last)


def _refused(past: list[Coverage]) -> str:
    """Why a family's forecasts are not shown; empty where they are."""
    from analysis.trends.holdout import LEAST_COVERAGE

    tried = sum(each.n_forecasts for each in past)
    if tried < LEAST_PAST:
        return f"only {tried} forecasts of this family can be tried on sizes that are known; that says too little"
    worst = min(past, key=lambda each: each.covered)
    if worst.covered < LEAST_COVERAGE:
        ahead = "size" if worst.ahead == 1 else f"{worst.ahead} sizes"
        return (
            f"with the largest {ahead} left out, {worst.covered:.0%} of {worst.n_forecasts} intervals at 90% held the "
            f"measured rate; below {LEAST_COVERAGE:.0%} none are shown"
        )
    return ""


def _forecasts(
    series: list[Series], long: list[Series], past: list[Coverage], last: Mapping[tuple[str, str], float]
) -> dict[tuple[str, str], Outlook]:
    import numpy as np

    from analysis.trends.forecast import forecasts
    from analysis.trends.holdout import LEAST_SIZES

    n_past = sum(each.n_forecasts for each in past)
    error = sum(each.error * each.n_forecasts for each in past) / n_past
    error_of_last = sum(each.error_of_last * each.n_forecasts for each in past) / n_past
    covered = min(each.covered for each in past)
    found = {}
    for largest in sorted({float(one.raw.max()) for one in long}):
        sizes = [largest * times for times in TIMES_LARGER]
        seen = forecasts(series, np.log10(sizes), FORECAST_LEVEL)
        estimate, low, high = (expit(each) for each in (seen.estimate, seen.low, seen.high))
        for at, one in enumerate(series):
            key = one.behavior, one.family
            if one.n_distinct < LEAST_SIZES or float(one.raw.max()) != largest:
                continue
            found[key] = Outlook(
                tuple(
                    Forecast(
                        x=size, estimate=float(estimate[at, to]), low=float(low[at, to]), high=float(high[at, to]),
                        last=last[key], n_past=n_past, covered=covered, past_error=error,
                        past_error_of_last=error_of_last,
                    )
                    for to, size in enumerate(sizes)
                )
            )  # fmt: skip
    return found


def _last_rates(cells: pd.DataFrame) -> dict[tuple[str, str], float]:
    """Mean rate of the largest models of each behaviour and family."""
    top = cells.groupby(["behavior", "family"])["n_params"].transform("max")
    means = cells[cells["n_params"] == top].groupby(["behavior", "family"])["mean"].mean()
    names = (means.index.get_level_values(level) for level in ("behavior", "family"))
    return {(str(behavior), str(family)): float(rate) for behavior, family, rate in zip(*names, means, strict=True)}
