import numpy as np
import pandas as pd
import pytest

from analysis import detect
from analysis.detector.detect import analyse
from analysis.errors import TableError
from analysis.trends.detectable import critical_change, detectable_change, threshold

FIVE = 1e6 * np.array([125, 760, 2700, 13000, 175000])
SEVEN = 1e9 * np.array([0.81, 1.6, 3.5, 6.4, 13, 22, 52])
TAUS = (0.03, 0.05, 0.10, 0.20, 0.30)
TABLE = {"five": (0.3, 0.3, 0.6, 1.3, 1.6), "seven": (0.3, 0.3, 0.5, 0.8, 1.3)}
"""Simulated with plain Benjamini-Hochberg, item SE .04: smallest change of a coarse ladder found in 80 %."""


@pytest.mark.parametrize(("name", "sizes"), [("five", FIVE), ("seven", SEVEN)])
def test_near_the_simulated_table_and_never_above_it(name, sizes):
    ours = np.array([detectable_change(sizes, tau) for tau in TAUS])
    table = np.array(TABLE[name])
    assert (ours <= table).all()
    assert (ours >= 0.72 * table).all()


def test_our_detector_finds_it_in_about_four_of_five():
    rng = np.random.default_rng(7)
    change, x = detectable_change(FIVE, 0.1), np.log10(FIVE)
    t = (x - x.mean()) / (x[-1] - x[0])
    found = []
    for _ in range(6):
        signs = np.where(np.arange(154) < 46, rng.choice([-1, 1], 154), 0)
        logit = change * signs[:, None] * t + rng.normal(0, np.hypot(0.1, 0.04), (154, 5))
        mean = 1 / (1 + np.exp(-logit)).ravel()
        names = [f"b{at:03d}" for at in range(154)]
        table = pd.DataFrame(
            {
                "behavior": np.repeat(names, 5), "family": "F", "model": np.tile(list("abcde"), 154),
                "n_params": np.tile(FIVE, 154), "rlhf_steps": 0, "n": 1000, "mean": mean,
                "se": 0.04 * mean * (1 - mean),
            }
        )  # fmt: skip
        verdict = detect(table, dict.fromkeys(names, 1))["verdict"]
        found.append(verdict.isin(["inverse", "positive"])[:46].mean())
    assert np.mean(found) == pytest.approx(0.8, abs=0.06)


def test_one_test_alone_asks_for_the_plain_level():
    assert threshold(1) == 0.05
    # 1 + 99 x .3 x .8 = 24.76 found of 100; .05 x .2476 / (1.05 x .7524)
    assert threshold(100) == pytest.approx(0.05 * 0.2476 / (1.05 * 0.7524))


def test_critical_change_of_one_normal_is_the_normal_quantile():
    assert critical_change(np.ones((1, 1)), np.full((1, 1), 0.5), 0.05) == pytest.approx(1.959964 * 0.5)
    assert critical_change(np.ones((1, 1)), np.full((1, 1), 0.01), 0.05) == pytest.approx(0.2)


def test_more_models_and_less_scatter_show_smaller_changes():
    assert detectable_change(SEVEN, 0.1) < detectable_change(SEVEN[::2], 0.1)
    assert detectable_change(SEVEN, 0.1) < detectable_change(SEVEN, 0.2)
    assert detectable_change(SEVEN, 0.1, n_tests=1) < detectable_change(SEVEN, 0.1, item_se=0.2, n_tests=1)
    with pytest.raises(TableError, match=r"three distinct sizes; this design has 2"):
        detectable_change(SEVEN[:2], 0.1)


def test_every_tested_series_of_analyse_has_one_like_its_design():
    rng = np.random.default_rng(3)
    names = [f"b{at:02d}" for at in range(80)]
    logit = rng.normal(0, np.hypot(0.1, 0.04), (80, 7))
    table = pd.DataFrame(
        {
            "behavior": np.repeat(names, 7), "family": "F", "model": np.tile(list("abcdefg"), 80),
            "n_params": np.tile(SEVEN, 80), "rlhf_steps": 0, "n": 1000,
            "mean": 1 / (1 + np.exp(-logit)).ravel(), "se": 0.01,
        }
    )  # fmt: skip
    seen = [one.detectable_change for one in analyse(table, dict.fromkeys(names, 1))]
    assert np.median(seen) == pytest.approx(detectable_change(SEVEN, 0.1, n_tests=80), rel=0.15)
