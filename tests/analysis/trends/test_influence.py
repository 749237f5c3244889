"""Leaving sizes out: how many refits may lose a verdict, which size matters most, and how sure a refit must be.

Thirty other series set the bar. With none of them moving, the p a series needs is about .05/(31 x 1.05 x 30/31) =
.0016; with twenty that move it is .05.
"""

from __future__ import annotations

import numpy as np
import pytest

from analysis.trends.assess import assess
from analysis.trends.influence import Influence, influences
from analysis.trends.refits import refits
from analysis.trends.series.series import Series

SIX = np.linspace(8, 11, 6)
FIVE, FOUR = np.array([8, 9, 10, 10.5, 10.6]), np.array([8, 9.5, 10.5, 10.6])
"""Without the smallest size a straight line loses over a third of its range, without any other hardly anything."""
VALLEY = 0.8 * np.abs(np.linspace(-1, 1, 6))


def straight(x: np.ndarray, change: float) -> np.ndarray:
    return change * (x - x[0]) / (x[-1] - x[0])


def left_out(x: np.ndarray, y: np.ndarray, *, noise: float = 0.01, moving: int = 0) -> Influence | None:
    """What leaving sizes out does to a series, among thirty of which `moving` rise by 2 logits."""
    rng = np.random.default_rng(0)
    others = [rng.normal(0, noise, len(x)) + (straight(x, 2.0) if at < moving else 0) for at in range(30)]
    rows = [
        Series(f"b{at:02d}", "F", "", 10**x, x, each, 1e-4 * np.eye(len(x)), len(x))
        for at, each in enumerate([*others, y])
    ]
    found = assess(rows, "size")
    return influences(found, refits(found), {row.behavior: 1 for row in rows}).get(30)


@pytest.mark.parametrize("change", [0.24, -0.24])
def test_one_refit_of_five_may_lose_the_verdict(change: float) -> None:
    """.24 over 2.6 decades is .148 over the last 1.6, below the 0.20 that counts: four of five keep the verdict."""
    told = left_out(FIVE, straight(FIVE, change))
    assert told is not None
    assert told.fragile is False
    assert told.x == pytest.approx(1e8), "whose loss moves the change most"
    assert told.change == pytest.approx(change * 1.6 / 2.6, abs=1e-6)
    assert told.level == pytest.approx(change * (1.0 + 2.6) / 2 / 2.6, abs=1e-6), "midway between 9 and 10.6"


def test_one_refit_of_four_may_not() -> None:
    told = left_out(FOUR, straight(FOUR, 0.24), moving=20)
    assert told is not None
    assert told.fragile is True


def test_three_sizes_are_not_tried() -> None:
    assert left_out(FOUR[:3], straight(FOUR[:3], 1.0)) is None


def test_a_change_of_sign_is_fragile_though_four_of_five_refits_hold() -> None:
    """Four small models fall by .01, the largest lies .5 above: without it the change is negative."""
    x = np.array([8, 8.2, 8.4, 8.6, 11])
    told = left_out(x, np.array([0, -0.01 / 3, -0.02 / 3, -0.01, 0.5]), moving=20)
    assert told is not None
    assert told.fragile is True
    assert (told.x, told.change) == (pytest.approx(1e11), pytest.approx(-0.01, abs=0.002))


def test_a_refit_must_be_as_sure_as_the_full_series_had_to_be() -> None:
    """p of the full series is .0005 and of the refits .0011 to .0035: all below .05, but four of six above .0016."""
    jumpy = straight(SIX, 0.5) + np.array([0.05, -0.08, 0.06, -0.07, 0.05, -0.02])
    among_still, among_moving = (left_out(SIX, jumpy, noise=0.1, moving=moving) for moving in (0, 20))
    assert among_still is not None
    assert among_moving is not None
    assert (among_still.fragile, among_moving.fragile) == (True, False)


def test_a_turn_is_held_against_the_turns() -> None:
    """p_shape of the refits is .0018 to .0066. Twenty rises lower the bar for rises to .05 and that for turns not."""
    told = left_out(SIX, VALLEY, noise=0.1, moving=20)
    assert told is not None
    assert told.fragile is True


def test_an_inconclusive_series_has_no_verdict_to_lose() -> None:
    unclear = left_out(SIX, np.random.default_rng(1).normal(0, 0.6, 6), noise=0.1)
    assert unclear is not None
    assert unclear.fragile is None
