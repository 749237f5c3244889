"""Forecast of one dense curve: every form fitted, weighed by its backtests, blended, with an interval."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
import numpy.typing as npt

from analysis.dense.backtest import LEAST_FITTED, forecasters
from analysis.dense.blend import Blend, blend
from analysis.dense.forms import FORMS, Array
from analysis.errors import TableError

LEAST_POINTS = 9
"""The shortest of the 61 published curves that errors and intervals were measured on."""


class TooFewPointsError(TableError):
    """The curve is sound, but has too few points for its forms."""


@dataclass(frozen=True, slots=True)
class FormFit:
    """One form fitted to all training points."""

    form: str
    formula: str
    recency: float
    """A point weighed (x / last x) to this power in the fit."""
    parameters: Mapping[str, float]
    """As in the formula, in the units of x and y."""
    weight: float
    """Share in the blend."""
    backtest_error: float | None
    """Root mean squared miss in log y; None where nothing could be held back."""
    estimate: Array
    """Its own forecast at the new places, units of y."""


@dataclass(frozen=True, slots=True, eq=False)
class DenseForecast:
    """Forecast of a curve at new places."""

    x: Array
    """The new places, as asked."""
    estimate: Array
    """Units of y, within what a float can hold."""
    low: Array | None
    high: Array | None
    """Central `level` interval of a new point; None without backtests, which its width comes from."""
    level: float
    last: float
    """Last training value (mean of those at the largest x): the baseline to beat."""
    form: str
    """The form with the largest share."""
    weights: Mapping[str, float]
    """Form to its share of the blend, sum 1."""
    fits: tuple[FormFit, ...]
    """Every form with every recency, forms in their order."""
    backtest_error: float | None
    """Root mean squared miss of the blend in log y, from points held back at the end of the training part."""
    n_points: int
    """Training points without exact duplicates."""
    n_duplicates: int
    reason: str
    """Why there was no backtest to weigh forms by; "" where there was."""


def forecast_curve(
    x: npt.ArrayLike,
    y: npt.ArrayLike,
    new_x: npt.ArrayLike,
    *,
    level: float = 0.9,
    least_points: int = LEAST_POINTS,
) -> DenseForecast:
    """Forecast a loss or an error y > 0 at `new_x` from training points at x > 0 in any order.

    x and `new_x` share a unit (examples, steps, parameters). Exact duplicates of a point count once. The
    forms M1-M4 and a one-break law (`analysis.dense.forms`) are fitted in log y, backtested on the last 0.5,
    1 and 1.5 doublings of x, and averaged in log y by their backtest errors. `level` of the interval is
    between 0 and 1. Error and coverage were measured on curves of 9 to 71 points (8 of 61 have fewer than 15):
    `least_points` below 9 is at the caller's risk, never below 6. Raises TableError on bad values and
    TooFewPointsError on too few points.
    """
    places = _positive(new_x, "new_x", "Forecast at places above 0.")
    if not 0 < level < 1:
        raise TableError(f"level is {level!r}; it must be between 0 and 1, such as 0.9.")
    xs, ys, duplicates = _training(x, y, least_points)
    log_x, log_y, log_new = np.log(xs), np.log(ys), np.log(places)
    found, cuts = forecasters(log_x, log_y)
    mix = blend(found, log_x, log_y)
    middle = mix.log_curve(log_new)
    half = mix.half_width(log_new, float(log_x[-1]), level)
    no_backtest = f"fewer than {LEAST_FITTED} points lie before the last half doubling of x: "
    shares = {form.name: 0.0 for form in FORMS}
    for one, weight in zip(found, mix.weights, strict=True):
        shares[one.form.name] += float(weight)
    return DenseForecast(
        x=places,
        estimate=_exp(middle),
        low=_exp(middle - half) if cuts else None,
        high=_exp(middle + half) if cuts else None,
        level=level,
        last=float(ys[xs == xs[-1]].mean()),
        form=max(shares, key=lambda name: shares[name]),
        weights=MappingProxyType(shares),
        fits=_fits(mix, log_new),
        backtest_error=mix.error if cuts else None,
        n_points=len(xs),
        n_duplicates=duplicates,
        reason="" if cuts else no_backtest + "forms count alike, no interval",
    )


def _fits(mix: Blend, log_new: Array) -> tuple[FormFit, ...]:
    return tuple(
        FormFit(
            form=one.form.name,
            formula=one.form.formula,
            recency=one.recency,
            parameters=MappingProxyType(one.form.natural(one.theta, one.log_x, one.log_y)),
            weight=float(weight),
            backtest_error=one.error if one.misses else None,
            estimate=_exp(one.log_curve(log_new)),
        )
        for one, weight in zip(mix.forecasters, mix.weights, strict=True)
    )


def _exp(log_y: Array) -> Array:
    y: Array = np.exp(np.clip(log_y, -700, 700))
    return y


def _training(x: npt.ArrayLike, y: npt.ArrayLike, least_points: int) -> tuple[Array, Array, int]:
    """Points by x, then y, without exact duplicates, and how many of those there were."""
    remedy = "Remove the point: curves are fitted to the logarithm of x and y."
    xs, ys = _positive(x, "x", remedy), _positive(y, "y", remedy)
    if len(xs) != len(ys):
        raise TableError(f"x has {len(xs)} values and y has {len(ys)}; every point needs both.")
    points = np.unique(np.stack([xs, ys], 1), axis=0)
    least = max(least_points, LEAST_FITTED + 1)
    if len(points) < least:
        raise TooFewPointsError(
            f"The curve has {len(points)} distinct points (of {len(xs)} given); curve forms need at least {least}.",
            "For a short sweep over sizes use `analysis.predict`, which fits a spline to rates.",
        )
    if len(np.unique(points[:, 0])) < LEAST_FITTED:
        raise TooFewPointsError(
            f"The curve has {len(np.unique(points[:, 0]))} distinct x; curve forms need at least {LEAST_FITTED}.",
            "Give more places along x.",
        )
    return points[:, 0], points[:, 1], len(xs) - len(points)


def _positive(values: npt.ArrayLike, name: str, remedy: str) -> Array:
    array: Array = np.atleast_1d(np.asarray(values, dtype=float))
    if array.ndim != 1:
        raise TableError(f"{name} has {array.ndim} dimensions; give a flat list of numbers.")
    bad = np.flatnonzero(~(np.isfinite(array) & (array > 0)))
    if len(bad):
        raise TableError.bad_value(
            name, int(bad[0]), float(array[bad[0]]), "a finite number above 0", "the curve", remedy
        )
    return array
