"""The checkpoint registry: shipped names resolve, sizes are right, bad models files say what is wrong."""

import csv
import json
import re
import subprocess
import sys
from typing import get_args

import pytest
from places import NEEDS_SHARED, SHARED

from analysis.records import Stage
from analysis.sizes import size_label
from loaders.models.registry import (
    ModelsFileError,
    checkpoints,
    find_checkpoint,
    lineage_of,
    lineages,
    load_models_file,
    model_from_args,
)

DATA = SHARED / "data"
needs_data = pytest.mark.skipif(not DATA.is_dir(), reason=NEEDS_SHARED)


# --- what every entry owes ---


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


# --- sizes readers will check ---


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


# --- names ---


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("EleutherAI/pythia-v1.1-70m", "pythia-70m"),
        ("EleutherAI/pythia-v1.1-1b-bf16", "pythia-1b"),
        ("pythia-19m", "pythia-70m-v0"),
        ("EleutherAI/pythia-13b-deduped", "pythia-12b-deduped-v0"),
        ("PYTHIA-70M", "pythia-70m"),
        ("/data/models/huggingface/EleutherAI/pythia-1.4b-deduped", "pythia-1.4b-deduped"),
        ("EleutherAI__gpt-neo-125M", "gpt-neo-125m"),
        ("/x/LLaMA/lm/huggingface/30B", "llama-30b"),
        ("Meta-Llama-3-70B-Instruct", "Llama-3-70B-Instruct"),
        ("llama-3-70b-chat", "Llama-3-70B-Instruct"),
        ("meta-llama/Llama-2-13b-chat-hf", "Llama-2-13b-chat"),
        ("qwen_qwen2-72b-instruct", "Qwen2-72B-Instruct"),
        ("gpt-4o-2024-05-13", "gpt-4o@2024-05-13"),
        ("claude-3.5-sonnet", "claude-3-5-sonnet"),
    ],
)
def test_names_sources_use(name, expected):
    assert find_checkpoint(name).name == expected


@pytest.mark.parametrize(
    "name",
    [
        "",
        "  ",
        "/",
        "no-such-model",
        "pythia-70m-finetuned",
        "mine_pythia-70m",
        "7B",
        "meta-llama/Llama-2-7b-hf + lora",
    ],
)
def test_an_unknown_name_gives_none(name):
    assert find_checkpoint(name) is None
    assert name not in checkpoints()


def test_a_training_step_sets_the_tokens_seen():
    early = find_checkpoint("EleutherAI/pythia-70m", "step1000")
    assert (early.name, early.revision) == ("pythia-70m@step1000", "step1000")
    assert early.training_tokens == 1000 * 2_097_152
    assert early.rlhf_steps is None
    assert early.stage == "pretrained"
    assert find_checkpoint("pythia-70m@step1000") == early
    assert find_checkpoint("pythia-70m", "step0").training_tokens == 0
    last = find_checkpoint("pythia-70m", "step143000")
    assert last.training_tokens == find_checkpoint("pythia-70m").training_tokens


def test_main_and_a_commit_keep_the_name():
    published = find_checkpoint("pythia-70m")
    assert find_checkpoint("pythia-70m", "main") == published
    pinned = find_checkpoint("pythia-70m", "a39f36b100fe8a5377810d56c3f4789b9c53ac42")
    assert pinned.name == "pythia-70m"
    assert pinned.training_tokens == published.training_tokens


def test_a_branch_nobody_describes_has_unknown_tokens():
    assert find_checkpoint("opt-125m", "early").training_tokens is None
    assert find_checkpoint("allenai/OLMo-7B-hf", "step1000-tokens4B").training_tokens == 4 * 10**9
    tuned = find_checkpoint("lomahony/pythia-2.8b-helpful-sft-3epochs", "epoch1-6000")
    assert tuned.training_tokens == find_checkpoint("pythia-2.8b").training_tokens


@pytest.mark.parametrize("size", ["810m", "1.6b", "3.5b", "6.4b", "13b", "22b", "52b"])
@pytest.mark.parametrize("steps", [0, 50, 100, 250, 500, 1000])
def test_the_papers_sizes_by_rlhf_steps(size, steps):
    checkpoint = find_checkpoint(f"anthropic-lm-{size}", f"step{steps}")
    assert checkpoint.rlhf_steps == steps
    assert checkpoint.stage == ("rlhf" if steps else "pretrained")
    assert checkpoint.name == f"anthropic-lm-{size}@step{steps}"


def test_the_papers_pretrained_and_preference_models():
    assert find_checkpoint("anthropic-lm-52b").rlhf_steps == 0
    assert find_checkpoint("anthropic-pm-52b").stage == "preference_model"


