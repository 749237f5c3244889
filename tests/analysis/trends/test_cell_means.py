"""Cell means of both kinds of table: labels weigh the same, and a label that a cell lacks does not count."""

from __future__ import annotations

import pandas as pd
import pytest

from analysis.detector.cell_means import cell_means
from analysis.detector.table import check_forecast, check_table
from analysis.errors import TableError

BARE = {"behavior": "b", "family": "F", "n_params": 1e9, "rlhf_steps": 0}


def test_labels_weigh_the_same_and_missing_ones_not_at_all() -> None:
    items = pd.DataFrame(
        {
            **BARE, "model": ["m"] * 4 + ["k"] * 2, "item_id": [0, 1, 2, 3, 0, 1],
            "p_match": [0.9, 0.7, 0.8, 0.2, 0.4, 0.6], "label": ["A", "A", "A", "B", "A", "A"],
        }
    )  # fmt: skip
    means = pd.DataFrame({**BARE, "model": ["x", "y"], "n": 10, "mean": [0.25, 0.75]})
    seen = cell_means([check_table(items, "size"), check_table(means, "size")])
    # m: (.8 + .2)/2; k has only one label: (.4 + .6)/2
    assert dict(zip(seen["model"], seen["mean"], strict=True)) == pytest.approx(
        {"m": 0.5, "k": 0.5, "x": 0.25, "y": 0.75}
    )


@pytest.mark.parametrize(("rate", "remedy"), [(100.0, "divide by 100"), (1.01, "divide by 100"), (100.1, "Correct")])
def test_a_percentage_is_told_from_a_wrong_number(rate: float, remedy: str) -> None:
    table = pd.DataFrame({**BARE, "model": ["m"], "n": 10, "mean": [rate]})
    with pytest.raises(TableError, match=remedy):
        check_table(table, "size")


@pytest.mark.parametrize("rate", [0.0, 1.0])
def test_both_edges_are_shares(rate: float) -> None:
    assert check_table(pd.DataFrame({**BARE, "model": ["m"], "n": 10, "mean": [rate]}), "size").value == [rate]


@pytest.mark.parametrize("level", [0.0, 1.0, -0.1, 90.0])
def test_a_level_of_nothing_or_all_is_no_level(level: float) -> None:
    with pytest.raises(TableError, match="level of a forecast"):
        check_forecast([1e9], level)
    assert check_forecast([1e9], 0.5) == [1e9]
