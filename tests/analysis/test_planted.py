"""Verdicts beside the planted truth."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path

import pytest
from finding_builders import finding, point

from analysis.findings.finding import Finding
from analysis.findings.rlhf_across_sizes import RlhfAcrossSizes
from analysis.planted import Plant, dip_depth, scoreboard, tally
from analysis.verdicts import Axis, Verdict
from loaders.controls.design import ARMS, FAMILIES, VARIANTS, DesignError, read_design, read_truth
from loaders.controls.questions import evaluations_of
from loaders.controls.results import FAMILY_NAMES

RISE = Plant(family="Control positive", arm="", axis="size", behaviors=("control-tastes",), planted="rise")
DIP = replace(RISE, planted="dip")
NONE = replace(RISE, planted="none")
BIASED = replace(RISE, arm="biased", axis="rlhf", steeper=True)


def seen(verdict: Verdict, change: float, *, axis: Axis = "size", detectable: float = 0.5) -> Finding:
    made = finding(axis=axis, behavior="control-tastes", origin="control")
    result = replace(made.result, verdict=verdict, change=change, detectable_change=detectable, axis=axis)
    return replace(made, family="Control positive", result=result)


@pytest.mark.parametrize(
    ("plant", "verdict", "change", "outcome"),
    [
        (RISE, "inverse", 1.2, "agrees"),
        (RISE, "increasing", 1.2, "agrees"),
        (RISE, "positive", -1.2, "wrong sign"),
        (RISE, "inconclusive", 1.2, "missed"),
        (RISE, "flat", 0.3, "too small to see"),
        (RISE, "u_shaped", 1.2, "missed"),
        (DIP, "u_shaped", 0.1, "agrees"),
        (DIP, "inverted_u", 0.1, "wrong sign"),
        (DIP, "inconclusive", 0.1, "too small to see"),
        (NONE, "flat", 0.0, "agrees"),
        (NONE, "inconclusive", 0.9, "agrees"),
        (NONE, "inverse", 0.9, "false alarm"),
        (NONE, "inverted_u", 0.0, "false alarm"),
        (replace(NONE, side_effect=True), "inverse", 0.9, "drift"),
    ],
)
def test_outcomes(plant: Plant, verdict: Verdict, change: float, outcome: str) -> None:
    (row,) = scoreboard([seen(verdict, change)], [plant], VARIANTS)
    assert row.outcome == outcome
    assert (row.planted, row.verdict) == (plant.planted, verdict)


def test_a_dip_in_what_is_worse_is_an_inverted_u() -> None:
    worse = replace(seen("inverted_u", 0.1), concern="more_is_worse")
    assert [row.outcome for row in scoreboard([worse], [DIP], VARIANTS)] == ["agrees"]


def test_a_dip_is_missed_where_it_is_deeper_than_could_be_seen() -> None:
    rates = {1e6: [0.5], 2e6: [0.2, 0.3], 4e6: [0.25], 8e6: [0.7]}
    points = [point(f"{x:g}{rate}", x, rate) for x, several in rates.items() for rate in several]
    depth = (math.log(0.2 / 0.8) + math.log(0.3 / 0.7)) / 2
    for detectable, outcome in ((1.1, "missed"), (1.2, "too small to see")):
        made = seen("inconclusive", 0.9, detectable=detectable)
        (row,) = scoreboard([replace(made, points=tuple(points))], [DIP], VARIANTS)
        assert row.change == pytest.approx(depth)
        assert row.outcome == outcome


def test_no_dip_where_the_lowest_size_is_an_end_or_its_models_are_left_out() -> None:
    falling = replace(seen("inconclusive", -2.0), points=(point("1M", 1e6, 0.7), point("2M", 2e6, 0.3)))
    assert dip_depth(falling) == 0
    marked = (point("1M", 1e6, 0.3), point("2M", 2e6, 0.1, mark="always answers (A)"), point("4M", 4e6, 0.7))
    assert dip_depth(replace(falling, points=marked)) == 0


def test_what_was_not_tested_says_so() -> None:
    made = seen("insufficient", 0.0)
    (row,) = scoreboard([replace(made, result=replace(made.result, change=None))], [RISE], VARIANTS)
    assert row.outcome == "not tested"


def test_findings_without_a_truth_have_no_row() -> None:
    arm = replace(seen("inverse", 1.0), series="biased raters, 1,000 RL steps")
    assert scoreboard([arm], [RISE], VARIANTS) == []
    assert [row.outcome for row in scoreboard([arm], [replace(NONE, arm="biased")], VARIANTS)] == ["false alarm"]


def test_rlhf_is_judged_pooled_over_sizes_too() -> None:
    across = RlhfAcrossSizes(
        n_sizes=4, n_models=4, effect=2.0, effect_low=1.0, effect_high=3.0, effect_points=0.3, effect_points_low=0.1,
        effect_points_high=0.4, q_effect=0.01, interaction=0.5, interaction_low=-0.6, interaction_high=1.6,
        interaction_points=0.1, interaction_points_low=-0.1, interaction_points_high=0.3, q_interaction=0.4, tau=0.2,
    )  # fmt: skip
    made = replace(seen("inconclusive", 0.2, axis="rlhf"), rlhf_across_sizes=across)
    one = replace(made, series="control-positive-w012-s0-biased")
    rows = scoreboard([one, one], [BIASED], VARIANTS)
    assert [row.outcome for row in rows] == ["too small to see", "too small to see", "agrees", "too small to see"]
    assert rows[2].series == "Control positive, biased, all sizes"
    assert rows[3].series.endswith("more in larger models")
    assert rows[3].detectable_change == pytest.approx(1.1 * 2.8 / 1.96)
    assert tally(rows) == {"agrees": 1, "too small to see": 3}


def test_the_shipped_truth_names_only_what_is_built() -> None:
    truth = read_truth()
    arms = {"", *read_design().arms}
    names = dict(zip(FAMILY_NAMES.values(), FAMILIES, strict=True))
    for plant in truth:
        family = names[plant.family]
        assert plant.arm in arms & {"", *ARMS[family]}
        assert set(plant.behaviors) <= set(evaluations_of(family))
    named = [(plant.family, plant.arm, plant.axis, behavior) for plant in truth for behavior in plant.behaviors]
    assert len(set(named)) == len(named)
    untouched = [name for *place, name in named if place == ["Control negative", "", "size"]]
    assert len(untouched) >= 8


def test_a_truth_file_without_truth_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "truth.toml").write_text("[design]\n")
    with pytest.raises(DesignError, match="holds no planted truth"):
        read_truth(tmp_path / "truth.toml")


@pytest.mark.parametrize(
    ("verdict", "change", "outcome"),
    [
        ("positive", -1.2, "agrees"),
        ("inverse", 1.2, "wrong sign"),
        ("inconclusive", -0.51, "missed"),
        ("inconclusive", -0.5, "too small to see"),
    ],
)
def test_a_planted_fall_is_found_downwards(verdict: Verdict, change: float, outcome: str) -> None:
    (row,) = scoreboard([seen(verdict, change, detectable=0.5)], [replace(RISE, planted="fall")], VARIANTS)
    assert row.outcome == outcome


@pytest.mark.parametrize(("q", "outcome"), [(0.05, "agrees"), (math.nextafter(0.05, 1), "missed")])
def test_a_pooled_effect_is_called_from_the_level_down(q: float, outcome: str) -> None:
    across = RlhfAcrossSizes(
        n_sizes=4, n_models=4, effect=2.0, effect_low=1.5, effect_high=2.5, effect_points=0.3, effect_points_low=0.1,
        effect_points_high=0.4, q_effect=q, interaction=0.5, interaction_low=-0.6, interaction_high=1.6,
        interaction_points=0.1, interaction_points_low=-0.1, interaction_points_high=0.3, q_interaction=0.4, tau=0.2,
    )  # fmt: skip
    made = replace(seen("inconclusive", 0.2, axis="rlhf"), rlhf_across_sizes=across)
    made = replace(made, series="control-positive-w012-s0-biased")
    _, pooled = scoreboard([made], [replace(BIASED, steeper=False)], VARIANTS)
    assert pooled.outcome == outcome
