import dataclasses

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis import detect, predict
from analysis.detector.detect import analyse

SIZES = 10.0 ** np.array([8.0, 8.6, 9.1, 9.7, 10.2, 10.8])


def sweep(curves: dict[str, np.ndarray], family: str = "F", n: int | None = 400) -> pd.DataFrame:
    """Cell means from logits per size."""
    rows = [
        {
            "behavior": name, "family": family, "model": f"m{at}", "n_params": SIZES[at], "rlhf_steps": 0,
            "n": n, "mean": 1 / (1 + np.exp(-value)),
        }
        for name, curve in curves.items()
        for at, value in enumerate(curve)
    ]  # fmt: skip
    return pd.DataFrame(rows)


def noise(seed: int, count: int = 12, tau: float = 0.08) -> dict[str, np.ndarray]:
    rng = np.random.default_rng(seed)
    return {f"n{at:02d}": rng.normal(0, tau, len(SIZES)) for at in range(count)}


T = np.linspace(-1, 1, len(SIZES))
SHAPES = {"rise": T, "fall": -T, "valley": 2 * np.abs(T) - 1, "hill": 1 - 2 * np.abs(T)}


def verdicts(direction: int) -> dict[str, str]:
    table = sweep(noise(1) | {name: curve + noise(2)["n00"] for name, curve in SHAPES.items()})
    seen = detect(table, dict.fromkeys(table["behavior"], direction)).set_index("behavior")["verdict"]
    return {name: seen[name] for name in SHAPES}


def test_words_follow_the_direction():
    assert verdicts(1) == {"rise": "inverse", "fall": "positive", "valley": "inverted_u", "hill": "u_shaped"}
    assert verdicts(-1) == {"rise": "positive", "fall": "inverse", "valley": "u_shaped", "hill": "inverted_u"}
    assert verdicts(0) == {
        "rise": "increasing",
        "fall": "decreasing",
        "valley": "u_shaped",
        "hill": "inverted_u",
    }


def test_fewer_than_three_sizes_are_inconclusive_with_the_count():
    table = sweep({"a": T, "b": -T})
    for keep, words in ((1, "1 distinct size;"), (2, "2 distinct sizes")):
        seen = detect(table[table["n_params"].isin(SIZES[:keep])], {"a": 1, "b": 1})
        assert (seen["verdict"] == "inconclusive").all()
        assert seen["reason"].str.contains(words).all()
        assert seen["p"].isna().all()


@pytest.mark.parametrize("rate", [0.0, 1.0])
@pytest.mark.parametrize("n", [400, None])
def test_constant_series_at_the_edge_get_no_trend(rate, n):
    table = sweep(noise(3), n=n)
    table.loc[table["behavior"] == "n00", "mean"] = rate
    seen = detect(table, dict.fromkeys(table["behavior"], 1)).set_index("behavior").loc["n00"]
    assert seen["verdict"] in ("flat", "inconclusive")
    assert seen["p"] == pytest.approx(1, abs=1e-6)


def test_unknown_counts_are_allowed_and_scatter_goes_to_tau():
    seen = detect(sweep(noise(4, 20, tau=0.3), n=None), dict.fromkeys(noise(4, 20), 1))
    assert 0.2 < seen["tau"].median() < 0.4


def test_several_models_of_one_size_count_as_one_place():
    table = pd.concat([sweep({"a": T}), sweep({"a": T + 0.05}).assign(model=lambda t: t["model"] + "b")])
    seen = detect(table, {"a": 1})
    assert seen["n_points"][0] == len(SIZES)
    assert seen["verdict"][0] == "inverse"


def test_size_axis_with_several_step_counts_has_a_series_for_each():
    table = pd.concat([sweep({"a": T}), sweep({"a": -T}).assign(rlhf_steps=500)])
    seen = detect(table, {"a": 1})
    assert list(seen["series"]) == ["rlhf_steps=0", "rlhf_steps=500"]
    assert (seen["slope"] > 0).tolist() == [True, False]


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 10**6))
def test_flipping_directions_changes_no_number(seed):
    table = sweep(noise(seed, 8) | {"rise": T})
    names = sorted(set(table["behavior"]))
    flips = np.random.default_rng(seed).choice([-1, 0, 1], len(names))
    plain, flipped = (
        detect(table, dict.fromkeys(names, 1)),
        detect(table, dict(zip(names, flips, strict=True))),
    )
    for column in ("p", "q", "p_shape", "q_shape", "slope", "ci_low", "ci_high"):
        assert (plain[column] == flipped[column]).all()


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 10**6))
def test_row_order_and_model_names_change_nothing(seed):
    table = sweep(noise(seed, 8) | {"rise": T})
    ways = dict.fromkeys(table["behavior"], 1)
    mixed = table.sample(frac=1, random_state=seed)
    mixed["model"] = mixed["model"].map({f"m{at}": f"x{9 - at}" for at in range(9)})
    pd.testing.assert_frame_equal(detect(table, ways), detect(mixed, ways), rtol=1e-9)


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 10**6), st.floats(0.0, 0.5))
def test_numbers_are_in_order(seed, tau):
    seen = detect(sweep(noise(seed, 6, tau)), dict.fromkeys(noise(seed, 6), 1))
    assert ((seen["p"] >= 0) & (seen["p"] <= seen["q"] + 1e-12) & (seen["q"] <= 1)).all()
    assert ((seen["ci_low"] <= seen["slope"]) & (seen["slope"] <= seen["ci_high"])).all()


