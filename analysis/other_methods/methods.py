"""One series under the usual other methods, so that a sceptic sees what each would have said.

Each takes something else as random. Those that take only the questions as random call noise between models a
trend; those that learn that noise from the one series are valid and find little.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from analysis.arrays import Array
from analysis.detector.table import check_table
from analysis.errors import TableError
from analysis.other_methods.other_method import OtherMethod
from analysis.other_methods.warned import warned
from analysis.trends.fit.knapp_hartung import knapp_hartung
from analysis.trends.series.checked_table import CheckedTable
from analysis.trends.series.series import Series, all_series
from analysis.verdicts import Axis

MOST_ORDERS = 40_320
"""All orders of up to eight cells; beyond that this many drawn ones."""
TOO_SURE = "takes no account of scatter between models: p is far too small where models are jumpy"
ALONE = "learns the scatter from this series alone: valid, and weak over few models"


@dataclass(frozen=True, slots=True, eq=False)
class _Cells:
    """The series as each method wants it; cells in order of x."""

    x: Array
    y: Array
    """Shrunk logits."""
    variance: Array
    mean: Array
    """Raw rates."""
    n: Array
    """Questions, NaN where not known."""
    items: tuple[Array, Array, Array] | None
    """x, answer and question (or cluster of repeated questions) of every item row; None for a table of means."""

    @property
    def span(self) -> float:
        return float(self.x[-1] - self.x[0])


def other_methods(
    table: pd.DataFrame, behavior: str, family: str, *, axis: Axis = "size", series: str = ""
) -> list[OtherMethod]:
    """What the usual methods say of one series of a table for `detect`.

    `series`: the model on the RLHF axis, or 'rlhf_steps=K' on the size axis where the table holds several K.
    Statsmodels is imported here, which takes seconds. Raises TableError on bad input, for a series that is
    not there or has fewer than three distinct places.
    """
    cells = _cells_of(table, behavior, family, axis, series)
    methods: tuple[Callable[[_Cells], OtherMethod], ...] = (
        _least_squares, _binomial, _quasi_binomial, _estimating_equation, _random_effects, _mann_kendall,
        _permutation,
    )  # fmt: skip
    rows = []
    for method in methods:
        with warned() as told:
            row = method(cells)
        rows.append(replace(row, remark="; ".join([row.remark, *sorted(told)])) if told else row)
    return rows


def _cells_of(table: pd.DataFrame, behavior: str, family: str, axis: Axis, name: str) -> _Cells:
    whole = check_table(table, axis)
    if behavior not in whole.behaviors or family not in whole.families:
        raise TableError(
            f"No behaviour '{behavior}' in family '{family}' of the detector's table.",
            f"Behaviours: {', '.join(whole.behaviors[:12])}; families: {', '.join(whole.families[:12])}. "
            "Name one of each.",
        )
    own = (whole.behavior == whole.behaviors.index(behavior)) & (whole.family == whole.families.index(family))
    if not own.any():
        raise TableError(
            f"Behaviour '{behavior}' has no rows in family '{family}' of the detector's table.", "Name another."
        )
    one = check_table(table[own], axis)
    found = {each.name: each for each in all_series([one], axis)}
    chosen = found[next(iter(found))] if len(found) == 1 and not name else found.get(name)
    if chosen is None:
        raise TableError(
            f"No series '{name}' of behaviour '{behavior}' in family '{family}'.",
            f"Series: {', '.join(found)}. Name one of them.",
        )
    if chosen.n_distinct < 3:
        raise TableError(
            f"The series of behaviour '{behavior}' in family '{family}' has {chosen.n_distinct} distinct "
            "place(s) on the axis; a trend needs 3.",
            "Add models or step counts.",
        )
    return _gathered(one, chosen, axis)


def _gathered(one: CheckedTable, series: Series, axis: Axis) -> _Cells:
    if axis == "rlhf":
        kept, raw = one.model == one.models.index(series.name), one.steps
    else:
        steps = series.name.removeprefix("rlhf_steps=")
        kept, raw = np.array([not steps or f"{each:g}" == steps for each in one.steps]), one.n_params
    place = dict(zip(series.raw.tolist(), series.x.tolist(), strict=True))
    x = np.array([place[each] for each in raw[kept].tolist()])
    value = one.value[kept]
    cells = pd.DataFrame({"x": x, "model": one.model[kept], "mean": value})
    if one.item is not None:
        by_cell = cells.groupby(["x", "model"])["mean"].agg(["mean", "size"]).reset_index()
        mean, n, items = (
            by_cell["mean"],
            by_cell["size"],
            (x, value, (one.item if one.cluster is None else one.cluster)[kept]),
        )
    else:
        assert one.n is not None
        ordered = cells.assign(n=one.n[kept]).sort_values(["x", "model"])
        mean, n, items = ordered["mean"], ordered["n"], None
    return _Cells(series.x, series.y, np.diag(series.V), mean.to_numpy(float), n.to_numpy(float), items)


def _least_squares(cells: _Cells) -> OtherMethod:
    import statsmodels.api as sm

    row = OtherMethod(method="least squares on logits", random="models", remark=ALONE)
    return _read(row, sm.OLS(cells.y, sm.add_constant(cells.x)).fit(), cells)


def _binomial(cells: _Cells) -> OtherMethod:
    row = OtherMethod(method="binomial regression", random="answers, all independent", remark=TOO_SURE)
    return _binomial_fit(row, cells)


def _quasi_binomial(cells: _Cells) -> OtherMethod:
    row = OtherMethod(method="quasi-binomial regression", random="answers, inflated by the misfit", remark=ALONE)
    return _binomial_fit(row, cells, scale="X2", use_t=True)


def _binomial_fit(row: OtherMethod, cells: _Cells, **how: Any) -> OtherMethod:
    import statsmodels.api as sm

    if np.isnan(cells.n).any():
        return replace(row, remark="not available: the number of questions of some cells is not known")
    if _constant(cells):
        return replace(row, remark=_constant(cells))
    use_t = how.pop("use_t", False)
    model = sm.GLM(
        cells.mean, sm.add_constant(cells.x), family=sm.families.Binomial(), var_weights=cells.n
    )  # fmt: skip
    return _read(row, model.fit(use_t=use_t, **how), cells)


def _estimating_equation(cells: _Cells) -> OtherMethod:
    import statsmodels.api as sm

    row = OtherMethod(method="GEE clustered by question", random="questions", remark=TOO_SURE)
    if cells.items is None:
        return replace(row, remark="not available: needs the answers to each question, the table has only means")
    if _constant(cells):
        return replace(row, remark=_constant(cells))
    x, answer, question = cells.items
    model = sm.GEE(
        answer, sm.add_constant(x), groups=question, family=sm.families.Binomial(),
        cov_struct=sm.cov_struct.Independence(),
    )  # fmt: skip
    return _read(row, model.fit(), cells)


def _random_effects(cells: _Cells) -> OtherMethod:
    fit = knapp_hartung(cells.x, cells.y, cells.variance)
    return OtherMethod(
        method="random effects, Knapp-Hartung", random="models and questions",
        change=fit.slope * cells.span, low=fit.low * cells.span, high=fit.high * cells.span, p=fit.p,
        remark=ALONE,
    )  # fmt: skip


def _mann_kendall(cells: _Cells) -> OtherMethod:
    from scipy.stats import kendalltau, theilslopes

    tied = len(np.unique(cells.x)) < len(cells.x) or len(np.unique(cells.y)) < len(cells.y)
    p = float(kendalltau(cells.x, cells.y, method="asymptotic" if tied else "exact").pvalue)
    slope, _, low, high = theilslopes(cells.y, cells.x)
    remark = "ties: normal approximation" if tied else _floor(2 / math.factorial(len(cells.x)))
    return OtherMethod(
        method="Mann-Kendall, Theil-Sen slope", random="order of the models",
        change=float(slope) * cells.span, low=float(low) * cells.span, high=float(high) * cells.span,
        p=1.0 if math.isnan(p) else p, remark=remark,
    )  # fmt: skip


def _permutation(cells: _Cells) -> OtherMethod:
    away, M = cells.x - cells.x.mean(), len(cells.x)
    every = math.factorial(M) <= MOST_ORDERS
    if every:
        orders = np.array(list(itertools.permutations(range(M))))
    else:
        rng = np.random.default_rng(0)
        drawn = rng.permuted(np.tile(np.arange(M), (MOST_ORDERS - 1, 1)), axis=1)
        orders = np.vstack([np.arange(M), drawn])
    seen = cells.y @ away
    p = float((np.abs(away[orders] @ cells.y) >= abs(seen) - 1e-12).mean())
    return OtherMethod(
        method="permutation of the sizes", random="order of the models",
        change=float(seen / (away @ away)) * cells.span, p=p,
        remark=_floor(1 / len(orders)) if every else f"{MOST_ORDERS:,} drawn orders",
    )  # fmt: skip


def _floor(least: float) -> str:
    return f"with so few models p cannot be below {least:.2g}"


def _constant(cells: _Cells) -> str:
    """Why a regression on rates cannot be fitted; empty where it can."""
    edge = next((each for each in (0, 1) if (cells.mean == each).all()), None)
    return "" if edge is None else f"not available: every rate is {edge}"


def _read(row: OtherMethod, fit: Any, cells: _Cells) -> OtherMethod:
    """The row with the numbers of a fit whose second coefficient is the slope."""
    low, high = (float(each) * cells.span for each in fit.conf_int()[1])
    p = float(fit.pvalues[1])
    if not (math.isfinite(low) and math.isfinite(high) and math.isfinite(p)):
        return replace(row, remark="not available: the fit gives no finite error")
    return replace(row, change=float(fit.params[1]) * cells.span, low=low, high=high, p=p)
