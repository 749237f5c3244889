"""The detector: which series rise, fall or turn, with known error rates."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from scipy import stats

from analysis.detector_table import check_directions, check_table
from analysis.trends.multiplicity import benjamini_hochberg
from analysis.trends.result import Axis, CurvePoint, SeriesResult, Verdict
from analysis.trends.series import Series, all_series, scale_of

COLUMNS = (
    "behavior",
    "family",
    "series",
    "n_points",
    "verdict",
    "p",
    "q",
    "p_shape",
    "q_shape",
    "change",
    "slope",
    "ci_low",
    "ci_high",
    "tau",
    "reason",
)
LEAST = 0.2


def analyse(table: pd.DataFrame, directions: Mapping[str, int], axis: Axis = "size") -> list[SeriesResult]:
    """One result per series, in order of behaviour, family and series. Raises TableError on bad input."""
    checked = check_table(table, axis)
    way = check_directions(directions, checked.behaviors)
    series = all_series(checked, axis)
    scale = scale_of(checked, axis)
    fits = [_line(one) for one in series]
    q = benjamini_hochberg(np.array([np.nan if fit is None else fit[4] for fit in fits]))
    n_tests = int((~np.isnan(q)).sum())
    results = []
    for one, fit, q_one in zip(series, fits, q, strict=True):
        base = {
            "behavior": one.behavior,
            "family": one.family,
            "series": one.name,
            "axis": axis,
            "n_points": one.n_distinct,
            "n_tests": n_tests,
        }
        if fit is None:
            results.append(SeriesResult(**base, verdict="inconclusive", reason="fewer than 3 distinct x"))
            continue
        slope, level, se, t, p = fit
        span, half = one.x[-1] - one.x[0], t * se
        verdict = _verdict(way[one.behavior], slope * span, q_one)
        middle = one.x.mean()
        ends = [expit(level + slope * (end - middle)) for end in (one.x[0], one.x[-1])]
        grid = np.linspace(one.x[0], one.x[-1] + (0.3 if axis == "size" else 0.0), 40)
        spread = t * np.sqrt(se**2 * ((grid - middle) ** 2 + ((one.x - middle) ** 2).mean()))
        centre = level + slope * (grid - middle)
        curve = tuple(
            CurvePoint(
                float(r),
                float(expit(c)),
                float(expit(c - w)),
                float(expit(c + w)),
                bool(g <= one.x[-1] + 1e-9),
            )
            for r, g, c, w in zip(scale.raw(grid), grid, centre, spread, strict=True)
        )
        results.append(
            SeriesResult(
                **base,
                verdict=verdict,
                reason=f"q = {q_one:.2g}, change {slope * span:+.2f} logit",
                p=float(p),
                q=float(q_one),
                change=float(slope * span),
                change_low=float((slope - half) * span),
                change_high=float((slope + half) * span),
                change_points=float(ends[1] - ends[0]),
                slope=float(slope),
                ci_low=float(slope - half),
                ci_high=float(slope + half),
                curve=curve,
            )
        )
    return results


def expit(value):
    return 1 / (1 + np.exp(-value))


def _line(one: Series) -> tuple[float, float, float, float, float] | None:
    if one.n_distinct < 3:
        return None
    centred, k = one.x - one.x.mean(), len(one.x) - 2
    slope = centred @ one.y / (centred @ centred)
    rest = one.y - one.y.mean() - slope * centred
    se = max(np.sqrt(rest @ rest / k / (centred @ centred)), 1e-9)
    return slope, one.y.mean(), se, stats.t.ppf(0.975, k), 2 * stats.t.sf(abs(slope) / se, k)


def _verdict(direction: int, change: float, q: float) -> Verdict:
    if not (q <= 0.05 and abs(change) >= LEAST):
        return "inconclusive"
    if direction == 0:
        return "increasing" if change > 0 else "decreasing"
    return "inverse" if change * direction > 0 else "positive"


def detect(table: pd.DataFrame, directions: Mapping[str, int], axis: Axis = "size") -> pd.DataFrame:
    """A row per series; columns as in COLUMNS. Raises TableError on bad input."""
    results = analyse(table, directions, axis)
    return pd.DataFrame({c: [getattr(result, c) for result in results] for c in COLUMNS})


def predict(
    table: pd.DataFrame, directions: Mapping[str, int], new_params: Sequence[float], level: float = 0.9
) -> pd.DataFrame:
    """Interval for the observed rate of a new model of each size."""
    checked = check_table(table, "size")
    check_directions(directions, checked.behaviors)
    rows = []
    for one in all_series(checked, "size"):
        fit = _line(one)
        for size in new_params:
            if fit is None:
                continue
            slope, centre, se, _, _ = fit
            away = np.log10(size) - one.x.mean()
            spread = np.sum((one.x - one.x.mean()) ** 2)
            half = (
                stats.t.ppf(0.5 + level / 2, len(one.x) - 2)
                * se
                * np.sqrt(spread * (1 + 1 / len(one.x)) + away**2)
            )
            guess = centre + slope * away
            rows.append(
                {
                    "behavior": one.behavior,
                    "family": one.family,
                    "n_params": size,
                    "estimate": float(expit(guess)),
                    "pi_low": float(expit(guess - half)),
                    "pi_high": float(expit(guess + half)),
                }
            )
    return pd.DataFrame(rows, columns=["behavior", "family", "n_params", "estimate", "pi_low", "pi_high"])
