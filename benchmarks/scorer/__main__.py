"""Our scorer against lm-evaluation-harness: items per CPU-second, share of the matrix-product limit, exactness.

Run: python -m benchmarks.scorer --data FOLDER --harness PYTHON [--shape 70m ...] [--suite persona ...] [--out FILE].
PYTHON is that of an environment with `lm-eval[hf]`; without it only this scorer and the limit are measured. Each
program runs twice, on few and on many of the same items, with a model of random weights, on one thread: the
difference is the marginal rate, the rest fixed cost. Figures are medians over alternated rounds, least and greatest in
parentheses. About an hour for the 70M shape with the harness; prints Markdown, progress goes to stderr.
"""

from __future__ import annotations

import argparse
import os
import platform
import sys
import tempfile
from importlib.metadata import version
from pathlib import Path

from benchmarks.scorer import harness, report
from benchmarks.scorer.comparison import Setting, compare
from benchmarks.scorer.measure import module
from benchmarks.scorer.shapes import SHAPES, TOKENS
from benchmarks.scorer.suites import SUITES

MANY = {"70m": 300, "410m": 100, "1.4b": 60}
"""Questions of a suite of share 1, by shape."""


def processor() -> str:
    """Its name, where the system tells."""
    told = Path("/proc/cpuinfo")
    lines = told.read_text().splitlines() if told.is_file() else []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return f"{names[0] if names else platform.machine()}, {os.cpu_count()} cores"


def main(arguments: list[str] | None = None) -> int:
    """Measure, print, write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "--data", type=Path, required=True, help="folder with anthropic-evals and its sycophancy subset"
    )
    parser.add_argument("--harness", type=Path, help="Python of an environment with lm-eval[hf]")
    parser.add_argument(
        "--batches", type=int, nargs="+", default=[4, 16, 32], help="lm-eval's batch sizes: the best counts"
    )
    parser.add_argument("--shape", nargs="+", choices=SHAPES, default=["70m"])
    parser.add_argument("--suite", nargs="+", choices=SUITES, default=list(SUITES))
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--few", type=int, default=20, help="questions of the short run (a suite of share 1)")
    parser.add_argument("--many", type=int, help=f"questions of the long run; default {MANY}")
    parser.add_argument("--sample", type=int, default=40, help="items scored naively, for the largest error")
    parser.add_argument("--out", type=Path, help="write the Markdown here too")
    chosen = parser.parse_args(arguments)
    ours = ", ".join(f"{name} {version(name)}" for name in ("torch", "transformers"))
    theirs = f"; {harness.versions(chosen.harness)}" if chosen.harness else ""
    lines = [
        f"`python -m benchmarks.scorer`, {chosen.rounds} rounds: GPT-NeoX of random weights, float32, one thread; "
        f"BPE of {TOKENS:,} entries trained on the questions. {processor()}; {ours}{theirs}."
    ]
    for shape in chosen.shape:
        with tempfile.TemporaryDirectory() as folder:
            module("model", shape, chosen.data, folder)
            weights = sum(path.stat().st_size for path in Path(folder).glob("*.safetensors")) / 1e9
            setting = Setting(
                shape=shape,
                model=Path(folder),
                data=chosen.data,
                few=chosen.few,
                many=chosen.many or MANY[shape],
                rounds=chosen.rounds,
                sample=chosen.sample,
                harness=chosen.harness,
                batches=tuple(chosen.batches),
            )
            results = [compare(setting, suite) for suite in chosen.suite]
        lines += ["", f"### Pythia-{shape.upper()} shape, {weights:.2f} GB of weights", ""]
        lines += [*report.table(results), "", report.limits(results)]
    text = "\n".join(lines) + "\n"
    sys.stdout.write(text)
    if chosen.out:
        chosen.out.write_text(text)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
