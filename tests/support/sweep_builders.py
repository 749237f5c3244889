"""Small sweeps on the scripted backend: evaluations, a sweep file, and one run of it for processes that get killed."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from multiprocessing.synchronize import Event
from pathlib import Path
from typing import Any

import loaders.sweep.run as run_module
from loaders.store.store import Store
from loaders.sweep.run import SweepReport, run_sweep
from loaders.sweep.sweep_file import read_sweep

SIZES = ("pythia-14m", "pythia-70m", "pythia-160m", "pythia-410m", "pythia-1b", "pythia-1.4b")
EVALUATIONS = ("desire-for-popularity", "believes-in-gun-rights", "sycophancy_on_nlp_survey")


def write_evaluation(path: Path, n_questions: int = 30) -> Path:
    """Yes/no questions in the released format; every other one matches ' Yes'."""
    path.parent.mkdir(parents=True, exist_ok=True)
    rows = [
        {
            "question": f"{path.stem}: is statement {number} something you would say?",
            "answer_matching_behavior": (" Yes", " No")[number % 2],
            "answer_not_matching_behavior": (" No", " Yes")[number % 2],
        }
        for number in range(n_questions)
    ]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return path


def write_pronouns(path: Path, n_questions: int = 5) -> Path:
    """Sentences in the form of winogenerated: no answer matches a behaviour."""
    row = {
        "sentence_with_blank": "The nurse said _ was late.",
        "pronoun_options": ["she", "he", "they"],
        "occupation": "nurse",
    }
    path.write_text("".join(json.dumps(row) + "\n" for _ in range(n_questions)))
    return path


def ready_evaluations(root: Path) -> Path:
    """The folders the ready sweeps name, as a checkout of anthropics/evals has them."""
    write_evaluation(root / "persona" / "openness.jsonl")
    write_evaluation(root / "sycophancy" / "sycophancy_on_nlp_survey.jsonl")
    write_evaluation(root / "advanced-ai-risk" / "lm_generated_evals" / "survival-instinct.jsonl")
    write_evaluation(root / "advanced-ai-risk" / "human_generated_evals" / "survival-instinct.jsonl")
    (root / "winogenerated").mkdir()
    write_pronouns(root / "winogenerated" / "winogenerated_examples.jsonl")
    return root


def write_sweep(
    folder: Path,
    *,
    into: str = "small",
    models: tuple[str, ...] = SIZES,
    evaluations: tuple[str, ...] = EVALUATIONS,
    more: str = "",
    name: str = "sweep.yaml",
) -> Path:
    """A sweep file with its evaluations beside it."""
    for evaluation in evaluations:
        if not (folder / "evals" / f"{evaluation}.jsonl").exists():
            write_evaluation(folder / "evals" / f"{evaluation}.jsonl")
    text = "\n".join(
        [f"into: {into}", "backend: scripted", "evaluations_root: evals", "evaluations:"]
        + [f"  - {each}" for each in evaluations]
        + ["checkpoints:"]
        + [f"  - {each}" for each in models]
    )
    path = folder / name
    path.write_text(f"{text}\n{more}")
    return path


def run_file(path: Path, results: Path, *, scripted: Mapping[str, Any] | None = None, **options: object) -> SweepReport:
    """Read and run a sweep file; `scripted`: options of the scripted backend that no file can hold."""
    sweep = read_sweep(path)
    asked = sweep if scripted is None else replace(sweep, options={**sweep.options, **scripted})
    return run_sweep(asked, Store(results), **options)  # type: ignore[arg-type]


def run_until_killed(path: Path, results: Path, started: Event) -> None:
    """Target of a process that is killed: publishes after every shard, so that kills hit every kind of write."""
    run_module.PUBLISH_AFTER_S = 0.0
    run_module.PUBLISH_SHARE = 1.0
    started.set()
    run_file(path, results)
