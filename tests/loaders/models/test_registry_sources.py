"""Every model of the sources we read resolves, to the size or step that was measured."""

import csv
import json

import pytest
from places import NEEDS_SHARED, SHARED

from loaders.models.registry import find_checkpoint, model_from_args

DATA = SHARED / "data"
needs_data = pytest.mark.skipif(not DATA.is_dir(), reason=NEEDS_SHARED)


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