def test_rl_runs_know_their_step_and_base():
    run = find_checkpoint("lenshape_qwen_4b_base_mixed_rank_p1.0_wconstant__1__1779301561_step_800")
    assert (run.family, run.parameter_count, run.rlhf_steps, run.stage) == ("Qwen3", 4 * 10**9, 800, "rlhf")
    folder = find_checkpoint("results/baseline_think_run_4b_base_mixed_32k/step_100")
    assert (folder.rlhf_steps, folder.name) == (100, "qwen3-4b-rl@step100")
    grpo = find_checkpoint("llama-3.1-8b-sycophancy-grpo", "checkpoint-2370")
    assert (grpo.family, grpo.rlhf_steps) == ("Llama 3.1", 2370)


def test_closed_models_have_no_size():
    for name, family in [
        ("claude-opus-4-6", "Claude"),
        ("gpt-5.4", "GPT"),
        ("gemini-3.1-pro-preview", "Gemini"),
        ("grok-4-1-fast", "Grok"),
    ]:
        checkpoint = find_checkpoint(name)
        assert (checkpoint.family, checkpoint.parameter_count, checkpoint.stage) == (family, None, "rlhf")


# --- lineages ---


def test_lineages():
    assert {lineage_of(family) for family in ("LLaMA", "Llama 2", "Llama 3", "Llama 3.1")} == {"Llama"}
    assert {lineage_of(family) for family in ("Qwen", "Qwen1.5", "Qwen2", "Qwen2.5", "Qwen3")} == {"Qwen"}
    assert set(lineages()) == {lineage_of(each.family) for each in checkpoints().values()}
    assert len(set(lineages())) == len(lineages())
    assert lineages()[0] == "Pythia"
    assert lineage_of("My own family") == "My own family"


# --- the source files ---


def _column(path, column):
    with (DATA / path).open(encoding="utf-8", newline="") as file:
        return [row[column] for row in csv.DictReader(file)]


@needs_data
@pytest.mark.parametrize(
    ("path", "column"),
    [
        ("mwe-lm-eval-base-models/eval_results/safety_evals.csv", "Model"),
        ("mwe-lm-eval-base-models/eval_results/base_llm_benchmark_eval.csv", "Model"),
        ("mwe-lm-eval-base-models/eval_results/sad_benchmark_results.csv", "model"),
        ("obs-scaling/eval_results/base_llm_benchmark_eval.csv", "Model"),
        ("obs-scaling/eval_results/instruct_llm_benchmark_eval.csv", "Model"),
        ("safetywashing/data/benchmarks_base_models.csv", "model"),
        ("safetywashing/data/benchmarks_chat_models.csv", "model"),
    ],
)
def test_every_model_of_a_table_resolves(path, column):
    names = _column(path, column)
    assert names
    assert [name for name in names if find_checkpoint(name) is None] == []


@needs_data
def test_every_model_of_the_political_runs_resolves():
    summaries = sorted(DATA.glob("political-bias-prismia/results/*/summary.json"))
    names = {model["model_id"] for path in summaries for model in json.loads(path.read_text())["model_summaries"]}
    assert len(names) == 4
    assert all(find_checkpoint(name) for name in names)


@needs_data
def test_every_rl_checkpoint_resolves_to_the_step_of_its_folder():
    paths = sorted((DATA / "rl-checkpoints-olmes").rglob("metrics.json"))
    assert paths
    for path in paths:
        name = json.loads(path.read_text())["model_config"]["model"]
        assert find_checkpoint(name).rlhf_steps == int(path.parents[1].name.removeprefix("step_"))


@needs_data
@pytest.mark.parametrize("source", ["pythia", "pythia-seeds", "pythia-hh-rlhf", "lm-eval-harness-results"])
def test_every_harness_result_resolves_to_the_size_it_measured(source):
    n_read, unknown = 0, set()
    for path in sorted((DATA / source).rglob("*.json")):
        document = json.loads(path.read_text(encoding="utf-8"))
        config = document.get("config") or {}
        name, revision = model_from_args(str(config.get("model_args") or ""))
        if not name or " + " in name:  # GPT-NeoX runs name no model; adapters are other models
            continue
        n_read += 1
        checkpoint = find_checkpoint(name, revision)
        if checkpoint is None:
            unknown.add(name)
        elif measured := config.get("model_num_parameters"):
            assert checkpoint.parameter_count == pytest.approx(measured, rel=0.1), name
    assert n_read > 10
    assert unknown == set()


# --- a user's file ---

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


# --- cost ---


def test_the_registry_is_light():
    code = "import sys; import loaders.models.registry as r; r.checkpoints(); print('pandas' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
    assert checkpoints() is checkpoints()
