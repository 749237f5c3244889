"""At which number a sentence changes its mind."""

from __future__ import annotations

from dataclasses import replace

import pytest
from finding_builders import finding

from analysis.findings.finding import Finding
from analysis.findings.generality import Generality
from analysis.findings.rlhf_across_sizes import RlhfAcrossSizes
from dashboard.words.reading import sentence
from dashboard.words.sureness import diagnostics, is_general, larger_sentence, one_odd_model, rlhf_over_sizes

ACROSS = RlhfAcrossSizes(
    n_sizes=4, n_models=4, effect=0.5, effect_low=0.4, effect_high=0.6, effect_points=0.12, effect_points_low=0.1,
    effect_points_high=0.14, q_effect=0.01, interaction=0.2, interaction_low=0.1, interaction_high=0.3,
    interaction_points=0.04, interaction_points_low=0.02, interaction_points_high=0.06, q_interaction=0.01, tau=0.05,
)  # fmt: skip


def with_numbers(**changes: object) -> Finding:
    base = finding("Pythia", q=0.004)
    return replace(base, result=replace(base.result, **changes))


@pytest.mark.parametrize(
    ("low", "high", "said"),
    [
        (-0.0199, 0.3, "be flat or rise"),
        (-0.02, 0.3, "be a rise or a fall"),
        (-0.3, 0.0199, "be flat or fall"),
        (-0.3, 0.02, "be a rise or a fall"),
        (0.0, 0.3, "be flat or rise"),
        (-0.3, 0.0, "be flat or fall"),
    ],
)
def test_two_points_are_flat(low: float, high: float, said: str) -> None:
    unclear = with_numbers(verdict="inconclusive", change_points_low=low, change_points_high=high)
    assert f"could {said}:" in sentence(unclear)


def test_an_interval_on_one_side_points_that_way() -> None:
    for low, high, way in ((0.001, 0.3, "rise"), (-0.3, -0.001, "fall")):
        weak = with_numbers(verdict="inconclusive", change_points_low=low, change_points_high=high, q=0.2)
        assert f"it points to a {way}," in sentence(weak)


def test_scatter_is_more_than_usual_from_the_level_down() -> None:
    said = [diagnostics(with_numbers(adequacy_p=p))["Scatter beside the family's"] for p in (0.05, 0.0501)]
    assert said == ["p = 0.050: more than usual", "p = 0.050: as usual"]


def test_tau_below_half_a_hundredth_has_no_digits() -> None:
    said = [diagnostics(with_numbers(tau=tau))["Models scatter by"] for tau in (0.0049, 0.005)]
    assert said == ["less than 0.01 logit beyond question noise", "0.01 logit beyond question noise"]


@pytest.mark.parametrize(("n_effective", "n_family", "warned"), [(1.59, 8, True), (1.6, 8, False), (1.0, 7, False)])
def test_one_odd_model_where_fewer_than_a_fifth_of_eight_count(n_effective: float, n_family: int, warned: bool) -> None:
    told = one_odd_model(with_numbers(n_effective=n_effective, n_family=n_family).result)
    assert bool(told) == warned


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({}, "RLHF moves the share of answers judged true by"),
        ({"q_effect": 0.05}, "RLHF moves the share"),
        ({"q_effect": 0.0501}, "RLHF is not shown to move"),
        ({"q_interaction": 0.05}, "The effect grows with size"),
        ({"q_interaction": 0.0501}, "The effect is not shown to grow with size"),
        ({"effect": -0.5}, "The effect shrinks with size"),
        ({"effect": -0.5, "interaction": -0.2}, "The effect grows with size"),  # a fall that is larger in larger models
    ],
)
def test_rlhf_over_sizes_at_the_level(changes: dict[str, float], said: str) -> None:
    assert said in rlhf_over_sizes(replace(with_numbers(), rlhf_across_sizes=replace(ACROSS, **changes)))


def test_a_fall_of_the_farthest_model_is_below() -> None:
    base = finding("Pythia", q=0.004)
    off = (0.1, -3.14, 0.2, 0.3, 1.0, 2.0, 3.0, -0.5)
    one = replace(base, result=replace(base.result, residuals=off))
    assert diagnostics(one)["Farthest off the others"] == "160M, 3.1 standard deviations below what they predict"


def test_nothing_is_general_or_forecast_of_nothing() -> None:
    assert not is_general(with_numbers())
    assert larger_sentence(with_numbers()) == ""


def test_general_is_said_of_a_trend_at_the_level_and_not_above() -> None:
    together = Generality(
        general=True, reason="rises in A, B", n_families=2, n_rising=2, n_falling=0, q=1.0, q_df=1, q_p=0.3,
        i_squared=0.0,
    )  # fmt: skip
    at, above = (replace(with_numbers(q=q), generality=together) for q in (0.05, 0.0501))
    assert (is_general(at), is_general(above)) == (True, False)
