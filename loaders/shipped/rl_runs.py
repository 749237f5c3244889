"""Metrics over RL steps as a table: OLMES results of three 4B runs, a 7B run, sycophancy before and after GRPO."""

from __future__ import annotations

import csv
import json
from collections import defaultdict
from pathlib import Path
from typing import Any

OLMES_RUNS = (
    "baseline_think_run_4b_base_mixed_32k",
    "lenshape_qwen_4b_base_mixed_linear_p1.0_wconstant_v3",
    "lenshape_qwen_4b_base_mixed_rank_p1.0_wconstant",
)
"""Folders of the runs; the last two add a length term to the reward."""
GRPO_STEPS = {"post_sft": 0, "post_grpo_v3_epoch1": 2313, "post_grpo_v3": 4626}
"""Phase -> GRPO step, for the evaluations on the same 79 prompt groups."""
GRPO_GROUPS = 79
GRPO_METRICS = ("cfs_mean", "gas_mean")
"""Left out: pss_mean is one number before and after all training, pacf_mean is no share."""
STEPS_A_POINT = 100
"""RL steps whose batches are averaged to one point of the 7B run."""


def olmes_rows(folder: Path) -> list[dict[str, Any]]:
    """One row per run, step and task with a primary score; win rates come in percent."""
    table = []
    for run in OLMES_RUNS:
        for path in sorted((folder / "cse-579-experiments/results" / run).glob("step_*/*/metrics.json")):
            step = int(path.parts[-3].removeprefix("step_"))
            for task in json.loads(path.read_text(encoding="utf-8"))["tasks"]:
                metric = task["task_config"]["primary_metric"]
                score = float(task["metrics"]["primary_score"])
                table.append(
                    {
                        "model": run,
                        "revision": f"step{step}",
                        "evaluation": task["alias"],
                        "rate": score / 100 if metric.endswith("winrate") else score,
                        "metric": metric,
                        "n_questions": task["num_instances"],
                        "prompt_style": "OLMES",
                    }
                )
    return table


def verifiable_rows(folder: Path) -> list[dict[str, Any]]:
    """Share of training prompts answered correctly by a 7B run, averaged over every 100 RL steps."""
    batches: dict[int, list[float]] = defaultdict(list)
    with (folder / "rl0_7b_verifiable_metrics_by_rl_step.csv").open(encoding="utf-8", newline="") as file:
        for number, row in enumerate(csv.DictReader(file), start=1):
            if row["objective/verifiable_correct_rate"]:
                batches[-(-number // STEPS_A_POINT) * STEPS_A_POINT].append(
                    float(row["objective/verifiable_correct_rate"])
                )
    return [
        {
            "model": "rl-zero-7b",
            "revision": f"step{step}",
            "family": "open-instruct RL run",
            "stage": "rlhf",
            "rlhf_steps": step,
            "parameter_count": 7_000_000_000,
            "parameter_count_is_estimate": True,
            "evaluation": "objective/verifiable_correct_rate",
            "rate": sum(values) / len(values),
            "metric": f"correct rate on training prompts, mean of {len(values)} batches",
            "prompt_style": "training prompts",
        }
        for step, values in sorted(batches.items())
    ]


def grpo_rows(folder: Path) -> list[dict[str, Any]]:
    """Sycophancy figures after SFT (RL step 0) and after one and two epochs of GRPO, on the same prompt groups."""
    table = []
    for path in sorted((folder / "training/output/results").glob("eval_*.json")):
        document = json.loads(path.read_text(encoding="utf-8"))
        if document["n_groups"] != GRPO_GROUPS or document["phase"] not in GRPO_STEPS:
            continue
        for key in GRPO_METRICS:
            table.append(
                {
                    "model": "llama-3.1-8b-sycophancy-grpo",
                    "revision": f"step{GRPO_STEPS[document['phase']]}",
                    "evaluation": key,
                    "rate": document["metrics"][key],
                    "metric": key,
                    "n_questions": GRPO_GROUPS,
                    "prompt_style": f"{GRPO_GROUPS} prompt groups",
                }
            )
    return table
