import numpy as np
import pandas as pd
import pytest

from analysis.detector.detect import forecast_coverage
from analysis.detector.table import check_tables
from analysis.trends.surface import surfaces

SIZES = 10.0 ** np.array([8.0, 8.6, 9.2, 9.8, 10.4])
STEPS = np.array([0, 50, 100, 250, 500, 1000])
RLHF = np.log2(1 + STEPS / 50) / np.log2(21)


def grid(effects: dict[str, np.ndarray], tau: float = 0.03) -> pd.DataFrame:
    """Behaviour -> RLHF change of the logit in each size."""
    rng = np.random.default_rng(0)
    rows = []
    for name, by_size in effects.items():
        for size, effect in zip(SIZES, by_size, strict=True):
            level = rng.normal(0, 0.3)
            for step, share in zip(STEPS, RLHF, strict=True):
                logit = level + effect * share + rng.normal(0, tau)
                rows.append((name, "F", f"{size:.0f}", size, step, 1000, 1 / (1 + np.exp(-logit)), 0.01))
    return pd.DataFrame(rows, columns=["behavior", "family", "model", "n_params", "rlhf_steps", "n", "mean", "se"])


def test_effect_and_interaction_of_rlhf_are_told_apart():
    flat, decades = np.zeros(5), np.log10(SIZES / SIZES[2])
    table = grid({f"n{at}": flat for at in range(10)} | {"all": flat + 0.8, "larger": 0.5 * decades})
    seen = {one.behavior: one for one in surfaces(check_tables(table, "size"))}
    assert seen["all"].effect == pytest.approx(0.8, abs=0.1)
    assert seen["all"].q_effect < 0.01
    assert seen["all"].effect_low < 0.8 < seen["all"].effect_high
    assert seen["all"].q_interaction > 0.05
    assert seen["larger"].interaction == pytest.approx(0.5, abs=0.1)
    assert seen["larger"].q_interaction < 0.01
    assert seen["larger"].q_effect > 0.05
    assert all(seen[f"n{at}"].q_effect > 0.05 for at in range(10))


def test_a_family_without_steps_or_with_two_sizes_is_not_tested_and_says_why():
    table = grid({"a": np.zeros(5)})
    none = surfaces(check_tables(table[table["rlhf_steps"] == 0], "size"))[0]
    assert (none.n_models, none.effect, none.reason) == (
        0,
        None,
        "has 0 sizes with two step counts; this needs 3",
    )
    two = surfaces(check_tables(table[table["n_params"].isin(SIZES[:2])], "size"))[0]
    assert two.n_models == 2
    assert two.effect is None


def sweeps(end: float, count: int = 60) -> pd.DataFrame:
    """Straight lines with model noise; the largest model is moved by `end` logits, up or down."""
    rng = np.random.default_rng(1)
    places = 10.0 ** np.linspace(8, 11, 7)
    rows = []
    for at in range(count):
        y = rng.normal(0, 0.5) * np.linspace(-1, 1, 7) + rng.normal(0, 0.08, 7)
        y[-1] += end * rng.choice([-1, 1])
        rows += [(f"b{at}", "F", f"m{i}", places[i], 0, 1000, 1 / (1 + np.exp(-y[i])), 0.01) for i in range(7)]
    return pd.DataFrame(rows, columns=["behavior", "family", "model", "n_params", "rlhf_steps", "n", "mean", "se"])


def test_measured_coverage_is_near_the_level_and_falls_where_large_models_jump():
    smooth = {one.ahead: one for one in forecast_coverage(sweeps(0.0))}
    assert set(smooth) == {1, 2}
    assert smooth[1].n_forecasts == 60
    assert 0.8 <= smooth[1].covered <= 1.0
    jumping = {one.ahead: one for one in forecast_coverage(sweeps(2.0))}
    assert jumping[1].covered < 0.5
    assert jumping[1].error > 1.5


def test_four_sizes_are_too_few_to_measure_coverage():
    table = sweeps(0.0, 3)
    assert forecast_coverage(table[table["n_params"] < 3e9]) == []
