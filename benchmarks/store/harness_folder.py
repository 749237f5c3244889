"""A folder as lm-evaluation-harness v0.4 leaves it, the same on every machine (seeded)."""

from __future__ import annotations

import json
import math
import random
from pathlib import Path
from typing import Any

STAMP = "2026-01-01T00-00-00.000000"
MODELS = ("pythia-70m", "pythia-160m", "pythia-410m", "pythia-1b", "pythia-1.4b", "pythia-2.8b", "pythia-6.9b")


def write_runs(folder: Path, *, runs: int, tasks: int, questions: int = 0) -> int:
    """Runs of known models, each a folder with a results file and, where `questions` is not 0, a samples file a task.

    Returns the number of files.
    """
    for run in range(runs):
        model = f"EleutherAI/{MODELS[run % len(MODELS)]},revision=step{1000 * (1 + run // len(MODELS))}"
        path = folder / f"run-{run:04d}"
        path.mkdir(parents=True)
        rng = random.Random(run)
        rates = {f"task-{task:03d}": _rate(rng, questions or 1000) for task in range(tasks)}
        (path / f"results_{STAMP}.json").write_text(json.dumps(_results(model, rates, questions or 1000), indent=1))
        for task in rates if questions else ():
            lines = [json.dumps(_sample(rng, place)) for place in range(questions)]
            (path / f"samples_{task}_{STAMP}.jsonl").write_text("\n".join(lines) + "\n")
    return runs * (1 + (tasks if questions else 0))


def _rate(rng: random.Random, questions: int) -> float:
    return round(rng.uniform(0.2, 0.8) * questions) / questions


def _results(model: str, rates: dict[str, float], questions: int) -> dict[str, Any]:
    error = {task: math.sqrt(rate * (1 - rate) / (questions - 1)) for task, rate in rates.items()}
    return {
        "results": {
            task: {"alias": task, "acc,none": rate, "acc_stderr,none": error[task]} for task, rate in rates.items()
        },
        "configs": {task: {"task": task, "output_type": "multiple_choice", "num_fewshot": 0} for task in rates},
        "versions": dict.fromkeys(rates, 1.0),
        "n-shot": dict.fromkeys(rates, 0),
        "n-samples": {task: {"original": questions, "effective": questions} for task in rates},
        "config": {"model": "hf", "model_args": f"pretrained={model}", "limit": None},
    }


def _sample(rng: random.Random, place: int) -> dict[str, Any]:
    words = random.Random(place)
    text = "Question: " + " ".join(words.choice(("which", "of", "these", "is", "likely", "so")) for _ in range(60))
    target, chosen = words.randrange(2), [-rng.expovariate(1), -rng.expovariate(1)]
    return {
        "doc_id": place,
        "doc": {"question": text, "choices": [" Yes", " No"], "label": target},
        "target": str(target),
        "arguments": {f"gen_args_{at}": {"arg_0": text, "arg_1": word} for at, word in enumerate((" Yes", " No"))},
        "resps": [[[str(each), "False"]] for each in chosen],
        "filtered_resps": [[str(each), "False"] for each in chosen],
        "filter": "none",
        "metrics": ["acc"],
        "doc_hash": f"{place:064x}",
        "prompt_hash": f"{place:064x}",
        "target_hash": f"{target:064x}",
        "acc": float((chosen[0] < chosen[1]) == bool(target)),
    }
