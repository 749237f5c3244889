"""The registry finds models by the names sources use, with their step and what it decides."""

import pytest

from loaders.models.registry import checkpoints, find_checkpoint


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