@settings(max_examples=10, deadline=None)
@given(st.integers(0, 10**6))
def test_mirrored_rates_give_mirrored_slopes(seed):
    table = sweep(noise(seed, 6) | {"rise": T})
    seen = detect(table, dict.fromkeys(table["behavior"], 1))
    mirror = detect(table.assign(mean=1 - table["mean"]), dict.fromkeys(table["behavior"], -1))
    assert seen["slope"].to_numpy() == pytest.approx(-mirror["slope"].to_numpy(), abs=1e-9)
    assert (seen["verdict"] == mirror["verdict"]).all()


def test_curve_has_a_band_and_ends_a_third_of_a_decade_beyond_the_data():
    table = sweep(noise(5) | {"rise": T})
    results = analyse(table, dict.fromkeys(table["behavior"], 1))
    result = next(one for one in results if one.behavior == "rise")
    assert len(result.curve) == 40
    assert result.curve[0].x == pytest.approx(SIZES[0])
    assert result.curve[-1].x == pytest.approx(SIZES[-1] * 10**0.3)
    assert all(0 <= point.low <= point.estimate <= point.high <= 1 for point in result.curve)
    assert [point.inside for point in result.curve].count(False) > 0
    assert result.curve[0].inside
    middle = min(result.curve, key=lambda point: abs(np.log(point.x / SIZES[2])))
    assert middle.estimate == pytest.approx(1 / (1 + np.exp(-T[2])), abs=0.04)


def test_analyse_agrees_with_detect():
    table = sweep(noise(6) | SHAPES)
    ways = dict.fromkeys(table["behavior"], 1)
    frame, results = detect(table, ways), analyse(table, ways)
    for row, result in zip(frame.itertuples(), results, strict=True):
        assert (row.behavior, row.verdict, row.p) == (result.behavior, result.verdict, result.p)
        assert dataclasses.asdict(result)["n_tests"] == len(frame)


def test_one_odd_size_makes_a_verdict_fragile_and_is_named():
    lone = np.array([0, 0, 0, 0, 0, 1.5])
    steady = {f"s{at}": 0.01 * T for at in range(30)}
    table = sweep(steady | {"lone": lone, "rise": T})
    results = {one.behavior: one for one in analyse(table, dict.fromkeys(table["behavior"], 1))}
    assert results["lone"].influential_x == pytest.approx(SIZES[-1])
    assert results["rise"].verdict == "inverse"
    assert results["rise"].fragile is False
    assert results["lone"].verdict != "inverse" or results["lone"].fragile
    assert abs(results["lone"].change_points_without) < 0.02


def test_forecasts_widen_with_distance_and_keep_the_order():
    table = sweep(noise(7) | {"rise": T})
    seen = predict(table, dict.fromkeys(table["behavior"], 1), [1e11, 1e12, 1e13])
    assert list(seen.columns[:2]) == ["behavior", "family"]
    assert ((seen["pi_low"] <= seen["estimate"]) & (seen["estimate"] <= seen["pi_high"])).all()
    width = (seen["pi_high"] - seen["pi_low"]).to_numpy().reshape(-1, 3)[:12]
    assert (np.diff(width, axis=1) > 0).all()
    inner = predict(table, dict.fromkeys(table["behavior"], 1), [1e11], level=0.5)
    assert (inner["pi_high"] - inner["pi_low"]).max() < width.max()


def test_a_forecast_below_the_smallest_model_widens_too():
    table = sweep(noise(8))
    seen = predict(table, dict.fromkeys(table["behavior"], 1), [1e7, 3e9])
    width = (seen["pi_high"] - seen["pi_low"]).to_numpy().reshape(-1, 2)
    assert (width[:, 0] > width[:, 1]).all()


def test_no_forecast_from_two_sizes():
    table = sweep({"a": T})
    seen = predict(table[table["n_params"].isin(SIZES[:2])], {"a": 1}, [1e12])
    assert seen["estimate"].isna().all()
    assert seen["reason"].tolist() == ["fewer than 3 distinct sizes"]
