"""Many curves in one bare table -> a forecast of each."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from analysis.dense.forecast import TooFewPointsError, forecast_curve
from analysis.errors import TableError

TABLE = "the table of curves"
COLUMNS = (
    "curve", "x", "estimate", "low", "high", "last", "form", "backtest_error", "n_points", "reason",
)  # fmt: skip
Curve = tuple[object, pd.DataFrame]


def forecast_curves(
    table: pd.DataFrame,
    new_x: npt.ArrayLike,
    level: float = 0.9,
    *,
    progress: Callable[[Iterable[Curve]], Iterable[Curve]] = lambda curves: curves,
) -> pd.DataFrame:
    """A row per curve and place: `COLUMNS`, as in `DenseForecast`, in the order of the table.

    `table` is long: `x`, `y` and, where it holds several curves, `curve`, a name that may be any value but null
    (null in the result where the column is absent). A curve with too few points has rows without a forecast
    and the reason. `progress` is handed the curves as they are worked through. Raises TableError naming
    column, row and remedy, for a table without rows, places without a logarithm and a `level` outside 0-1.
    """
    for column in ("x", "y"):
        if column not in table.columns:
            raise TableError.missing_column(column, table.columns, TABLE)
    if table.empty:
        raise TableError(f"{TABLE.capitalize()} has no rows.", "Give one row per point of a curve.")
    points = pd.DataFrame({column: _positive(table, column) for column in ("x", "y")}, index=table.index)
    curves: list[Curve] = [(None, points)]
    if "curve" in table.columns:
        if table["curve"].isna().any():
            raise TableError.bad_value(
                "curve", table.index[table["curve"].isna()][0], None, "a name", TABLE, "Name the curve of this point."
            )
        curves = list(points.groupby(table["curve"], sort=False))
    rows = [row for name, curve in progress(curves) for row in _rows(name, curve, new_x, level)]
    return pd.DataFrame(rows, columns=list(COLUMNS))


def _rows(name: object, curve: pd.DataFrame, new_x: npt.ArrayLike, level: float) -> list[dict[str, Any]]:
    try:
        found = forecast_curve(curve["x"], curve["y"], new_x, level=level)
    except TooFewPointsError as refusal:
        n_points = len(curve.drop_duplicates())
        places = np.atleast_1d(np.asarray(new_x, float))
        return [{"curve": name, "x": x, "n_points": n_points, "reason": str(refusal)} for x in places]
    same = {
        "curve": name, "last": found.last, "form": found.form, "backtest_error": found.backtest_error,
        "n_points": found.n_points, "reason": found.reason,
    }  # fmt: skip
    none = np.full(len(found.x), np.nan)
    low, high = (none if end is None else end for end in (found.low, found.high))
    each = zip(found.x, found.estimate, low, high, strict=True)
    return [same | {"x": x, "estimate": y, "low": bottom, "high": top} for x, y, bottom, top in each]


def _positive(table: pd.DataFrame, column: str) -> npt.NDArray[np.float64]:
    numbers = pd.to_numeric(table[column], errors="coerce").to_numpy(float, na_value=np.nan)
    wrong = np.flatnonzero(~(np.isfinite(numbers) & (numbers > 0)))
    if len(wrong):
        at = int(wrong[0])
        raise TableError.bad_value(
            column, table.index[at], table[column].to_list()[at], "a finite number above 0", TABLE,
            "Correct or remove the row: curves are fitted to the logarithm of x and y.",
        )  # fmt: skip
    return numbers
