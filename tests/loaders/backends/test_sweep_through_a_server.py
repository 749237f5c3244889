"""A sweep over models that one server holds after another, at the same address."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

pytest.importorskip("httpx", reason="needs the extra 'api'")
pytest.importorskip("torch", reason="needs the extra 'models'")

from scored_as import scored_as
from served_model import TinyModel, save_tiny_model
from tiny_server import tiny_server

from dashboard.commands.cli import main
from loaders.store.store import Store

SWEEP = """
into: served
title: Served
backend: openai_compatible
dtype: float32
options: {{base_url: "{url}", tokenizer: "{tokenizer}", max_retries: 1, pause_s: 0.01}}
evaluations_root: evals
evaluations: [persona]
checkpoints:
  - {{model: tiny-1m, family: Tiny, stage: pretrained, parameter_count: 1000000}}
  - {{model: tiny-2m, family: Tiny, stage: pretrained, parameter_count: 2000000}}
"""


def test_finished_jobs_are_kept_and_absent_models_done_in_their_turn(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = save_tiny_model(tmp_path / "tiny")
    persona = tmp_path / "evals" / "persona"
    persona.mkdir(parents=True)
    rows = [
        {"question": f"Question {number}?", "answer_matching_behavior": " Yes", "answer_not_matching_behavior": " No"}
        for number in range(8)
    ]
    (persona / "curiosity.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    sweep = tmp_path / "sweep.yaml"
    with tiny_server(TinyModel(folder), name="tiny-1m") as served:
        sweep.write_text(SWEEP.format(url=served.url, tokenizer=folder))
        command = ["run", str(sweep), "--results", str(tmp_path / "results"), "--json"]
        assert main(command) == 1
        first = json.loads(capsys.readouterr().out)
        assert [job["checkpoint"] for job in first["failed"]] == ["tiny-2m"]
        assert "The model `tiny-2m` does not exist" in first["failed"][0]["reason"]
        served.manners.name = "tiny-2m"
        assert main(command) == 0
    rates = Store(tmp_path / "results").rates("served")
    assert sorted(rates["checkpoint"]) == ["tiny-1m", "tiny-2m"]
    assert rates["n_answered"].tolist() == [8, 8]
    answers = Store(tmp_path / "results").answers("served")
    assert set(scored_as(answers)) == {"option_logprob, prompt_logprobs, token ids, float32"}
