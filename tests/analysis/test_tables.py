"""The declared tables hold what they promise."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rate_builders import rates_row, sweep

from analysis.errors import TableError
from analysis.records import ModelCheckpoint
from analysis.tables import ANSWERS, MODEL_FACTS, RATES, model_columns


def test_empty_tables_are_typed_and_valid() -> None:
    for table in (ANSWERS, RATES):
        assert list(table.validate(table.empty()).columns) == table.names


def test_every_column_has_a_meaning_and_shares_have_bounds() -> None:
    for column in (*ANSWERS.columns, *RATES.columns):
        assert column.meaning
        if column.unit == "0-1":
            assert (column.low, column.high and round(column.high)) == (0, 1)


@given(st.floats(allow_nan=False, allow_infinity=False).filter(lambda v: not 0 <= v <= 1))
def test_a_rate_outside_0_1_is_named(rate: float) -> None:
    frame = pd.DataFrame([rates_row(ci_low=None, ci_high=None, ci_method="none")]).assign(matching_rate=rate)
    with pytest.raises(TableError, match=r"matching_rate.*row 0.*percentage"):
        RATES.validate(frame)


def test_missing_column_offers_the_closest_name() -> None:
    frame = pd.DataFrame([rates_row()]).rename(columns={"family": "familly"})
    with pytest.raises(TableError, match=r"No column 'family'.*Did you mean 'familly'"):
        RATES.validate(frame)


def test_two_rows_with_one_key_are_refused() -> None:
    frame = pd.DataFrame([rates_row(), rates_row()])
    with pytest.raises(TableError, match=r"Two rows of RATES.*rows 0, 1"):
        RATES.validate(frame)


def test_a_text_where_a_number_belongs_is_named() -> None:
    frame = pd.DataFrame([rates_row(), rates_row(checkpoint="other", n_questions=10)]).astype({"n_questions": object})
    frame.loc[1, "n_questions"] = "many"
    with pytest.raises(TableError, match=r"n_questions.*row 1: 'many'"):
        RATES.validate(frame)


def test_validation_does_not_change_the_frame() -> None:
    frame = sweep([0.5, 0.6])
    before = frame.copy()
    RATES.validate(frame)
    pd.testing.assert_frame_equal(frame, before)


def test_a_row_has_every_column_in_order_and_none_where_nothing_is_known() -> None:
    place = {"question_id": "1", "evaluation": "e", "checkpoint": "m", "prompt_style": "bare", "scoring_way": "x"}
    row = ANSWERS.row(**place, matching_probability=0.0)
    assert list(row) == ANSWERS.names
    assert row["matching_probability"] == 0.0
    known = {*place, "matching_probability", "run_settings"}
    assert {name for name in row if row[name] is None} == set(ANSWERS.names) - known


def test_a_row_without_a_required_column_or_with_a_strange_one_is_refused() -> None:
    complete = rates_row()
    assert RATES.row(**complete)["matching_rate"] == complete["matching_rate"]
    with pytest.raises(TableError, match=r"No column 'licence' in RATES"):
        RATES.row(**{name: value for name, value in complete.items() if name != "licence"})
    with pytest.raises(TypeError, match=r"RATES has no column lisence"):
        RATES.row(**complete, lisence="MIT")


def test_the_columns_about_a_model_are_those_of_rates() -> None:
    checkpoint = ModelCheckpoint(
        name="lab-7b@rl50", family="Lab", variant="chat", parameter_count=7, parameter_count_is_estimate=True,
        stage="rlhf", rlhf_steps=50, training_tokens=9,
    )  # fmt: skip
    assert model_columns(checkpoint, "Labs") == {
        "checkpoint": "lab-7b@rl50", "family": "Lab", "lineage": "Labs", "variant": "chat", "stage": "rlhf",
        "parameter_count": 7, "parameter_count_is_estimate": True, "rlhf_steps": 50, "training_tokens": 9,
    }  # fmt: skip
    first = RATES.names.index("family")
    assert tuple(RATES.names[first : first + len(MODEL_FACTS)]) == MODEL_FACTS
