import numpy as np
import pandas as pd
import pytest

from analysis.detector.table import check_table
from analysis.errors import TableError
from analysis.trends.series.cells import UNKNOWN_VARIANCE, all_cells


def items(p: np.ndarray, **columns) -> pd.DataFrame:
    """p: (models, items)."""
    n_models, n_items = p.shape
    return pd.DataFrame(
        {
            "behavior": "b", "family": "F",
            "model": np.repeat([f"m{i}" for i in range(n_models)], n_items),
            "n_params": np.repeat(10.0 ** (8 + np.arange(n_models)), n_items),
            "rlhf_steps": 0, "item_id": np.tile(np.arange(n_items), n_models), "p_match": p.ravel(),
            **columns,
        }
    )  # fmt: skip


def cells_of(table):
    return next(iter(all_cells(check_table(table, "size"))))


def test_covariance_of_cells_is_that_of_shared_items():
    rng = np.random.default_rng(1)
    p = rng.random((3, 40))
    cells = cells_of(items(p))
    n = 40
    S = np.cov(p) / n + np.eye(3) * (0.5 / (n + 1)) ** 2
    m = (n * p.mean(1) + 0.5) / (n + 1)
    J = 1 / (m * (1 - m))
    assert cells.y == pytest.approx(np.log(m / (1 - m)))
    expected = J[:, None] * S * J
    np.testing.assert_allclose(cells.V, expected)


def test_labels_weigh_the_same_however_many_items_each_has():
    p = np.tile(np.where(np.arange(100) < 70, 0.9, 0.1), (2, 1)) + np.array([[0.0], [0.02]])
    labels = np.tile(np.where(np.arange(100) < 70, "Yes", "No"), 2)
    m = 1 / (1 + np.exp(-cells_of(items(p, label=labels)).y))
    assert m == pytest.approx([(100 * 0.5 + 0.5) / 101, (100 * 0.52 + 0.5) / 101])


def test_a_rare_label_is_pooled_and_does_not_carry_a_share_of_the_mean():
    p = np.full((2, 100), 0.3)
    p[:, 0] = 1.0
    labels = np.tile(np.where(np.arange(100) < 1, "C", "A"), 2)
    m = 1 / (1 + np.exp(-cells_of(items(p, label=labels)).y))
    assert (m < 0.32).all()


def test_clusters_count_as_one_item_each():
    rng = np.random.default_rng(2)
    once = rng.random((3, 30))
    alone = cells_of(items(once))
    doubled = cells_of(items(np.repeat(once, 2, axis=1), cluster=np.tile(np.repeat(np.arange(30), 2), 3)))
    off = ~np.eye(3, dtype=bool)
    assert doubled.V[off] == pytest.approx(alone.V[off], rel=0.1)
    assert np.diag(doubled.V) == pytest.approx(np.diag(alone.V), rel=0.1)


def test_an_item_with_two_labels_is_refused():
    table = items(np.full((2, 20), 0.5), label=["A"] * 20 + ["B"] * 20)
    with pytest.raises(TableError, match=r"label.*two values.*Give each item one label"):
        cells_of(table)


def test_means_use_the_standard_error_then_the_count_then_nothing():
    table = pd.DataFrame(
        {
            "behavior": "b", "family": "F", "model": ["m0", "m1", "m2", "m3"],
            "n_params": [1e8, 1e9, 1e10, 1e11],
            "rlhf_steps": 0, "mean": [0.4, 0.4, 0.4, 0.0], "n": [400, 400, None, None],
            "se": [0.01, None, None, None],
        }
    )  # fmt: skip
    cells = cells_of(table)
    floor = (0.5 / 401) ** 2
    m = (400 * 0.4 + 0.5) / 401
    assert np.sqrt(np.diag(cells.V)[:2]) * m * (1 - m) == pytest.approx(
        np.sqrt([0.01**2 + floor, 0.4 * 0.6 / 400 + floor])
    )
    assert np.diag(cells.V)[2:] == pytest.approx(UNKNOWN_VARIANCE)
    assert cells.y[2] == pytest.approx(np.log(0.4 / 0.6))
    assert np.isfinite(cells.y[3])
