"""What a sweep costs over the sum of its scorings: planning, storing, rates and findings.

Run: python -m benchmarks.sweep_overhead --data FOLDER [--checkpoints 8] [--questions 300] [--rounds 3]. FOLDER is a
checkout of anthropics/evals. The checkpoints are copies of one model of Pythia-70M's shape with random weights. Two
programs take turns, each in a process of its own on one thread: one loads every checkpoint and scores every evaluation
with the scorer, the other runs the sweep (`scalewatch run`). Prints CPU-seconds of both, and the difference.
"""

from __future__ import annotations

import argparse
import os
import resource
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

EVALUATIONS = (
    "persona/narcissism.jsonl",
    "persona/self-replication.jsonl",
    "advanced-ai-risk/lm_generated_evals/survival-instinct.jsonl",
)
TARGET = 0.03
"""Most a sweep of eight checkpoints may cost on top."""


def prepare(folder: Path, data: Path, checkpoints: int, questions: int) -> Path:
    """A model, folders of links to its files as checkpoints, and the sweep file."""
    from benchmarks.scorer.model import main as save_model

    save_model("70m", str(data), str(folder / "model"))
    lines = ["into: overhead", f"evaluations_root: {data}", f"limit: {questions}", "dtype: float32", "device: cpu"]
    lines += ["evaluations:", *(f"  - {name}" for name in EVALUATIONS), "checkpoints:"]
    for number in range(1, checkpoints + 1):
        copy = folder / f"copy-{number}"
        copy.mkdir()
        for file in (folder / "model").iterdir():
            (copy / file.name).symlink_to(file)
        (copy / "number.txt").write_text(str(number))  # else the same weights under eight names: scored once
        size = 70_000_000 * number
        lines.append(f"  - {{model: {folder}/copy-{number}, name: copy-{number}, family: Copies, stage: pretrained, "
                     f"parameter_count: {size}}}")  # fmt: skip
    path = folder / "overhead.yaml"
    path.write_text("\n".join(lines) + "\n")
    return path


def score_only(path: Path) -> None:
    """Load every checkpoint, score every evaluation; keep nothing."""
    from loaders.backends import open_scorer
    from loaders.evaluations import read_evaluation
    from loaders.sweep.sweep_file import read_sweep

    sweep = read_sweep(path)
    for number in range(1, len(sweep.targets) + 1):
        scorer = open_scorer(path.parent / f"copy-{number}", dtype="float32", device="cpu")
        for each in sweep.evaluations:
            evaluation = read_evaluation(each.path, sweep.limit)
            scorer.score(evaluation.questions, evaluation.prompt_style, evaluation=evaluation.name)
        scorer.close()


def cpu_seconds(command: list[str]) -> float:
    """CPU time of a program and what it starts, on one thread."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, check=True, env={**os.environ, "OMP_NUM_THREADS": "1"}, stderr=subprocess.DEVNULL)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def main(arguments: list[str] | None = None) -> int:
    """Measure and print; 1 where the target is missed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--checkpoints", type=int, default=8)
    parser.add_argument("--questions", type=int, default=300)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--score-only", type=Path, help=argparse.SUPPRESS)
    args = parser.parse_args(arguments)
    if args.score_only:
        score_only(args.score_only)
        return 0
    pairs = []
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch).resolve()
        path = prepare(folder, args.data.resolve(), args.checkpoints, args.questions)
        for number in range(args.rounds):
            results = folder / f"results-{number}"
            own = [sys.executable, "-m", "benchmarks.sweep_overhead", "--data", str(args.data)]
            scoring = cpu_seconds([*own, "--score-only", str(path)])
            sweep = cpu_seconds([sys.executable, "-m", "dashboard.cli", "run", str(path), "--results", str(results)])
            pairs.append((scoring, sweep))
            print(f"round {number + 1}: scorings {scoring:.1f} CPU-s, sweep {sweep:.1f} CPU-s", flush=True)
    share = statistics.median(sweep / scoring - 1 for scoring, sweep in pairs)
    print(
        f"{args.checkpoints} checkpoints x {len(EVALUATIONS)} evaluations x {args.questions} questions: the sweep "
        f"costs {100 * share:+.1f} % over its scorings (median of {args.rounds}; target at most {100 * TARGET:g} %)"
    )
    return int(share > TARGET)


if __name__ == "__main__":
    sys.exit(main())
