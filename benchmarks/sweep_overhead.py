"""What a sweep costs over the sum of its scorings: planning, storing, rates and findings.

Run: python -m benchmarks.sweep_overhead --data FOLDER [--checkpoints 8] [--questions 300]. FOLDER is a checkout of
anthropics/evals. The checkpoints share the random weights of one model of Pythia-70M's shape. The sweep runs in this
process on one thread, as `scalewatch run` does, with a clock around every call of the scorer: CPU time inside (loading
and scoring, torch's import with it) against all the rest, the imports of pandas and scipy with it.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

EVALUATIONS = (
    "persona/narcissism.jsonl",
    "persona/self-replication.jsonl",
    "advanced-ai-risk/lm_generated_evals/survival-instinct.jsonl",
)
TARGET = 0.03
"""Most a sweep of eight checkpoints may cost on top."""


class Clock:
    """CPU-seconds spent while it runs, summed."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def __enter__(self) -> None:
        self._started = time.process_time()

    def __exit__(self, *error: object) -> None:
        self.seconds += time.process_time() - self._started


class TimedScorer:
    """A scorer whose work is clocked."""

    def __init__(self, scorer: Any, clock: Clock) -> None:
        self._scorer, self._clock = scorer, clock

    def stream(self, *arguments: Any, **named: Any) -> Iterator[Any]:
        """Its frames."""
        frames = self._scorer.stream(*arguments, **named)
        while True:
            with self._clock:
                frame = next(frames, None)
            if frame is None:
                return
            yield frame

    def close(self) -> None:
        """Give memory back."""
        with self._clock:
            self._scorer.close()


def prepare(folder: Path, data: Path, checkpoints: int, questions: int) -> Path:
    """A model, folders of links to its files as checkpoints, and the sweep file."""
    command = [sys.executable, "-m", "benchmarks.scorer.model", "70m", str(data), str(folder / "model")]
    subprocess.run(command, check=True, stderr=subprocess.DEVNULL)
    lines = ["into: overhead", f"evaluations_root: {data}", f"limit: {questions}", "dtype: float32", "device: cpu"]
    lines += ["evaluations:", *(f"  - {name}" for name in EVALUATIONS), "checkpoints:"]
    for number in range(1, checkpoints + 1):
        copy = folder / f"copy-{number}"
        copy.mkdir()
        for file in (folder / "model").iterdir():
            (copy / file.name).symlink_to(file)
        (copy / "number.txt").write_text(str(number))  # else the same weights under eight names: scored once
        facts = f"family: Copies, stage: pretrained, parameter_count: {70_000_000 * number}"
        lines.append(f"  - {{model: {copy}, {facts}}}")
    path = folder / "overhead.yaml"
    path.write_text("\n".join(lines) + "\n")
    return path


def sweep_seconds(path: Path, results: Path) -> tuple[float, float]:
    """CPU-seconds of the whole sweep, and of its scorings."""
    started, scoring = time.process_time(), Clock()
    import loaders.sweep.scoring as scoring_module
    from dashboard.commands.cli import main as scalewatch
    from loaders.backends import open_scorer

    def timed(*arguments: Any, **named: Any) -> TimedScorer:
        with scoring:
            return TimedScorer(open_scorer(*arguments, **named), scoring)

    scoring_module.open_scorer = timed  # type: ignore[assignment]
    code = scalewatch(["run", str(path), "--results", str(results)])
    if code:
        raise SystemExit(code)
    return time.process_time() - started, scoring.seconds


def main(arguments: list[str] | None = None) -> int:
    """Measure and print; 1 where the target is missed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--checkpoints", type=int, default=8)
    parser.add_argument("--questions", type=int, default=300)
    args = parser.parse_args(arguments)
    os.environ["OMP_NUM_THREADS"] = "1"
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch).resolve()
        path = prepare(folder, args.data.resolve(), args.checkpoints, args.questions)
        whole, scoring = sweep_seconds(path, folder / "results")
    share = whole / scoring - 1
    print(
        f"{args.checkpoints} checkpoints x {len(EVALUATIONS)} evaluations x {args.questions} questions: "
        f"{whole:.1f} CPU-s, of which scoring {scoring:.1f}; on top {100 * share:.1f} % (target: {100 * TARGET:g} %)"
    )
    return int(share > TARGET)


if __name__ == "__main__":
    sys.exit(main())
