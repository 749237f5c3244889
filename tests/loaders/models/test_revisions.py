"""What a revision says of a checkpoint: its step, its stage before and after RL, the tokens it has seen."""

from __future__ import annotations

from pathlib import Path

import pytest

from loaders.models.models_file import ModelsFileError
from loaders.models.registry import Registry, find_checkpoint, load_models_file

FAMILY = """
[[family]]
family = "Ours"
stage = "rlhf"
citation = "made"
revision_counts = "rlhf_steps"
before_rl = "sft"
models = [{ name = "ours-1b", parameter_count = 1000000000 }]
"""


@pytest.fixture
def registry(tmp_path: Path) -> Registry:
    (tmp_path / "models.toml").write_text(FAMILY)
    return load_models_file(tmp_path / "models.toml")


@pytest.mark.parametrize(
    ("revision", "stage", "steps"), [("step0", "sft", 0), ("step1", "rlhf", 1), ("rl50", "rlhf", 50)]
)
def test_step_0_is_before_rl_and_step_1_is_not(registry: Registry, revision: str, stage: str, steps: int) -> None:
    seen = registry.find("ours-1b", revision)
    assert seen is not None
    assert (seen.name, seen.stage, seen.rlhf_steps) == (f"ours-1b@step{steps}", stage, steps)


def test_a_revision_that_is_given_goes_before_the_one_in_the_name() -> None:
    seen = find_checkpoint("pythia-70m@step1000", "step3000")
    assert seen is not None
    assert (seen.name, seen.training_tokens) == ("pythia-70m@step3000", 3000 * 2_097_152)


def test_a_commit_keeps_the_name_and_main_is_no_revision() -> None:
    published = find_checkpoint("pythia-70m")
    assert published is not None
    pinned = find_checkpoint("pythia-70m", "a39f36b")
    assert pinned is not None
    assert (pinned.name, pinned.revision, pinned.training_tokens) == (
        "pythia-70m", "a39f36b", published.training_tokens,
    )  # fmt: skip
    assert find_checkpoint("pythia-70m", "main") is published
    word = find_checkpoint("pythia-70m", "experiment")
    assert word is not None
    assert (word.name, word.training_tokens) == ("pythia-70m@experiment", None), "nobody says what it has seen"


@pytest.mark.parametrize(
    ("field", "value", "allowed"),
    [("parameter_count", "0", "above 0"), ("parameter_count", "1.5", "above 0"), ("training_tokens", "-1", "from 0")],
)
def test_counts_are_whole_and_above_their_least(tmp_path: Path, field: str, value: str, allowed: str) -> None:
    path = tmp_path / "models.toml"
    model = f'[[model]]\nname = "m"\nfamily = "F"\n{field} = '
    path.write_text(model + value)
    with pytest.raises(ModelsFileError, match=rf"'{field}'.*{allowed}"):
        load_models_file(path)
    path.write_text(model + "1e9")
    assert getattr(load_models_file(path)["m"], field) == 10**9


@pytest.mark.parametrize(("stage", "steps"), [("pretrained", 0), ("rlhf", None)])
def test_where_revisions_count_rl_a_pretrained_model_is_at_step_0(
    tmp_path: Path, stage: str, steps: int | None
) -> None:
    path = tmp_path / "models.toml"
    path.write_text(FAMILY.replace('stage = "rlhf"', f'stage = "{stage}"'))
    assert load_models_file(path)["ours-1b"].rlhf_steps == steps


def test_seeds_are_numbered_from_1_and_are_variants(tmp_path: Path) -> None:
    path = tmp_path / "models.toml"
    path.write_text(FAMILY.replace("before_rl", "seeds = 3\nbefore_rl"))
    found = load_models_file(path)
    assert {name: found[name].variant for name in found} == {f"ours-1b-seed{at}": f"seed{at}" for at in (1, 2, 3)}
