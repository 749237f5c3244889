"""How long imports take, and how much memory: `python benchmarks/store/imports.py` prints a Markdown table.

Findings, which a set's storing computes, are measured elsewhere; here they are left out. Each load is made anew from
seeds in a folder that is removed, and imported twice in a process of its own.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from harness_folder import write_runs

ROOT = Path(__file__).resolve().parents[2]


def main() -> None:
    """Every load, a line each."""
    print("| load | rows | first import (s) | its CPU (s) | second import (s) | most memory (MiB) |")
    print("|---|---|---|---|---|---|")
    for name, make in LOADS.items():
        with tempfile.TemporaryDirectory() as scratch:
            make(Path(scratch) / "load")
            seen = subprocess.run(
                [sys.executable, __file__, str(Path(scratch) / "load"), str(Path(scratch) / "results")],
                check=True, capture_output=True, text=True, cwd=ROOT, env={"PYTHONPATH": str(ROOT)},
            ).stdout  # fmt: skip
        facts = json.loads(seen)
        times = f"{facts['first']:.1f} | {facts['cpu']:.1f} | {facts['second']:.1f}"
        print(f"| {name} | {facts['rows']:,} | {times} | {facts['memory']:,.0f} |")


def _rates(path: Path, families: int = 50, evaluations: int = 500) -> None:
    sizes = [10**8, 4 * 10**8, 10**9, 3 * 10**9, 7 * 10**9, 13 * 10**9, 3 * 10**10, 7 * 10**10]
    path.mkdir()
    with (path / "rates.csv").open("w") as file:
        file.write("model,evaluation,rate,n_questions,family,parameter_count,stage\n")
        for family in range(families):
            for evaluation in range(evaluations):
                for at, size in enumerate(sizes):
                    rate = (200 + (family * 7 + evaluation * 13 + at * 29) % 600) / 1000
                    file.write(f"F{family}-{size},evaluation-{evaluation},{rate},1000,F{family},{size},pretrained\n")


LOADS = {
    "10 models x 20 tasks x 5,000 samples": lambda path: write_runs(path, runs=10, tasks=20, questions=5000),
    "2,000 result files x 100 tasks": lambda path: write_runs(path, runs=2000, tasks=100),
    "a table of 200,000 rates": _rates,
}


def measure(load: Path, results: Path) -> None:
    """Import twice and print what it took, as JSON."""
    from loaders.importing.run import import_results
    from loaders.store import writing
    from loaders.store.store import Store

    writing.computed_findings = lambda rates, data, progress=None: b"[]\n"
    times, store = [], Store(results)
    for _ in range(2):
        began, cpu = time.perf_counter(), time.process_time()
        report = import_results([load], "load", store)
        times.append((time.perf_counter() - began, time.process_time() - cpu))
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    facts = {"rows": report.kept, "first": times[0][0], "cpu": times[0][1], "second": times[1][0], "memory": memory}
    print(json.dumps(facts))


if __name__ == "__main__":
    measure(Path(sys.argv[1]), Path(sys.argv[2])) if len(sys.argv) > 2 else main()
