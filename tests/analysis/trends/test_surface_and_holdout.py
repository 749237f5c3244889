import numpy as np
import pandas as pd
import pytest
from scipy.stats import norm

from analysis.detector.detect import forecast_coverage
from analysis.detector.table import check_tables
from analysis.trends.fit.core import TAUS
from analysis.trends.multiplicity import two_stage
from analysis.trends.series.cells import all_cells
from analysis.trends.series.series import scale_of
from analysis.trends.surface import rlhf_changes, surfaces

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


def test_effect_and_interaction_have_the_95_percent_interval_of_their_p(monkeypatch):
    """With all belief on one tau both are a z test: sd from p, interval 1.959964 sd either way. The interaction is told
    per decade, over 2.4 decades, and so are its ends."""
    sure = np.zeros(len(TAUS))
    sure[4] = 1.0
    monkeypatch.setattr("analysis.trends.surface.learn_prior", lambda likelihood, start, n: sure)
    decades = np.log10(SIZES / SIZES[2])
    table = grid({"a": 0.3 + 0.2 * decades, "b": -0.2 + 0.1 * decades}, tau=0.1)
    for one in surfaces(check_tables(table, "size")):
        assert one.tau == pytest.approx(TAUS[4])
        for estimate, low, high, p in (
            (one.effect, one.effect_low, one.effect_high, one.p_effect),
            (one.interaction, one.interaction_low, one.interaction_high, one.p_interaction),
        ):
            sd = abs(estimate) / norm.isf(p / 2)
            assert (low, high) == pytest.approx((estimate - 1.959964 * sd, estimate + 1.959964 * sd), rel=1e-5)
    # Two of each are tested together: q is p_BH or less, never below p.
    ps = np.array([[one.p_effect, one.p_interaction] for one in surfaces(check_tables(table, "size"))])
    qs = np.array([[one.q_effect, one.q_interaction] for one in surfaces(check_tables(table, "size"))])
    for p, q in zip(ps.T, qs.T, strict=True):
        assert q == pytest.approx(two_stage(p, 0.05))


def test_the_change_of_a_model_is_its_line_from_no_rlhf_to_the_last_step():
    """Logits on a line in log2(1 + s/50): Delta is the rise from 0 to 1,000 steps, and its error that of the line."""
    table = grid({"a": np.array([0.4, 0.4, 0.4, 0.4, 0.4])}, tau=0.0)
    table = table[(table["n_params"] != SIZES[1]) | (table["rlhf_steps"].isin([0, 1000]))]
    (checked,) = check_tables(table, "size")
    (cells,) = all_cells(checked)
    seen = rlhf_changes(checked, cells, scale_of([checked], "rlhf"))
    assert seen.y == pytest.approx(np.full(5, 0.4), abs=0.01)
    # Two cells: var(last) + var(first). Six: c'Vc with c = (x - mean)/SS times the range.
    V = np.diag(cells.V)
    own = np.flatnonzero(cells.n_params == SIZES[1])
    assert seen.V[1, 1] == pytest.approx(V[own].sum())
    rest = np.flatnonzero(cells.n_params == SIZES[0])
    x = np.log2(1 + cells.steps[rest] / 50)
    c = (x - x.mean()) / ((x - x.mean()) ** 2).sum() * np.log2(21)
    assert seen.V[0, 0] == pytest.approx(c @ (V[rest] * c))


def test_three_sizes_are_pooled_and_two_are_not():
    three = grid({"a": np.zeros(5)})
    for n, tested in ((3, True), (2, False)):
        (one,) = surfaces(check_tables(three[three["n_params"].isin(SIZES[:n])], "size"))
        assert (one.effect is not None, one.reason == "") == (tested, tested)
