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


def score(**values: object) -> pd.DataFrame:
    """A row whose number is a grade from 1 to 10."""
    scale = {"unit": "grade", "value": 7.5, "value_low": 1.0, "value_high": 10.0, "matching_rate": None}
    return pd.DataFrame([rates_row() | scale | values])


def test_a_number_on_a_scale_of_its_own_stands_inside_its_bounds() -> None:
    for value in (1.0, 7.5, 10.0):
        assert RATES.validate(score(value=value))["value"].tolist() == [value]
    assert len(RATES.validate(score(value=-3.2, value_low=None, value_high=None, unit="nats")))


@pytest.mark.parametrize(
    ("values", "column", "allowed"),
    [
        ({"value": 0.99}, "value", "at least value_low"),
        ({"value": 10.01}, "value", "at most value_high"),
        ({"value": None}, "value", "a number, and no missing_reason says why"),
        ({"matching_rate": 0.5}, "matching_rate", "allowed beside a unit other than 'share'"),
        ({"unit": "share", "matching_rate": 0.5}, "value", "allowed beside the unit 'share'"),
        ({"unit": "share", "value": None}, "matching_rate", "a share, and no missing_reason says why"),
    ],
)
def test_a_number_off_its_scale_is_named(values: dict[str, object], column: str, allowed: str) -> None:
    with pytest.raises(TableError) as caught:
        RATES.validate(score(**values))
    assert caught.value.reason.startswith(f"Column '{column}' in RATES, row 0: ")
    assert allowed in caught.value.reason


def test_a_missing_number_with_its_reason_is_a_row() -> None:
    for values in ({"value": None}, {"unit": "share", "value": None}):
        row = RATES.validate(score(**values, missing_reason="the judge refused")).iloc[0]
        assert (pd.isna(row["value"]), pd.isna(row["matching_rate"])) == (True, True)


def test_runs_with_other_settings_are_other_rows() -> None:
    rows = [
        rates_row(),
        rates_row() | {"shots": 5},
        rates_row() | {"replicate": 1},
        rates_row() | {"metric": "acc_norm"},
    ]
    frame = RATES.validate(pd.DataFrame(rows))
    assert frame["run_settings"].tolist() == ["0-shot", "0-shot, 5-shot", "0-shot, replicate 1", "0-shot"]
    with pytest.raises(TableError, match=r"have the same checkpoint, evaluation, metric, run_settings"):
        RATES.validate(pd.DataFrame([*rows, rates_row() | {"shots": 5}]))


def test_a_text_of_settings_that_is_not_theirs_is_refused() -> None:
    with pytest.raises(TableError, match=r"Column 'run_settings' in RATES, row 0: '5-shot' is not '0-shot'"):
        RATES.validate(pd.DataFrame([rates_row() | {"run_settings": "5-shot"}]))
