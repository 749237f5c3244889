"""Which rows share a curve."""

from __future__ import annotations

import pandas as pd
from rate_builders import SIZES, rates_row, sweep

from analysis.findings.series import split_series
from analysis.tables import RATES


def frame(rows: list[dict[str, object]]) -> pd.DataFrame:
    return RATES.validate(pd.DataFrame(rows))


def test_size_curve_uses_the_last_training_checkpoint() -> None:
    rows = [
        rates_row(
            checkpoint=f"p-{size}@{tokens}", parameter_count=size, training_tokens=tokens,
            matching_rate=0.1 + tokens / 1e12,
        )
        for size in (10, 20) for tokens in (0, 10**9, 3 * 10**11)
    ]  # fmt: skip
    (series,) = split_series(frame(rows), "size")
    assert [row.training_tokens for row in series.rows] == [3 * 10**11] * 2
    assert series.xs == (10.0, 20.0)


def test_base_and_chat_models_are_two_curves() -> None:
    both = pd.concat([sweep([0.5] * 4), sweep([0.6] * 4, variant="chat", stage="rlhf").assign(checkpoint=list("abcd"))])
    labels = [series.label for series in split_series(both, "size")]
    assert labels == ["", "chat"]


def test_prompts_are_not_mixed_and_the_reason_says_so() -> None:
    few = sweep([0.5] * 3, SIZES[:3])
    other = sweep([0.6] * 3, SIZES[3:], prompt_style="5-shot")
    series = list(split_series(pd.concat([few, other], ignore_index=True), "size"))
    assert [len(each.rows) for each in series] == [3, 3]
    assert all(each.mixed_prompts == "0-shot; 5-shot" for each in series)


def test_rlhf_curve_is_one_model_in_order_of_steps() -> None:
    rows = [rates_row(checkpoint=f"m@rl{step}", rlhf_steps=step, stage="rlhf") for step in (100, 0, 50)]
    (series,) = split_series(frame(rows), "rlhf")
    assert series.xs == (0.0, 50.0, 100.0)
    assert series.model == "m"
    assert list(split_series(frame(rows), "size")) == []


def test_models_without_a_size_come_last() -> None:
    rows = [rates_row(checkpoint="a", parameter_count=None), rates_row(checkpoint="b", parameter_count=7)]
    (series,) = split_series(frame(rows), "size")
    assert series.xs == (7.0, None)


def test_one_step_count_twice_is_no_curve_along_steps() -> None:
    twice = [rates_row(checkpoint=f"m@{name}", rlhf_steps=50, stage="rlhf") for name in "ab"]
    assert list(split_series(frame(twice), "rlhf")) == []
    more = [*twice, rates_row(checkpoint="m@c", rlhf_steps=0, stage="rlhf")]
    assert [series.xs for series in split_series(frame(more), "rlhf")] == [(0.0, 50.0, 50.0)]


def test_a_step_count_needs_two_known_sizes_for_a_curve_along_size() -> None:
    rows = [
        rates_row(checkpoint=f"{name}@rl{step}", rlhf_steps=step, stage="rlhf", parameter_count=size)
        for step, models in ((0, {"a": 10, "b": 20}), (50, {"a": 10, "b": None}), (100, {"a": 10, "b": 20, "c": None}))
        for name, size in models.items()
    ]
    found = {series.step_label: series.xs for series in split_series(frame(rows), "size")}
    assert found == {"0 RL steps": (10.0, 20.0), "100 RL steps": (10.0, 20.0, None)}


def test_prompts_are_mixed_only_where_no_style_covers_all_sizes() -> None:
    every = sweep([0.5] * 4, SIZES[:4])
    for sizes, mixed in ((SIZES[:2], ""), (SIZES[:4], ""), (SIZES[3:5], "0-shot; 5-shot")):
        other = sweep([0.6] * 4, sizes, prompt_style="5-shot")
        seen = split_series(pd.concat([every, other], ignore_index=True), "size")
        assert {series.mixed_prompts for series in seen} == {mixed}
