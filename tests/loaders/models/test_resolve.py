"""A name and what stands beside it -> a checkpoint, or what is still missing."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from analysis.errors import ScalewatchError
from loaders.models.registry import load_models_file
from loaders.models.resolve import UnknownModelError, resolve_checkpoint

MINE: dict[str, Any] = {"family": "Mine", "parameter_count": 7, "stage": "sft"}


def test_the_users_models_come_before_the_registry(tmp_path: Path) -> None:
    path = tmp_path / "models.toml"
    path.write_text('[[model]]\nname = "pythia-70m"\nfamily = "Mine"\nparameter_count = 7\nstage = "sft"\n')
    models = load_models_file(path)
    assert resolve_checkpoint("EleutherAI/pythia-70m").family == "Pythia"
    assert resolve_checkpoint("EleutherAI/pythia-70m", models=models).family == "Mine"
    assert resolve_checkpoint("pythia-160m", models=models).family == "Pythia"


def test_facts_count_where_the_name_is_unknown() -> None:
    mine = resolve_checkpoint("lab-7b", facts=MINE)
    assert (mine.name, mine.family, mine.parameter_count, mine.stage) == ("lab-7b", "Mine", 7, "sft")
    known = resolve_checkpoint("pythia-70m", "step1000", facts=MINE)
    assert (known.name, known.family, known.parameter_count) == ("pythia-70m@step1000", "Pythia", 70_426_624)


@pytest.mark.parametrize(
    ("name", "revision", "steps", "expected"),
    [
        ("lab-7b", None, 50, "lab-7b@rl50"),
        ("lab-7b", None, 0, "lab-7b@rl0"),
        ("lab-7b", "b3", 50, "lab-7b@b3"),
        ("lab-7b@b3", None, 50, "lab-7b@b3"),
        ("lab-7b", "b3", None, "lab-7b@b3"),
        ("pythia-70m", None, 50, "pythia-70m@rl50"),
    ],
)
def test_steps_of_rl_are_part_of_a_name_that_has_no_revision(
    name: str, revision: str | None, steps: int | None, expected: str
) -> None:
    found = resolve_checkpoint(name, revision, facts=MINE | {"rlhf_steps": steps})
    assert (found.name, found.rlhf_steps) == (expected, steps)


@pytest.mark.parametrize(
    ("facts", "missing"),
    [
        ({}, ["family", "parameter_count", "stage"]),
        ({"family": "Mine", "parameter_count": float("nan"), "stage": "sft"}, ["parameter_count"]),
        ({"parameter_count": 7, "stage": "sft", "family": " "}, ["family"]),
    ],
)
def test_an_unknown_model_says_what_is_missing(facts: dict[str, Any], missing: list[str]) -> None:
    with pytest.raises(UnknownModelError) as caught:
        resolve_checkpoint("lab-7b", "b3", facts=facts)
    assert (caught.value.name, caught.value.missing) == ("lab-7b@b3", missing)
    assert isinstance(caught.value, ScalewatchError)
    assert caught.value.reason == f"model 'lab-7b@b3' is not in the registry; missing: {', '.join(missing)}."
    assert caught.value.remedy == "Describe it in a file and pass --models FILE.toml"


def test_a_known_model_misses_nothing() -> None:
    assert resolve_checkpoint("gpt-5.4").parameter_count is None


def test_a_stage_that_is_none_is_refused() -> None:
    with pytest.raises(ValueError, match=r"stage 'baked' of model 'pythia-70m' is not one of pretrained, sft"):
        resolve_checkpoint("pythia-70m", facts={"stage": "baked"})
