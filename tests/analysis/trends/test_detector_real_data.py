"""Published sweeps, without any tuning (Ruan et al. 2024; Ren et al. 2024)."""

import pandas as pd
import pytest

from analysis import detect

BENCHMARKS = ["MMLU", "ARC-C", "HellaSwag", "Winograd", "TruthfulQA", "GSM8K", "XWinograd", "HumanEval"]
QUESTIONS = dict(zip(BENCHMARKS, [14042, 1172, 10042, 273, 817, 1319, 3000, 164], strict=True))


@pytest.fixture(scope="module")
def truthfulqa(shared_data):
    """Verdict on TruthfulQA by family, with the other benchmarks in the same call."""
    models = pd.read_csv(shared_data / "obs-scaling/eval_results/base_llm_benchmark_eval.csv")
    table = models.melt(["Model", "Model Family", "Model Size (B)"], BENCHMARKS, "behavior", "mean").dropna()
    table = table.rename(columns={"Model": "model", "Model Family": "family"}).assign(
        n_params=lambda t: t["Model Size (B)"] * 1e9, rlhf_steps=0, n=lambda t: t["behavior"].map(QUESTIONS)
    )
    seen = detect(table, dict.fromkeys(BENCHMARKS, -1))
    return seen[seen["behavior"] == "TruthfulQA"].set_index("family")["verdict"]


@pytest.mark.parametrize("family", ["Pythia", "OPT", "GPT-Neo/J", "Cerebras-GPT"])
def test_truthfulqa_gets_worse_in_early_families(truthfulqa, family):
    assert truthfulqa[family] == "inverse"


def test_truthfulqa_gets_worse_in_no_later_family(truthfulqa):
    later = truthfulqa[truthfulqa.index.str.contains("Llama|Qwen|Gemma")]
    assert len(later) >= 10
    assert not (later == "inverse").any()
    assert truthfulqa["Qwen2"] == "positive"


def test_sycophancy_is_inverse_in_the_qwen_base_models(shared_data):
    models = pd.read_csv(shared_data / "safetywashing/data/benchmarks_base_models.csv")
    models = models[models["model"].str.startswith("Qwen1.5")]
    table = pd.DataFrame(
        {
            "behavior": "sycophancy", "family": "Qwen1.5", "model": models["model"],
            "n_params": models["model_size"], "rlhf_steps": 0, "n": None, "mean": 1 - models["sycophancy"],
        }
    )  # fmt: skip
    seen = detect(table, {"sycophancy": 1})
    assert seen["n_points"][0] == 8
    assert seen["verdict"][0] == "inverse"
    three = detect(table[table["n_params"] < 5e9], {"sycophancy": 1})
    assert three["n_points"][0] == 3
    assert three["verdict"][0] == "inconclusive"
