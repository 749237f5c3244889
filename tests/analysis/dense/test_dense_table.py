"""Many curves in one table: a row per curve and place, refusals with a reason, bad cells named."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from analysis.dense import forecast_curve
from analysis.dense.table import COLUMNS, forecast_curves
from analysis.errors import TableError

X = np.geomspace(1e5, 1e8, 20)
LOSS = 60 * X**-0.35 + 0.3
AHEAD = [2e8, 1e9]


def table() -> pd.DataFrame:
    long = pd.DataFrame({"curve": "small", "x": X, "y": LOSS})
    short = pd.DataFrame({"curve": "brief", "x": X[:5], "y": LOSS[:5]})
    return pd.concat([long, short, long.assign(curve="large", y=LOSS / 2)], ignore_index=True)


def test_each_curve_is_forecast_as_alone_and_a_short_one_says_why_not() -> None:
    seen = forecast_curves(table(), AHEAD, 0.8)
    assert tuple(seen.columns) == COLUMNS
    assert seen["curve"].tolist() == ["small", "small", "brief", "brief", "large", "large"]
    assert seen["x"].tolist() == AHEAD * 3
    alone = forecast_curve(X, LOSS, AHEAD, level=0.8)
    mine = seen[seen["curve"] == "small"]
    np.testing.assert_array_equal(mine["estimate"], alone.estimate)
    np.testing.assert_array_equal(mine["low"], alone.low)
    np.testing.assert_array_equal(mine["high"], alone.high)
    assert mine[["form", "last", "n_points", "reason"]].iloc[0].tolist() == [alone.form, LOSS[-1], 20, ""]
    brief = seen[seen["curve"] == "brief"]
    assert brief[["estimate", "low", "high", "last", "backtest_error"]].isna().all(axis=None)
    assert brief["n_points"].tolist() == [5, 5]
    assert brief["reason"].str.contains("5 distinct points").all()


def test_one_curve_needs_no_name_and_no_order() -> None:
    mixed = table().query("curve == 'small'").drop(columns="curve").sample(frac=1, random_state=1)
    seen = forecast_curves(mixed, 2e8)
    assert seen["curve"].isna().all()
    assert seen["estimate"].item() == pytest.approx(forecast_curve(X, LOSS, [2e8]).estimate.item())


def test_a_curve_without_a_backtest_has_an_estimate_and_no_interval() -> None:
    x = np.r_[1.0, 2.0, np.linspace(60, 64, 20)]
    (row,) = forecast_curves(pd.DataFrame({"x": x, "y": 1 / x + 0.1}), [100.0]).to_dict("records")
    assert row["estimate"] > 0
    assert np.isnan(row["low"])
    assert np.isnan(row["high"])
    assert "no interval" in row["reason"]


@pytest.mark.parametrize("bad", [0, -1.5, None, float("inf"), "much"])
@pytest.mark.parametrize("column", ["x", "y"])
def test_a_bad_cell_is_named(column: str, bad: object) -> None:
    wrong = table().astype({column: object})
    wrong.loc[7, column] = bad
    with pytest.raises(TableError, match=rf"Column '{column}' in the table of curves, row 7: .*above 0"):
        forecast_curves(wrong, AHEAD)


def test_other_misuse_is_named() -> None:
    with pytest.raises(TableError, match=r"No column 'y'.*Columns seen: curve, x, loss"):
        forecast_curves(table().rename(columns={"y": "loss"}), AHEAD)
    with pytest.raises(TableError, match="no rows"):
        forecast_curves(table().head(0), AHEAD)
    with pytest.raises(TableError, match="level is 90"):
        forecast_curves(table().query("curve == 'brief'"), AHEAD, 90)
    with pytest.raises(TableError, match=r"new_x.*places above 0"):
        forecast_curves(table().query("curve == 'brief'"), [-1.0])
    nameless = table()
    nameless.loc[3, "curve"] = None
    with pytest.raises(TableError, match=r"Column 'curve'.*row 3"):
        forecast_curves(nameless, AHEAD)
