import numpy as np
import pandas as pd
import pytest

from analysis import detect, predict
from analysis.errors import TableError


def means(**columns) -> pd.DataFrame:
    base = {
        "behavior": "b", "family": "F", "model": [f"m{i}" for i in range(5)],
        "n_params": 10.0 ** np.arange(7, 12),
        "rlhf_steps": 0, "n": 200, "mean": [0.2, 0.3, 0.4, 0.5, 0.6],
    }  # fmt: skip
    return pd.DataFrame(base | columns)


@pytest.mark.parametrize(
    ("table", "text"),
    [
        (means(mean=[0.2, 0.3, np.nan, 0.5, 0.6]), r"'mean'.*row 2: nan.*Remove the row"),
        (means(mean=[0.2, 0.3, 40, 0.5, 0.6]), r"'mean'.*row 2: 40.*divide by 100"),
        (means(mean=[0.2, 0.3, -1, 0.5, 0.6]), r"'mean'.*row 2: -1.*between 0 and 1"),
        (means(mean=["a", 0.3, 0.1, 0.5, 0.6]), r"'mean'.*row 0: 'a'.*not text"),
        (means(n_params=[1e7, 1e8, np.inf, 1e10, 1e11]), r"'n_params'.*row 2: inf"),
        (means(n_params=[1e7, 1e8, 0, 1e10, 1e11]), r"'n_params'.*row 2: 0.*above 0"),
        (means(n_params=[1e7, 1e8, None, 1e10, 1e11]), r"'n_params'.*row 2: nan"),
        (means(n=[0, 200, 200, 200, 200]), r"'n'.*row 0: 0"),
        (means(rlhf_steps=[0, 0, -5, 0, 0]), r"'rlhf_steps'.*row 2: -5"),
        (means(behavior=["b", None, "b", "b", "b"]), r"'behavior'.*row 1"),
        (means(model=["m0", "m0", "m2", "m3", "m4"]), r"same behavior, family, model, rlhf_steps.*rows 0, 1"),
        (means().drop(columns="mean"), r"No column 'mean'"),
        (means().drop(columns="rlhf_steps"), r"No column 'rlhf_steps'"),
        (means().drop(columns="n"), r"No column 'n'"),
        (means().iloc[:0], r"no rows"),
    ],
)
def test_bad_tables_name_column_row_and_remedy(table, text):
    with pytest.raises(TableError, match=text):
        detect(table, {"b": 1})


def test_duplicate_items_and_two_sizes_of_one_model_are_refused():
    table = pd.DataFrame(
        {
            "behavior": "b", "family": "F", "model": "m", "n_params": 1e9, "rlhf_steps": 0,
            "item_id": [1, 2, 1], "p_match": 0.5,
        }
    )  # fmt: skip
    with pytest.raises(TableError, match=r"item_id.*rows 0, 2"):
        detect(table, {"b": 1})
    with pytest.raises(TableError, match=r"'n_params'.*row 2.*size model 'm' has elsewhere"):
        detect(table.assign(item_id=[1, 2, 3], n_params=[1e9, 1e9, 2e9]), {"b": 1})


@pytest.mark.parametrize("directions", [{}, {"b": 2}, {"b": "more"}, {"b": True}, {"b": None}])
def test_directions_are_checked(directions):
    with pytest.raises(TableError, match=r"irection.*'b'"):
        detect(means(), directions)


def test_axis_and_forecast_arguments_are_checked():
    with pytest.raises(TableError, match=r"'size'.*'rlhf'"):
        detect(means(), {"b": 1}, axis="tokens")
    with pytest.raises(TableError, match=r"row 1: inf"):
        predict(means(), {"b": 1}, [1e12, np.inf])
    with pytest.raises(TableError, match="between 0 and 1"):
        predict(means(), {"b": 1}, [1e12], level=90)
    with pytest.raises(TableError, match="empty"):
        predict(means(), {"b": 1}, [])


def test_the_frame_is_not_changed_and_its_index_does_not_matter():
    table = means().set_index(pd.Index(list("vwxyz")))
    before = table.copy(deep=True)
    seen = detect(table, {"b": 1})
    pd.testing.assert_frame_equal(table, before)
    pd.testing.assert_frame_equal(seen, detect(means(), {"b": 1}))


def test_rows_are_named_by_their_index_label():
    table = means(mean=[0.2, 0.3, np.nan, 0.5, 0.6]).set_index(pd.Index(list("vwxyz")))
    with pytest.raises(TableError, match="row x"):
        detect(table, {"b": 1})


def test_the_rlhf_axis_needs_no_size():
    table = means(model="m", rlhf_steps=[0, 50, 100, 250, 500], n_params=None)
    seen = detect(table, {"b": 1}, axis="rlhf")
    assert list(seen["series"]) == ["m"]
    assert seen["n_points"][0] == 5
    assert seen["verdict"][0] == "inverse"
