"""scalewatch forecast-curve: a table in, a table out, reasons on stderr."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from dashboard.commands.cli import main

X = np.geomspace(1e5, 1e8, 20)


@pytest.fixture
def curves(tmp_path: Path) -> Path:
    long = pd.DataFrame({"curve": "small", "x": X, "y": 60 * X**-0.35 + 0.3})
    pd.concat([long, long.head(5).assign(curve="brief")]).to_csv(tmp_path / "curves.csv", index=False)
    return tmp_path


def forecast(curves: Path, *more: str, out: str = "out.csv") -> int:
    return main(["forecast-curve", str(curves / "curves.csv"), "--out", str(curves / out), *more])


def test_a_row_per_curve_and_place(curves: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert forecast(curves, "--at", "2e8", "1e9") == 0
    near, far, *brief = pd.read_csv(curves / "out.csv").to_dict("records")
    assert near["low"] < near["estimate"] < near["high"] < near["last"]
    assert near["estimate"] == pytest.approx(60 * 2e8**-0.35 + 0.3, rel=0.01)
    assert np.log(far["high"] / far["low"]) > np.log(near["high"] / near["low"])
    assert [np.isnan(row["estimate"]) for row in brief] == [True, True]
    assert capsys.readouterr().err == "4 forecasts, 2 without an interval (2 refused)\n"
    assert forecast(curves, "--at", "2e8", "1e9", "--level", "0.5", out="out.parquet") == 0
    assert pd.read_parquet(curves / "out.parquet")["low"][0] > near["low"]


def test_nothing_to_forecast_is_exit_code_1_with_the_reason(curves: Path, capsys: pytest.CaptureFixture[str]) -> None:
    pd.DataFrame({"x": X[:8], "y": 1 / X[:8]}).to_csv(curves / "curves.csv", index=False)
    assert forecast(curves, "--at", "2e8") == 1
    first, second = capsys.readouterr().err.splitlines()
    assert first.endswith("curves.csv: no curve to forecast.")
    assert "8 distinct points (of 8 given); curve forms need at least 9" in second
    assert not (curves / "out.csv").exists()


def test_a_bad_cell_names_column_row_and_remedy(curves: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = curves / "curves.csv"
    path.write_text(path.read_text().replace("small,100000.0,", "small,0,", 1))
    assert forecast(curves, "--at", "2e8") == 1
    assert "Column 'x' in the table of curves, row 0: 0.0 is not a finite number above 0" in capsys.readouterr().err
    with pytest.raises(SystemExit) as usage:
        forecast(curves)
    assert usage.value.code == 2
