"""Models that start with one constant answer show no trend."""

from __future__ import annotations

import pandas as pd

from analysis import detect

SIZES = (14e6, 70e6, 160e6, 410e6, 1.4e9, 6.9e9, 12e9)
STEER = (0.5814, 0.5809, 0.5814, 0.3497, 0.358, 0.2572, 0.2428)
"""Pythia on the STEER group, lm-evaluation-harness 0.4: the three smallest always give one answer."""


def verdict(means: tuple[float, ...], direction: int = -1) -> tuple[str, str]:
    rows = [
        {"behavior": "b", "family": "f", "model": f"m{i}", "n_params": size, "rlhf_steps": 0, "n": 30000, "mean": mean}
        for i, (size, mean) in enumerate(zip(SIZES, means, strict=True))
    ]
    (row,) = detect(pd.DataFrame(rows), {"b": direction}).to_dict("records")
    return str(row["verdict"]), str(row["reason"])


def test_a_fall_from_one_constant_answer_is_no_inverse_scaling() -> None:
    word, reason = verdict(STEER)
    assert word == "inconclusive"
    assert "three smallest models give one rate (58.1 %" in reason


def test_the_same_fall_without_the_constant_is_called() -> None:
    assert verdict((0.60, 0.56, 0.52, 0.42, 0.36, 0.28, 0.23))[0] == "inverse"


def test_a_shared_floor_is_no_constant_answer() -> None:
    assert verdict((0.001, 0.001, 0.001, 0.02, 0.08, 0.2, 0.35))[0] == "positive"


def test_base_models_need_no_step_on_the_size_axis() -> None:
    rows = [
        {
            "behavior": "b",
            "family": "f",
            "model": f"m{i}",
            "n_params": size,
            "rlhf_steps": None,
            "n": 1000,
            "mean": 0.3 + i / 20,
        }
        for i, size in enumerate(SIZES)
    ]
    table = pd.DataFrame(rows)
    assert detect(table, {"b": 1})["verdict"].tolist() == ["inverse"]
