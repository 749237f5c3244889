"""Of the models that stray the one with the largest share is named, not the one asked most often."""

from __future__ import annotations

from finding_builders import finding

from analysis.findings.stray import StrayModel
from dashboard.words.stray import summary


def model(label: str, n_far: int, n_behaviors: int) -> StrayModel:
    return StrayModel(
        checkpoint=label, label=label, x=1e6, n_behaviors=n_behaviors, n_far=n_far, label_gap=None, option_mass=None
    )


def test_the_largest_share_is_named() -> None:
    said = summary("Pythia", [model("1M", 4, 40), model("2M", 3, 6)], [finding("Pythia", q=0.01)])
    assert said.startswith("Of 1 tested behaviour, **2M** is off by more than 2 standard deviations in **50%**.")


def test_none_is_said_where_none_strays() -> None:
    said = summary("Pythia", [model("1M", 0, 40), model("2M", 0, 6)], [finding("Pythia", q=0.01)])
    assert said.startswith("In none of 1 tested behaviour is a model off")
