"""The detector: which series rise, fall or turn along size or RLHF steps, with known error rates.

The method is an empirical-Bayes random-effects regression of logit rates: questions are one source of
scatter, models another, and how jumpy models are (tau) is learned from all behaviours of a family.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from analysis.arrays import expit
from analysis.detector.table import check_directions, check_forecast, check_tables
from analysis.trends.assess import Assessment, assess, points
from analysis.trends.decide import decide
from analysis.trends.detectable import detectable_changes
from analysis.trends.family import FamilyFit, Progress, assessment_of, fit_families
from analysis.trends.fit.side_by_side import Each
from analysis.trends.forecast import forecasts
from analysis.trends.holdout import Coverage, measured_coverage
from analysis.trends.influence import Influence, influences
from analysis.trends.result import SeriesResult
from analysis.trends.series.checked_table import CheckedTable
from analysis.trends.series.constant_start import constant_start
from analysis.trends.series.series import Series, all_series, scale_of
from analysis.verdicts import CLAIMS, Axis, Verdict

COLUMNS = (
    "behavior", "family", "series", "n_points", "verdict", "p", "q", "p_shape", "q_shape", "change", "slope",
    "ci_low", "ci_high", "tau", "reason",
)  # fmt: skip
Rows = pd.DataFrame | Sequence[CheckedTable]
"""A table of items or of cell means, or several checked ones to be tested together."""
SeriesKey = tuple[str, str, str]
"""Behaviour, family and series."""


def detect(table: pd.DataFrame, directions: Mapping[str, int], axis: Axis = "size") -> pd.DataFrame:
    """Verdict on every series of a table, a row each, ordered by behaviour, family and series.

    `table`: item rows (behavior, family, model, n_params, rlhf_steps, item_id, p_match [, label, cluster])
    or cell means (behavior, family, model, n_params, rlhf_steps, n, mean [, se]); `directions`: behaviour ->
    1 more is worse, -1 less is worse, 0 neutral. Result columns: COLUMNS (`series` is the model on the RLHF
    axis). `change` in logits from first to last place, `slope` in logits per decade of parameters (RLHF
    axis: per unit of log2(1 + steps/s0)), `ci_*` the 95 % interval of `slope`. Numbers are missing where a
    series could not be tested; `reason` says why. Raises TableError on bad input. The frame is not changed.
    """
    assessment, ways = _assessed(table, directions, axis)
    rows = _results(assessment, ways)
    frame = pd.DataFrame({column: [getattr(row, column) for row in rows] for column in COLUMNS})
    return frame.astype(dict.fromkeys(COLUMNS[5:14], float))


def verdicts(table: Rows, directions: Mapping[str, int], axis: Axis = "size") -> dict[SeriesKey, Verdict]:
    """The verdicts of `analyse` alone, by behaviour, family and series."""
    assessment, ways = _assessed(table, directions, axis)
    return {(one.behavior, one.family, one.series): one.verdict for one in _results(assessment, ways)}


def analyse(
    table: Rows,
    directions: Mapping[str, int],
    axis: Axis = "size",
    progress: Progress | None = None,
    each: Each = map,
) -> list[SeriesResult]:
    """The same verdicts with everything a chart needs: fitted curves, what leaving one place out does, whether
    the form holds and which models stray.

    Input, order and errors as for `detect`; several tables (items, means) are tested together. `progress` is told
    after each family how many series are fitted, and of how many; `each` says where families are fitted.
    """
    tables, ways = _checked(table, directions, axis)
    series = all_series(tables, axis)
    fits = fit_families(series, axis, scale_of(tables, axis), progress, each)
    assessment = assessment_of(series, axis, fits)
    beside = _beside(assessment, fits, ways)
    return _results(assessment, ways, beside)


def _beside(found: Assessment, fits: Sequence[FamilyFit], ways: dict[str, int]) -> list[dict[str, Any]]:
    """What stands beside the verdict of each series."""
    told: list[dict[str, Any]] = [{} for _ in found.series]
    everywhere = [(fit, at, int(place)) for fit in fits for at, place in enumerate(fit.place)]
    errors = [replace(each, place=fit.place[each.place]) for fit in fits for each in fit.believed]
    least = detectable_changes(found.n_tests, errors)
    left_out = influences(found, {place: fit.refits[at] for fit, at, place in everywhere if at in fit.refits}, ways)
    for fit, at, place in everywhere:
        told[place] = {
            "curve": fit.curves.get(at, ()), "detectable_change": _number(least[place]),
            "adequacy_p": _number(fit.adequacy.p[at]), "bend_probability": _number(fit.adequacy.bend[at]),
            "unusually_jumpy": fit.adequacy.jumpy[at], "residuals": fit.residuals.get(at, ()),
        }  # fmt: skip
        if place in left_out:
            told[place] |= _influence(left_out[place])
    return told


def _influence(seen: Influence) -> dict[str, Any]:
    without = float(points(np.array(seen.level), np.array(seen.change)))
    return {"fragile": seen.fragile, "influential_x": seen.x, "change_points_without": without}


def predict(
    table: pd.DataFrame, directions: Mapping[str, int], new_params: Sequence[float], level: float = 0.9
) -> pd.DataFrame:
    """Interval for the observed rate of a new model of each size on the same questions.

    `table` and `directions` as for `detect`; `new_params` in parameters. Columns: behavior, family, series,
    n_params, estimate, pi_low, pi_high (rates 0-1, central `level` interval), last (rate of the largest
    measured model, the baseline that is hard to beat) and reason (why there is no interval, where it is
    missing: fewer than 3 sizes). Raises TableError on bad input.
    """
    tables = check_tables(table, "size")
    check_directions(directions, tables[0].behaviors)
    sizes = check_forecast(new_params, level)
    series = all_series(tables, "size")
    seen = forecasts(series, np.log10(sizes), level)
    rate = {name: expit(getattr(seen, name)) for name in ("estimate", "low", "high")}
    few = np.array([one.n_distinct < 3 for one in series])
    reasons = ["" if not lacks else "fewer than 3 distinct sizes" for lacks in few]
    n_sizes = len(sizes)
    return pd.DataFrame(
        {
            "behavior": np.repeat([one.behavior for one in series], n_sizes),
            "family": np.repeat([one.family for one in series], n_sizes),
            "series": np.repeat([one.name for one in series], n_sizes),
            "n_params": np.tile(np.asarray(new_params), len(series)),
            "estimate": rate["estimate"].ravel(),
            "pi_low": rate["low"].ravel(),
            "pi_high": rate["high"].ravel(),
            "last": np.repeat(expit(np.array([one.y[-1] for one in series])), n_sizes),
            "reason": np.repeat(reasons, n_sizes),
        }
    )


def forecast_coverage(table: pd.DataFrame, level: float = 0.9) -> list[Coverage]:
    """How often forecasts of each family's one or two largest sizes would have held, over its behaviours.

    Families with fewer than five sizes are absent. Where less than `LEAST_COVERAGE` of the intervals held,
    do not show forecasts of that family. Raises TableError on bad input.
    """
    return measured_coverage(all_series(check_tables(table, "size"), "size"), level)


def _checked(table: Rows, directions: Mapping[str, int], axis: Axis) -> tuple[Sequence[CheckedTable], dict[str, int]]:
    tables = check_tables(table, axis)
    return tables, check_directions(directions, sorted({name for each in tables for name in each.behaviors}))


def _assessed(table: Rows, directions: Mapping[str, int], axis: Axis) -> tuple[Assessment, dict[str, int]]:
    tables, ways = _checked(table, directions, axis)
    return assess(all_series(tables, axis), axis), ways


def _results(
    assessment: Assessment, ways: dict[str, int], beside: Sequence[dict[str, Any]] | None = None
) -> list[SeriesResult]:
    """Verdict and numbers of every series, with what stands `beside` them."""
    trend, turn = assessment.trends, assessment.reversals
    columns = {
        "p": trend.p, "q": assessment.q, "p_shape": turn.p, "q_shape": assessment.q_shape,
        "change": trend.change, "change_low": trend.low, "change_high": trend.high,
        "change_points": points(trend.level, trend.change),
        "change_points_low": points(trend.level, trend.low),
        "change_points_high": points(trend.level, trend.high),
        "change_low_90": trend.inner_low, "change_high_90": trend.inner_high,
        "slope": trend.change / assessment.span, "ci_low": trend.low / assessment.span,
        "ci_high": trend.high / assessment.span, "tau": trend.tau,
    }  # fmt: skip
    rows = zip(*(column.tolist() for column in columns.values()), strict=True)
    learned_from = Counter(one.family for one, p in zip(assessment.series, trend.p, strict=True) if not math.isnan(p))
    n_tests = assessment.n_tests.tolist()
    results = []
    for at, (series, row) in enumerate(zip(assessment.series, rows, strict=True)):
        numbers: dict[str, Any] = {
            name: None if math.isnan(value) else value for name, value in zip(columns, row, strict=True)
        }
        tested = numbers["p"] is not None
        verdict, reason = (
            decide(assessment.evidence(at), ways[series.behavior]) if tested else _too_few(series, assessment.axis)
        )
        if verdict in CLAIMS and assessment.axis == "size" and (constant := constant_start(series)):
            verdict, reason = "inconclusive", constant
        results.append(
            SeriesResult(
                behavior=series.behavior,
                family=series.family,
                series=series.name,
                axis=assessment.axis,
                n_points=series.n_distinct,
                verdict=verdict,
                reason=reason,
                n_tests=n_tests[at],
                n_effective=assessment.priors[series.family].n_effective if tested else None,
                n_family=learned_from[series.family] if tested else 0,
                kappa=assessment.priors[series.family].kappa if tested else None,
                **numbers,
                **({} if beside is None else beside[at]),
            )
        )
    return results


def _number(value: float) -> float | None:
    return None if math.isnan(value) else float(value)


def _too_few(series: Series, axis: Axis) -> tuple[Verdict, str]:
    what = "size" if axis == "size" else "step count"
    return (
        "inconclusive",
        f"has {series.n_distinct} distinct {what}{'s' * (series.n_distinct != 1)}; a trend needs 3",
    )
