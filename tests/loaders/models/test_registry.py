"""The checkpoint registry: every entry is complete, sizes are right, lineages hold families together."""

import re
import subprocess
import sys
from typing import get_args

import pytest

from analysis.records import Stage
from analysis.sizes import size_label
from loaders.models.registry import checkpoints, find_checkpoint, lineage_of, lineages


@pytest.mark.parametrize("checkpoint", checkpoints().values(), ids=lambda each: each.name)
def test_every_entry_is_complete(checkpoint):
    assert checkpoint.family
    assert checkpoint.citation.strip()
    assert checkpoint.stage in get_args(Stage)
    assert checkpoint.parameter_count is None or checkpoint.parameter_count >= 10**6
    assert checkpoint.training_tokens is None or 10**9 <= checkpoint.training_tokens <= 10**14
    assert find_checkpoint(checkpoint.name) is checkpoint
    if checkpoint.hub_id:
        assert checkpoint.hub_id.count("/") == 1
        assert find_checkpoint(checkpoint.hub_id) is checkpoint
    if checkpoint.parameter_count_is_estimate:
        assert checkpoint.citation.startswith("Estimate:")
    if checkpoint.parameter_count is None:
        assert "not stated" in checkpoint.citation


def test_a_series_has_one_model_per_size():
    """Two models of the same family, variant, stage and size would be two points at one x on a size curve."""
    seen = {}
    for each in checkpoints().values():
        if each.parameter_count is not None:
            key = (each.family, each.variant, each.stage, each.parameter_count)
            assert key not in seen, f"{each.name} and {seen[key]} share {key}"
            seen[key] = each.name


def test_a_size_in_a_name_agrees_with_the_count():
    for each in checkpoints().values():
        found = re.search(r"(?:^|[-_])(\d+(?:[._]\d+)?)([mb])(?![a-z0-9])", each.name, re.IGNORECASE)
        if found is None or each.parameter_count is None or "moe" in each.variant or "17B" in each.name:
            continue
        figure = float(found[1].replace("_", ".")) * (1e6 if found[2].lower() == "m" else 1e9)
        assert each.parameter_count == pytest.approx(figure, rel=0.09), each.name


def test_an_exact_total_is_near_the_count_used():
    for each in checkpoints().values():
        _, _, stated = each.citation.partition("Exact total: ")
        if stated:
            exact = int(stated.removesuffix(" parameters").replace(",", ""))
            assert each.parameter_count == pytest.approx(exact, rel=0.25), each.name


@pytest.mark.parametrize("suffix", ["", "-deduped", "-v0", "-deduped-v0"])
def test_pythia_sizes_rise_and_are_labelled_by_their_counts(suffix):
    sizes = ["70m", "160m", "410m", "1b", "1.4b", "2.8b", "6.9b", "12b"]
    counts = [checkpoints()[f"pythia-{size}{suffix}"].parameter_count for size in sizes]
    assert counts == [
        70_426_624,
        162_322_944,
        405_334_016,
        1_011_781_632,
        1_414_647_808,
        2_775_208_960,
        6_857_302_016,
        11_846_072_320,
    ]
    assert [size_label(count) for count in counts] == ["70M", "162M", "405M", "1B", "1.4B", "2.8B", "6.9B", "12B"]


@pytest.mark.parametrize(
    ("name", "label"),
    [
        ("openlm-research/open_llama_7b_v2", "7B"),
        ("mistralai/Mixtral-8x7B-v0.1", "46.7B"),
        ("mistralai/Mixtral-8x22B-v0.1", "141B"),
        ("Qwen/Qwen2-57B-A14B", "57B"),
        ("deepseek-ai/DeepSeek-V2", "236B"),
        ("ai21labs/Jamba-v0.1", "52B"),
        ("dbrx-base", "132B"),
        ("Qwen1.5-0.5B", "500M"),
        ("Qwen1.5-110B", "110B"),
        ("bigscience/bloom", "176B"),
        ("gpt2-xl", "1.5B"),
        ("anthropic-lm-810m", "810M"),
    ],
)
def test_total_parameters_where_other_lists_go_wrong(name, label):
    assert size_label(find_checkpoint(name).parameter_count) == label


@pytest.mark.parametrize(
    ("name", "label"),
    [("ada", "350M"), ("text-babbage-001", "1.3B"), ("curie", "6.7B"), ("text-davinci-001", "175B")],
)
def test_api_sizes_are_marked_as_estimates(name, label):
    checkpoint = find_checkpoint(name)
    assert size_label(checkpoint.parameter_count) == label
    assert checkpoint.parameter_count_is_estimate
    assert "blog.eleuther.ai" in checkpoint.citation


def test_mixtures_and_other_recipes_stay_out_of_the_dense_curve():
    for name in ("Qwen1.5-MoE-A2.7B", "Qwen2-57B-A14B"):
        assert find_checkpoint(name).variant == "moe"
    assert find_checkpoint("falcon-rw-1b").family != find_checkpoint("falcon-7b").family
    assert find_checkpoint("open_llama_7b").family != find_checkpoint("open_llama_7b_v2").family
    assert find_checkpoint("RWKV/rwkv-raven-14b").variant == "Raven"
    assert find_checkpoint("Mistral-7B-v0.1").family != find_checkpoint("Mixtral-8x7B-v0.1").family


def test_the_main_series_of_qwen15_has_eight_dense_sizes():
    main = [each for each in checkpoints().values() if (each.family, each.variant) == ("Qwen1.5", "")]
    assert len(main) == 8
    assert {each.stage for each in main} == {"pretrained"}


def test_lineages():
    assert {lineage_of(family) for family in ("LLaMA", "Llama 2", "Llama 3", "Llama 3.1")} == {"Llama"}
    assert {lineage_of(family) for family in ("Qwen", "Qwen1.5", "Qwen2", "Qwen2.5", "Qwen3")} == {"Qwen"}
    assert set(lineages()) == {lineage_of(each.family) for each in checkpoints().values()}
    assert len(set(lineages())) == len(lineages())
    assert lineages()[0] == "Pythia"
    assert lineage_of("My own family") == "My own family"


def test_the_registry_is_light():
    code = "import sys; import loaders.models.registry as r; r.checkpoints(); print('pandas' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
    assert checkpoints() is checkpoints()
