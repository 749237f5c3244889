"""Every number of a result is the one its name says, low ends low."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest

from analysis.detector.detect import analyse, detect
from analysis.detector.table import check_tables
from analysis.trends.assess import Assessment, assess
from analysis.trends.series.series import all_series

SIZES = 10.0 ** np.array([8.0, 8.6, 9.1, 9.7, 10.2, 10.8])


def share(logit: float) -> float:
    return 1 / (1 + math.exp(-logit))


@pytest.fixture(scope="module")
def table() -> pd.DataFrame:
    """Ten behaviours over six sizes that rise by 0 to 1.8 logits, and one over two sizes."""
    rng = np.random.default_rng(8)
    rows = [
        (f"b{at:02d}", "F", f"m{i}", SIZES[i], 0, 500, share(0.2 * at * i / 5 - 0.5 + rng.normal(0, 0.05)))
        for at in range(11)
        for i in range(2 if at == 10 else 6)
    ]
    return pd.DataFrame(rows, columns=["behavior", "family", "model", "n_params", "rlhf_steps", "n", "mean"])


@pytest.fixture(scope="module")
def found(table: pd.DataFrame) -> Assessment:
    return assess(all_series(check_tables(table, "size"), "size"), "size")


def test_columns(table: pd.DataFrame, found: Assessment) -> None:
    trend, turn = found.trends, found.reversals
    for at, one in enumerate(analyse(table, {f"b{at:02d}": 1 for at in range(11)})[:10]):
        assert (one.p, one.q, one.p_shape, one.q_shape, one.tau) == (
            trend.p[at], found.q[at], turn.p[at], found.q_shape[at], trend.tau[at],
        )  # fmt: skip
        assert (one.change_low, one.change, one.change_high) == (trend.low[at], trend.change[at], trend.high[at])
        assert one.change_low < one.change < one.change_high
        # Per decade of the 2.8 that the sizes span.
        assert (one.ci_low, one.slope, one.ci_high) == pytest.approx(
            tuple(each / 2.8 for each in (one.change_low, one.change, one.change_high))
        )
        around = [share(trend.level[at] + each / 2) - share(trend.level[at] - each / 2)
                  for each in (one.change_low, one.change, one.change_high)]  # fmt: skip
        assert (one.change_points_low, one.change_points, one.change_points_high) == pytest.approx(tuple(around))
        inside = bool(trend.inside_margin[at])
        assert (one.change_low_90 is not None, one.change_high_90 is not None) == (inside, inside)
        if inside:
            assert one.change_low < one.change_low_90 < one.change < one.change_high_90 < one.change_high
        assert (one.n_tests, one.n_family, one.n_points) == (10, 10, 6), "two sizes are not tested and teach nothing"
    assert any(found.trends.inside_margin)


def test_a_series_of_two_sizes_has_a_reason_and_no_number(table: pd.DataFrame) -> None:
    one = analyse(table, {f"b{at:02d}": 1 for at in range(11)})[10]
    assert (one.verdict, one.reason) == ("inconclusive", "has 2 distinct sizes; a trend needs 3")
    assert (one.p, one.q, one.change, one.slope, one.tau, one.n_effective, one.n_family) == (None,) * 6 + (0,)
    (alone,) = detect(table[table["behavior"] == "b10"].head(1), {"b10": 1}).to_dict("records")
    assert alone["reason"] == "has 1 distinct size; a trend needs 3"


def test_a_constant_start_refuses_a_claim_along_size_only() -> None:
    """Three equal rates, then a fall: the smallest sizes, or the first steps, of six."""
    rates = [0.60, 0.60, 0.60, 0.42, 0.36, 0.28]
    rows = [
        {
            "behavior": "b",
            "family": "F",
            "model": f"m{at}",
            "n_params": size,
            "rlhf_steps": step,
            "n": 30_000,
            "mean": r,
        }
        for at, (size, step, r) in enumerate(zip(SIZES, (0, 50, 100, 250, 500, 1000), rates, strict=True))
    ]  # fmt: skip
    along_size = pd.DataFrame(rows).assign(rlhf_steps=0)
    along_steps = pd.DataFrame(rows).assign(model="m", n_params=1e9)
    assert detect(along_size, {"b": -1})["verdict"].tolist() == ["inconclusive"]
    assert detect(along_steps, {"b": -1}, "rlhf")["verdict"].tolist() == ["inverse"]
