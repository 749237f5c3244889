"""Who is in colour over several panels, which neighbour a point is compared with, and how many grid lines KL has."""

from __future__ import annotations

from dataclasses import replace

import pytest
from finding_builders import finding, point

from dashboard.figures.control_training import kl_figure
from dashboard.figures.facets import facets_figure
from dashboard.figures.scaling import scaling_figure
from loaders.controls.training_log import TrainedCheckpoint


def test_in_colour_are_those_in_most_panels_then_those_with_most_claims() -> None:
    """Eight families in both panels, of which A and B claim nothing: the six others are in colour."""
    base = finding("Pythia", q=0.01)
    families = [replace(base, family=name, lineage=name) for name in "ABCDEFGH"]
    quiet = [replace(each, result=replace(each.result, verdict="flat")) for each in families[:2]]
    once = replace(base, family="Once", lineage="Once")
    spec = facets_figure([("One", [*quiet, *families[2:], once]), ("Two", [*quiet, *families[2:]])], "two behaviours")
    assert {entry.name for entry in spec.key} == set("CDEFGH")


def test_a_point_is_compared_with_the_last_one_that_was_tested() -> None:
    """.40, then .90 that always answers (A), then .45: five points above the first, not 45 below the second."""
    points = [
        point("1M", 1e6, 0.40),
        point("2M", 2e6, 0.90, mark="always answers (A)"),
        point("4M", 4e6, 0.45),
        point("8M", 8e6, 0.41),
    ]
    figure = scaling_figure([finding("Pythia", points)], coloured=["Pythia"], focus=None)
    (line,) = figure.lines
    hover = ["; ".join(each.hover) for each in line.points]
    assert "points vs" not in hover[0]
    assert "+50.0 points vs 1M" in hover[1]
    assert "+5.0 points vs 1M" in hover[2]
    assert "\u22124.0 points vs 4M" in hover[3]


def test_models_of_one_size_are_named_and_compared_with_none() -> None:
    points = [point("1M", 1e6, 0.40), replace(point("1M", 1e6, 0.50), checkpoint="twin"), point("2M", 2e6, 0.6)]
    (line,) = scaling_figure([finding("Pythia", points)], coloured=["Pythia"], focus=None).lines
    assert all(each.id in each.hover for each in line.points)
    assert not any("points vs" in text for each in line.points for text in each.hover)


@pytest.mark.parametrize(
    ("largest", "ticks"),
    [
        (0.05, ["0", "0.1"]),
        (0.1, ["0", "0.1"]),
        (0.55, ["0", "0.1", "0.2", "0.3", "0.4", "0.5", "0.6"]),
        (0.65, ["0", "0.2", "0.4", "0.6", "0.8"]),  # seven steps of a tenth are too many
    ],
)
def test_kl_has_at_most_six_steps_of_tenths(largest: float, ticks: list[str]) -> None:
    checkpoints = [
        TrainedCheckpoint(
            checkpoint=f"m@step{step}", family="F", arm="biased", seed=0, step=step, parameters=1000, kl=kl,
            reward=None, preference=None, allowed_share=1.0,
        )
        for step, kl in ((0, 0.0), (50, largest))
    ]  # fmt: skip
    figure = kl_figure(checkpoints, "")
    assert [text for _, text in figure.y_ticks] == ticks
    assert figure.y_range[1] == pytest.approx(float(ticks[-1]))
