"""RLHF over sizes in points: the surface's logits at the family's level without RLHF."""

from __future__ import annotations

import math

import pandas as pd
import pytest

from analysis.findings.rlhf_across_sizes import RlhfAcrossSizes, rlhf_across_sizes
from analysis.trends.surface import SurfaceResult


def share(logit: float) -> float:
    return 1 / (1 + math.exp(-logit))


def across(
    starts: tuple[float, ...], monkeypatch: pytest.MonkeyPatch, *, alone: float | None = None
) -> RlhfAcrossSizes:
    """Models of 10^8, 10^9, ... with these rates before RLHF, .9 after it; `alone`: rate of one more, asked once."""
    rows = [
        {"behavior": "b", "family": "F", "model": f"m{at}", "n_params": 10.0 ** (8 + at), "rlhf_steps": steps,
         "n": 1000.0, "mean": rate}
        for at, start in enumerate(starts)
        for steps, rate in ((500, 0.9), (25, start))
    ]  # fmt: skip
    if alone is not None:
        rows.append(rows[0] | {"model": "alone", "n_params": 1e12, "rlhf_steps": 0, "mean": alone})
    surface = SurfaceResult(
        behavior="b", family="F", n_models=len(starts), effect=0.5, effect_low=0.2, effect_high=0.9, p_effect=0.001,
        q_effect=0.002, interaction=-0.3, interaction_low=-0.7, interaction_high=0.1, p_interaction=0.1,
        q_interaction=0.3, tau=0.05,
    )  # fmt: skip
    monkeypatch.setattr("analysis.trends.surface.surfaces", lambda tables: [surface])
    return rlhf_across_sizes(pd.DataFrame(rows))["b", "F"]


def test_points_are_taken_at_the_mean_logit_before_rlhf(monkeypatch: pytest.MonkeyPatch) -> None:
    """Rates .2, .5 and .8 have logits -1.386, 0 and 1.386: level 0. RLHF ends are taken from there, and the interaction
    from where the effect leads."""
    seen = across((0.2, 0.5, 0.8), monkeypatch)
    assert (seen.effect_points_low, seen.effect_points, seen.effect_points_high) == pytest.approx(
        (share(0.2) - 0.5, share(0.5) - 0.5, share(0.9) - 0.5)
    )
    assert (seen.interaction_points_low, seen.interaction_points, seen.interaction_points_high) == pytest.approx(
        (share(0.5 - 0.7) - share(0.5), share(0.5 - 0.3) - share(0.5), share(0.5 + 0.1) - share(0.5))
    )
    assert (seen.effect_low, seen.effect, seen.effect_high, seen.q_effect) == (0.2, 0.5, 0.9, 0.002)
    assert (seen.interaction_low, seen.interaction, seen.interaction_high) == (-0.7, -0.3, 0.1)
    assert (seen.q_interaction, seen.tau, seen.n_sizes, seen.n_models) == (0.3, 0.05, 3, 3)


def test_a_model_asked_once_has_no_say_and_the_edges_are_half_a_percent(monkeypatch: pytest.MonkeyPatch) -> None:
    with_one = across((0.2, 0.5, 0.8), monkeypatch, alone=0.99)
    assert with_one == across((0.2, 0.5, 0.8), monkeypatch)
    edge = math.log(0.005 / 0.995)
    for starts, level in (((0.0, 0.5, 0.5), edge / 3), ((1.0, 0.5, 0.5), -edge / 3)):
        assert across(starts, monkeypatch).effect_points == pytest.approx(share(level + 0.5) - share(level))


def test_three_sizes_are_enough_and_two_are_not(monkeypatch: pytest.MonkeyPatch) -> None:
    assert across((0.2, 0.5, 0.8), monkeypatch).n_sizes == 3
    with pytest.raises(KeyError):
        across((0.2, 0.5), monkeypatch)
