"""Which checkpoints stand for their model, in which order, under which short name."""

from __future__ import annotations

from typing import Any

import pytest

from analysis.cells.model_facts import ModelFacts, chart_names, fully_trained, in_order, unshown_replicates


def facts(checkpoint: str, **known: Any) -> ModelFacts:
    bare: dict[str, Any] = {
        "family": "F", "lineage": "F", "variant": "", "stage": "pretrained", "parameter_count": 10**9,
        "rlhf_steps": None, "training_tokens": None,
    }  # fmt: skip
    return ModelFacts(checkpoint=checkpoint, **bare | known)


def names(models: list[ModelFacts]) -> list[str]:
    return [model.checkpoint for model in models]


def test_of_each_model_the_farthest_checkpoint_is_shown() -> None:
    early, late = facts("early", training_tokens=10**9), facts("late", training_tokens=2 * 10**9)
    step0, step500 = (facts(f"rl{steps}", stage="rlhf", rlhf_steps=steps) for steps in (0, 500))
    for models in ([early, late, step0, step500], [step500, step0, late, early]):
        assert names(fully_trained(models)) == ["late", "rl500"]
    unsized = [facts(name, parameter_count=None) for name in ("x", "y")]
    assert names(fully_trained(unsized)) == ["x", "y"], "without a size nothing says that they are one model"


def test_replicates_are_models_trained_as_far_as_the_one_shown() -> None:
    """Three seeds of one size and an earlier checkpoint of one of them: two stand behind the one that is shown."""
    seeds = [facts(f"seed{at}", training_tokens=2 * 10**9) for at in range(3)]
    models = [*seeds, facts("early", training_tokens=10**9), facts("other", parameter_count=10**10)]
    assert unshown_replicates(models, fully_trained(models)) == 2
    assert unshown_replicates(seeds[:1], seeds[:1]) == 0
    unsized = [facts(name, parameter_count=None) for name in ("x", "y")]
    assert unshown_replicates(unsized, unsized) == 0


def test_order_is_stage_family_variant_size_and_steps() -> None:
    ordered = [
        facts("a"),
        facts("b", parameter_count=10**10),
        facts("c", variant="chat"),
        facts("d", family="G", parameter_count=1),
        facts("e", stage="rlhf", rlhf_steps=0),
        facts("f", stage="rlhf", rlhf_steps=50),
    ]
    assert in_order(reversed(ordered)) == ordered


@pytest.mark.parametrize(
    ("models", "expected"),
    [
        ([facts("a"), facts("b", parameter_count=10**10)], ["F 1B", "F 10B"]),
        ([facts("a"), facts("b", stage="rlhf")], ["F 1B", "F 1B RLHF"]),
        ([facts("a", stage="rlhf"), facts("b", stage="rlhf", parameter_count=None)], ["F 1B", "F"]),
        (
            [facts("a", stage="rlhf", rlhf_steps=50), facts("b", stage="rlhf", rlhf_steps=1000)],
            ["F 1B, 50 steps", "F 1B, 1,000 steps"],
        ),
        ([facts("a"), facts("b")], ["a", "b"]),  # nothing tells them apart but their own names
        ([facts("a", rlhf_steps=50), facts("b", rlhf_steps=50), facts("c", parameter_count=1)], ["a", "b", "c"]),
    ],
)
def test_short_names_are_unique(models: list[ModelFacts], expected: list[str]) -> None:
    assert list(chart_names(models).values()) == expected
