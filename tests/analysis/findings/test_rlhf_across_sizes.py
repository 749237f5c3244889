"""RLHF over all sizes of a family: the effect, and whether it grows, beside the findings along steps."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from rate_builders import rates_row

from analysis.detector.table import check_tables
from analysis.findings.compute import findings_of
from analysis.findings.findings_json import findings_from_json, findings_to_json
from analysis.tables import RATES
from analysis.trends.surface import surfaces

SIZES = (10**8, 10**9, 10**10, 10**11)
STEPS = (0, 50, 100, 250, 500)


def grid(effect: float, growth: float, *, sizes: tuple[int, ...] = SIZES, steps: tuple[int, ...] = STEPS, **values):
    """RATES rows: from no RLHF to the last step the logit moves by effect + growth x (decades from the middle)."""
    rng = np.random.default_rng(3)
    middle = np.mean([math.log10(size) for size in sizes])
    rows = []
    for size in sizes:
        change = effect + growth * (math.log10(size) - middle)
        for step in steps:
            part = math.log2(1 + step / 50) / math.log2(1 + steps[-1] / 50)
            logit = -0.5 + change * part + rng.normal(0, 0.01)
            row = {
                "checkpoint": f"m{size}@rl{step}", "rlhf_steps": step, "parameter_count": size, "stage": "rlhf",
                "n_questions": 2000, "matching_rate": round(2000 / (1 + math.exp(-logit))) / 2000,
            }  # fmt: skip
            rows.append(rates_row(**row | values))
    return RATES.validate(pd.DataFrame(rows))


def test_effect_and_growth_are_found_and_shared_by_the_models_of_the_family() -> None:
    findings = findings_of(grid(1.0, 0.4), "rlhf")
    seen = findings[0].rlhf_across_sizes
    assert seen is not None
    assert all(each.rlhf_across_sizes == seen for each in findings)
    assert len(findings) == 4
    assert (seen.n_sizes, seen.n_models) == (4, 4)
    assert seen.effect == pytest.approx(1.0, abs=0.15)
    assert seen.interaction == pytest.approx(0.4, abs=0.15)
    assert seen.q_effect < 0.05
    assert seen.q_interaction < 0.05
    start = 1 / (1 + math.exp(0.5))
    assert seen.effect_points == pytest.approx(1 / (1 + math.exp(0.5 - seen.effect)) - start, abs=0.01)
    assert seen.effect_points_low < seen.effect_points < seen.effect_points_high
    assert seen.interaction_points_low > 0


def test_no_growth_is_not_called_growth() -> None:
    seen = findings_of(grid(1.0, 0.0), "rlhf")[0].rlhf_across_sizes
    assert seen is not None
    assert seen.interaction_low < 0 < seen.interaction_high
    assert seen.q_interaction > 0.05


def test_numbers_are_those_of_the_surface() -> None:
    rates = grid(0.8, 0.2)
    table = pd.DataFrame(
        {
            "behavior": "b", "family": "F", "model": rates["checkpoint"].str.partition("@")[0],
            "n_params": rates["parameter_count"].astype(float), "rlhf_steps": rates["rlhf_steps"].astype(int),
            "n": rates["n_questions"].astype(float), "mean": rates["matching_rate"],
        }
    )  # fmt: skip
    (direct,) = surfaces(check_tables(table, "size"))
    seen = findings_of(rates, "rlhf")[0].rlhf_across_sizes
    assert seen is not None
    assert (seen.effect, seen.q_effect, seen.tau) == pytest.approx((direct.effect, direct.q_effect, direct.tau))


def test_two_step_counts_are_enough_and_two_sizes_are_not() -> None:
    two_steps = findings_of(grid(1.0, 0.0, steps=(0, 500)), "rlhf")
    assert {each.result.verdict for each in two_steps} == {"insufficient"}
    assert two_steps[0].rlhf_across_sizes is not None
    assert findings_of(grid(1.0, 0.0, sizes=SIZES[:2]), "rlhf")[0].rlhf_across_sizes is None


def test_variants_are_apart_and_unknown_sizes_left_out() -> None:
    rows = grid(1.0, 0.0)
    rows.loc[rows["parameter_count"] == SIZES[0], "variant"] = "twin"
    rows.loc[rows["parameter_count"] == SIZES[1], "parameter_count"] = None
    assert {each.rlhf_across_sizes for each in findings_of(rows, "rlhf")} == {None}


def test_size_axis_has_none_and_json_keeps_it() -> None:
    rates = grid(1.0, 0.4)
    assert all(each.rlhf_across_sizes is None for each in findings_of(rates, "size"))
    findings = findings_of(rates, "rlhf")
    again = findings_from_json(findings_to_json(findings))
    assert again[0].rlhf_across_sizes is not None
    assert again[0].rlhf_across_sizes.effect == pytest.approx(findings[0].rlhf_across_sizes.effect, rel=1e-9)


def test_findings_of_an_older_form_are_refused_with_the_remedy() -> None:
    old = findings_to_json(findings_of(grid(1.0, 0.0), "rlhf")).replace(b'"rlhf_across_sizes"', b'"before"')
    with pytest.raises(ValueError, match="scalewatch findings --refresh"):
        findings_from_json(old)


def test_a_model_asked_twice_at_one_step_count_is_not_pooled() -> None:
    """Three step counts are too few for a trend of its own; twice at one of them leaves the model out of the family."""
    rows = grid(1.0, 0.0, steps=(0, 50, 500))
    one = rows[rows["checkpoint"] == f"m{SIZES[0]}@rl0"].assign(checkpoint=f"m{SIZES[0]}@rl0-again")
    findings = findings_of(RATES.validate(pd.concat([rows, one], ignore_index=True)), "rlhf")
    pooled = {each.series: each.rlhf_across_sizes for each in findings}
    assert pooled[f"m{SIZES[0]}"] is None
    others = pooled[f"m{SIZES[1]}"]
    assert others is not None
    assert others.n_models == 3
