"""Forecasts kept with findings: where past ones held, with the last value beside, else the reason."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from rate_builders import SIZES, sweep

from analysis.detector.detect import forecast_coverage, predict
from analysis.findings.compute import findings_of
from analysis.findings.finding import Finding
from analysis.findings.larger_sizes import outlooks


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
