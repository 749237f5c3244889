"""How good were past forecasts? Leave out the largest sizes and look (method, section 4.7)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from analysis.trends.forecast import forecasts
from analysis.trends.series.series import Series

LEAST_SIZES = 5
LEAST_COVERAGE = 0.80
"""Forecasts of a family whose 90 % intervals held less often than this should not be shown."""


@dataclass(frozen=True, slots=True)
class Coverage:
    """Measured quality of forecasts in one family."""

    family: str
    ahead: int
    """How many of the largest sizes were left out; the largest one was predicted."""
    n_forecasts: int
    covered: float
    """Share of observed rates inside their interval, 0-1."""
    error: float
    """Mean absolute error, logits."""
    error_of_last: float
    """The same for repeating the largest size that was kept: the baseline."""


def measured_coverage(series: list[Series], level: float = 0.9) -> list[Coverage]:
    """For each family and 1 or 2 sizes ahead, over its series with five sizes or more; families without are
    absent."""
    found = []
    for ahead in (1, 2):
        usable = [one for one in series if one.n_distinct >= LEAST_SIZES]
        if not usable:
            continue
        shorter = [_without_largest(one, ahead) for one in usable]
        targets = np.unique([one.x[-1] for one in usable])
        seen = forecasts(shorter, targets, level)
        rows: dict[str, list[tuple[bool, float, float]]] = {}
        for at, (one, kept) in enumerate(zip(usable, shorter, strict=True)):
            to = int(np.searchsorted(targets, one.x[-1]))
            for y in one.y[one.x == one.x[-1]]:
                inside = bool(seen.low[at, to] <= y <= seen.high[at, to])
                errors = abs(float(seen.estimate[at, to] - y)), abs(float(kept.y[-1] - y))
                rows.setdefault(one.family, []).append((inside, *errors))
        for family, each in sorted(rows.items()):
            covered, error, last = np.array(each, float).mean(0)
            found.append(Coverage(family, ahead, len(each), float(covered), float(error), float(last)))
    return found


def _without_largest(one: Series, count: int) -> Series:
    """The series without its `count` largest places: cells are in order of their places."""
    kept = int(np.searchsorted(one.raw, sorted(set(one.raw.tolist()))[-count]))
    return Series(
        one.behavior, one.family, one.name, one.raw[:kept], one.x[:kept], one.y[:kept], one.V[:kept, :kept],
        one.n_distinct - count,
    )  # fmt: skip
