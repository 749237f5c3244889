"""Forecasts kept with findings: where past ones held, with the last value beside, else the reason."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from rate_builders import SIZES, sweep

from analysis.detector.detect import forecast_coverage, predict
from analysis.findings.compute import findings_of
from analysis.findings.finding import Finding
from analysis.findings.larger_sizes import outlooks
from analysis.trends.holdout import Coverage


def table(n_behaviors: int, sizes: tuple[float, ...] = SIZES, jump: float = 0.0) -> pd.DataFrame:
    """A detector table of smooth rises with a little scatter; `jump` is added to the largest model's logit."""
    rng = np.random.default_rng(7)
    rows = []
    for number in range(n_behaviors):
        logits = -0.5 + (0.1 + 0.05 * number) * np.log10(np.array(sizes) / sizes[0]) + rng.normal(0, 0.05, len(sizes))
        logits[-1] += jump
        rows += [
            {
                "behavior": f"b{number}", "family": "F", "model": f"m{size:g}", "n_params": size, "rlhf_steps": 0,
                "n": 1000.0, "mean": float(1 / (1 + np.exp(-logit))), "se": math.nan,
            }
            for size, logit in zip(sizes, logits, strict=True)
        ]  # fmt: skip
    return pd.DataFrame(rows)


def test_forecasts_are_what_predict_says_with_the_measured_coverage() -> None:
    rows = table(8)
    near, far = outlooks(rows)["b3", "F"].forecasts
    said = predict(rows, dict.fromkeys(rows["behavior"], 0), [3 * 12e9, 10 * 12e9]).query("behavior == 'b3'")
    assert [near.x, far.x] == [36e9, 120e9]
    assert [near.estimate, far.estimate] == pytest.approx(said["estimate"].tolist())
    assert [near.low, far.high] == pytest.approx([said["pi_low"].iloc[0], said["pi_high"].iloc[1]])
    assert near.last == rows.query("behavior == 'b3'")["mean"].iloc[-1]
    past = forecast_coverage(rows)
    assert near.covered == min(each.covered for each in past)
    assert near.n_past == 16
    assert far.high - far.low > near.high - near.low


def test_a_family_whose_past_forecasts_failed_gets_a_reason() -> None:
    seen = outlooks(table(8, jump=2.0))["b0", "F"]
    assert seen.forecasts == ()
    assert "of 8 intervals at 90% held the measured rate; below 80% none are shown" in seen.reason


def test_four_sizes_and_too_few_behaviours_get_a_reason() -> None:
    assert outlooks(table(8, SIZES[:4]))["b0", "F"].reason.startswith("it has 4 sizes; a forecast needs 5")
    seen = outlooks(table(2))["b0", "F"]
    assert (seen.forecasts, seen.reason.startswith("only 4 forecasts of this family")) == ((), True)


def test_findings_carry_forecasts_on_the_size_axis_only_where_tested() -> None:
    rows = pd.concat(
        [
            sweep(group["mean"].tolist(), behavior=f"own-{name}", evaluation=str(name))
            for name, group in table(6).groupby("behavior")
        ]
        + [sweep([0.4, 0.5], behavior="short", evaluation="short")],
        ignore_index=True,
    )
    findings = {each.behavior: each for each in findings_of(rows, "size")}
    assert [round(each.x / 12e9) for each in findings["own-b0"].forecasts] == [3, 10]
    assert findings["own-b0"].forecasts[0].last == pytest.approx(findings["own-b0"].points[-1].rate)
    short: Finding = findings["short"]
    assert (short.forecasts, short.forecast_reason) == ((), "")


PAST = [Coverage("F", 1, 8, 0.9, 0.10, 0.30), Coverage("F", 2, 2, 0.8, 0.20, 0.10)]
"""Forecasts tried one and two sizes ahead: number, share held, mean error, that of the last value."""


@pytest.mark.parametrize(
    ("past", "shown"),
    [
        (PAST, True),
        ([PAST[0], replace(PAST[1], covered=0.79)], False),
        ([replace(PAST[0], covered=0.79), PAST[1]], False),
        ([replace(PAST[0], n_forecasts=3), PAST[1]], True),  # five tried
        ([replace(PAST[0], n_forecasts=2), PAST[1]], False),  # four
    ],
)
def test_five_past_forecasts_of_which_four_in_five_held_at_either_distance(
    past: list[Coverage], shown: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("analysis.trends.holdout.measured_coverage", lambda series, level: past)
    seen = outlooks(table(2, SIZES[:5]))["b0", "F"]
    assert (len(seen.forecasts), seen.reason == "") == ((2, True) if shown else (0, False))


def test_the_record_shown_is_the_worse_coverage_and_the_mean_errors(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("analysis.trends.holdout.measured_coverage", lambda series, level: PAST)
    first = outlooks(table(2))["b0", "F"].forecasts[0]
    assert (first.n_past, first.covered) == (10, 0.8)
    # (8 x .1 + 2 x .2)/10 and (8 x .3 + 2 x .1)/10
    assert (first.past_error, first.past_error_of_last) == pytest.approx((0.12, 0.26))


def test_the_last_value_is_the_mean_of_the_largest_models(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("analysis.trends.holdout.measured_coverage", lambda series, level: PAST)
    rows = table(2)
    twin = rows[rows["n_params"] == SIZES[-1]].assign(model="twin", mean=lambda each: each["mean"] + 0.1)
    last = rows[(rows["n_params"] == SIZES[-1]) & (rows["behavior"] == "b0")]["mean"].item()
    assert outlooks(pd.concat([rows, twin]))["b0", "F"].forecasts[0].last == pytest.approx(last + 0.05)
