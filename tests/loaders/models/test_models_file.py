"""A user's models file is read; a bad one says entry, field and what is allowed."""

import pytest

from loaders.models.registry import ModelsFileError, find_checkpoint, load_models_file

MODELS = """
[[model]]
name = "mine-7b"
family = "Mine"
parameter_count = 7e9
stage = "rlhf"
rlhf_steps = 200
aliases = ["my-org/Mine_7B"]

[[family]]
family = "Others"
lineage = "Other"
stage = "pretrained"
citation = "us"
models = [{ name = "other-1b", parameter_count = 1_000_000_000 }]
"""


def test_a_users_file_is_read(tmp_path):
    path = tmp_path / "models.toml"
    path.write_text(MODELS)
    models = load_models_file(path)
    assert list(models) == ["other-1b", "mine-7b"]
    mine = models["my-org/mine-7b"]
    assert (mine.name, mine.parameter_count, mine.rlhf_steps, mine.stage) == (
        "mine-7b",
        7_000_000_000,
        200,
        "rlhf",
    )
    assert isinstance(mine.parameter_count, int)
    assert mine.citation == "given in models.toml"
    assert models["other-1b@step5"].training_tokens is None
    assert models.get("pythia-70m") is None
    assert find_checkpoint("mine-7b") is None


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (
            ('stage = "rlhf"', 'stage = "aligned"'),
            ["[[model]] 1 (mine-7b)", "'stage'", "'aligned'", "pretrained, sft"],
        ),
        (
            ("parameter_count = 7e9", 'parameter_count = "7B"'),
            ["'parameter_count'", "'7B'", "whole number above 0"],
        ),
        (("parameter_count = 7e9", "parameter_count = -1"), ["'parameter_count'", "-1"]),
        (("parameter_count = 7e9", "parameter_count = true"), ["'parameter_count'", "True"]),
        (("rlhf_steps = 200", "rlhf_steps = 0.5"), ["'rlhf_steps'", "0.5", "whole number from 0"]),
        (("rlhf_steps = 200", "rlhf_step = 200"), ["'rlhf_step'", "Did you mean 'rlhf_steps'?"]),
        (('family = "Mine"\n', ""), ["[[model]] 1 (mine-7b)", "'family' is missing"]),
        (('["my-org/Mine_7B"]', '"my-org/Mine_7B"'), ["'aliases'", "a list of texts"]),
        (('["my-org/Mine_7B"]', '["OTHER-1b-hf"]'), ["OTHER-1b-hf", "'mine-7b'", "'other-1b'"]),
        (('citation = "us"\n', ""), ["[[family]] 1 (Others)", "'citation' is missing"]),
        (('{ name = "other-1b", ', "{ "), ["[[family]] 1 (Others), model 1", "'name' is missing"]),
        (("[[model]]", "[[models]]"), ["unknown field 'models'", "Did you mean 'model'?"]),
        (("[[model]]", "[model]"), ["'model'", "write [[model]]"]),
        (("[[model]]", "[[model]"), ["not a TOML file", "line 2"]),
        (("rlhf_steps = 200", "parameter_count_is_estimate = true"), ["'citation' is missing"]),
        (("\n[[model]]", "colour_places = { Mine = 6 }\n[[model]]"), ["unknown field 'colour_places'"]),
    ],
)
def test_a_bad_users_file_names_entry_field_and_what_is_allowed(tmp_path, change, words):
    assert change[0] in MODELS
    path = tmp_path / "models.toml"
    path.write_text(MODELS.replace(*change))
    with pytest.raises(ModelsFileError) as caught:
        load_models_file(path)
    for word in ["models.toml", *words]:
        assert word in str(caught.value)


def test_a_file_that_is_not_there(tmp_path):
    with pytest.raises(ModelsFileError, match="cannot be read"):
        load_models_file(tmp_path / "absent.toml")
