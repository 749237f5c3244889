"""Names and revisions out of what harnesses write down."""

import pytest

from loaders.models.names import model_from_args, name_key, readings


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("pretrained=EleutherAI/pythia-70m,revision=step1000", ("EleutherAI/pythia-70m", "step1000")),
        ("use_accelerate=True,pretrained=EleutherAI/pythia-160m", ("EleutherAI/pythia-160m", None)),
        ("{'pretrained': 'Qwen/Qwen3-8B', 'dtype': 'bfloat16'}", ("Qwen/Qwen3-8B", None)),
        ("{'pretrained': 'gpt2', 'revision': 'main'}", ("gpt2", "main")),
        ("engine=davinci", ("davinci", None)),
        ("facebook/opt-125m", ("facebook/opt-125m", None)),
        ("pythia-70m@step1000", ("pythia-70m", "step1000")),
        ("dtype=float32", ("", None)),
        ("", ("", None)),
    ],
)
def test_model_from_args(text, expected):
    assert model_from_args(text) == expected


def test_an_adapter_makes_another_model():
    name, _ = model_from_args("pretrained=meta-llama/Meta-Llama-3-8B-Instruct,peft=out/epoch_5")
    assert name == "meta-llama/Meta-Llama-3-8B-Instruct + out/epoch_5"
    assert list(readings(name, frozenset())) == []


def test_names_are_compared_without_case_and_separators():
    assert name_key("microsoft/Phi-1_5") == name_key("microsoft/phi-1.5")
    assert name_key("Llama-2-7b-hf") == name_key("llama-2-7b")
    assert name_key("pythia-1.4b") != name_key("pythia-14b")


def test_the_most_literal_reading_comes_first():
    found = list(readings("runs/mine__1__1776217615_step_800", frozenset()))
    assert found[0] == ("runs/mine__1__1776217615_step_800", None)
    assert ("mine", "step800") in found


def test_only_a_known_organisation_is_cut_from_a_name():
    assert ("Qwen2.5-7B", None) in list(readings("Qwen_Qwen2.5-7B", {"qwen"}))
    assert ("pythia-70m", None) not in list(readings("mine_pythia-70m", {"qwen"}))


def test_of_folders_above_a_bare_size_the_nearest_comes_first():
    names = [name for name, _ in readings("LLaMA/huggingface/7B", frozenset())]
    assert names == ["LLaMA/huggingface/7B", "7B", "huggingface-7B", "LLaMA-7B"]


def test_a_revision_in_a_name_goes_with_every_reading():
    assert list(readings("EleutherAI/pythia-70m@step1000", frozenset())) == [
        ("EleutherAI/pythia-70m", "step1000"),
        ("pythia-70m", "step1000"),
    ]
