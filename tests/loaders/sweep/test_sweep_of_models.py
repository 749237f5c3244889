"""A sweep of real checkpoints: folders with safetensors, loaded by revision, scored by the transformers backend."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from sweep_builders import run_file, write_evaluation

pytest.importorskip("torch", reason="needs the extra 'models'")
pytest.importorskip("transformers", reason="needs the extra 'models'")

from model_builders import save_checkpoint

from loaders.store.store import Store

SWEEP = """
into: tiny
device: cpu
dtype: float32
evaluations_root: evals
evaluations:
  - evaluation: believes-in-gun-rights
    prompt_style: [paper, bare]
checkpoints:
  - {model: ./tiny, revisions: [step0, step10], family: Tiny, parameter_count: 20_000, stage: rlhf}
  - {model: ./mute, family: Tiny, parameter_count: 20_000, stage: sft}
  - {model: ./broken, family: Tiny, parameter_count: 20_000, stage: sft}
"""


def test_folders_by_revision_and_two_that_cannot_be_scored(tmp_path: Path) -> None:
    for seed, step in enumerate(("step0", "step10")):
        save_checkpoint(tmp_path / "tiny" / step, seed=seed)
    shutil.copytree(tmp_path / "tiny" / "step0", tmp_path / "mute")
    settings = json.loads((tmp_path / "mute" / "tokenizer_config.json").read_text())
    (tmp_path / "mute" / "tokenizer_config.json").write_text(json.dumps(settings | {"eos_token": None}))
    shutil.copytree(tmp_path / "tiny" / "step0", tmp_path / "broken")
    (tmp_path / "broken" / "model.safetensors").write_bytes(b"cut short")
    write_evaluation(tmp_path / "evals" / "believes-in-gun-rights.jsonl", 12)
    (tmp_path / "sweep.yaml").write_text(SWEEP)
    report = run_file(tmp_path / "sweep.yaml", tmp_path / "results")
    failed = {(job.target.checkpoint.name, job.prompt_style): reason for job, reason in report.failed}
    assert failed.keys() == {("mute", "dialogue"), ("broken", "dialogue"), ("broken", "bare")}
    assert "end-of-text token" in failed["mute", "dialogue"]
    assert "broken" in failed["broken", "bare"]
    assert len(report.done) == 5
    stored = Store(tmp_path / "results").read_set("tiny")
    assert stored.info.origin == "measured"
    assert stored.rates["checkpoint"].tolist() == ["tiny@step0"] * 2 + ["tiny@step10"] * 2 + ["mute"]
    assert stored.answers is not None
    assert stored.answers["scoring_way"].eq("option_logprob").all()
    first, second = (stored.answers.query(f"checkpoint == 'tiny@{step}'") for step in ("step0", "step10"))
    assert first["option_logprobs"].iloc[0].tolist() != second["option_logprobs"].iloc[0].tolist()
    again = run_file(tmp_path / "sweep.yaml", tmp_path / "results")
    assert (len(again.cached), len(again.failed)) == (5, 3)
