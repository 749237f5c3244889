"""Their side: lm-evaluation-harness in an environment of its own, the same items as a multiple-choice task."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Sequence
from pathlib import Path

from benchmarks.scorer.children import Usage, run
from benchmarks.scorer.suites import Item

TASK = "scorer_benchmark"
PACKAGES = ("lm_eval", "torch", "transformers")


def versions(python: Path) -> str:
    """What that environment runs."""
    code = f"import importlib.metadata as m; print(', '.join(f'{{p}} {{m.version(p)}}' for p in {PACKAGES}))"
    return subprocess.run([python, "-c", code], capture_output=True, text=True, check=True).stdout.strip()


def write_task(items: Sequence[Item], folder: Path) -> None:
    """A task file and its items: the prompt as it stands, nothing between it and the option."""
    folder.mkdir(parents=True, exist_ok=True)
    rows = [json.dumps({"prompt": item.prompt, "options": item.options, "matching": 0}) for item in items]
    (folder / "items.jsonl").write_text("\n".join(rows) + "\n")
    task = {
        "task": TASK,
        "dataset_path": "json",
        "dataset_kwargs": {"data_files": {"test": str(folder / "items.jsonl")}},
        "test_split": "test",
        "output_type": "multiple_choice",
        "doc_to_text": "prompt",
        "doc_to_choice": "options",
        "doc_to_target": "matching",
        "target_delimiter": "",
        "metric_list": [{"metric": "acc", "aggregation": "mean", "higher_is_better": True}],
    }
    (folder / f"{TASK}.yaml").write_text(json.dumps(task))  # JSON is YAML


def score(
    python: Path, model: Path, items: Sequence[Item], batch: int, folder: Path
) -> tuple[Usage, list[list[float]]]:
    """What it cost, and the log-probability of every option in the order of `items`.

    `folder` must be new: the task, the harness's caches and its answers go there.
    """
    write_task(items, folder / "task")
    usage = run(
        [
            str(python), "-m", "lm_eval", "run", "--model", "hf", "--model_args", f"pretrained={model},dtype=float32",
            "--tasks", TASK, "--include_path", str(folder / "task"), "--batch_size", str(batch), "--device", "cpu",
            "--log_samples", "--output_path", str(folder / "answers"),
        ],
        {"HF_HOME": str(folder / "cache"), "PYTHONSAFEPATH": "1"},  # the current folder is not its
    )  # fmt: skip
    (samples,) = (folder / "answers").rglob(f"samples_{TASK}_*.jsonl")
    rows = sorted((json.loads(line) for line in samples.read_text().splitlines()), key=lambda row: row["doc_id"])
    return usage, [[float(pair[0]) for pair in row["filtered_resps"]] for row in rows]
