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
