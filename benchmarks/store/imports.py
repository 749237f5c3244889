"""How long imports take, and how much memory: `python -m benchmarks.store.imports` prints a Markdown table.

Findings, which a set's storing computes, are left out unless `--findings` asks for them. Each load is made anew from
seeds in a folder that is removed, and imported twice in a process of its own.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from unittest import mock

from benchmarks.store.harness_folder import write_runs

ROOT = Path(__file__).resolve().parents[2]


def main() -> None:
    """Every load that was asked for, a line each."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--load", choices=LOADS, action="append", help="one of the loads; may be given more than once")
    parser.add_argument("--findings", action="store_true", help="compute findings, as an import does")
    parser.add_argument("--measure", nargs=2, type=Path, help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.measure:
        measure(*args.measure, with_findings=args.findings)
        return
    print("| load | rows | first import (s) | its CPU (s) | second import (s) | its CPU (s) | most memory (MiB) |")
    print("|---|---|---|---|---|---|---|", flush=True)
    for name in args.load or LOADS:
        with tempfile.TemporaryDirectory() as scratch:
            LOADS[name](Path(scratch) / "load")
            asked = ["--measure", f"{scratch}/load", f"{scratch}/results", *["--findings"] * args.findings]
            seen = subprocess.run(
                [sys.executable, "-m", "benchmarks.store.imports", *asked],
                check=True, capture_output=True, text=True, cwd=ROOT, env={"PYTHONPATH": str(ROOT)},
            ).stdout  # fmt: skip
        facts = json.loads(seen)
        times = " | ".join(f"{seconds:.1f}" for seconds in facts["times"])
        print(f"| {name} | {facts['rows']:,} | {times} | {facts['memory']:,.0f} |", flush=True)


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


def measure(load: Path, results: Path, *, with_findings: bool) -> None:
    """Import twice and print what it took, as JSON."""
    from analysis.findings.findings_json import findings_to_json
    from loaders.importing.run import import_results
    from loaders.store import writing
    from loaders.store.store import Store

    none = mock.patch.object(writing, "computed_findings", return_value=findings_to_json([]))
    times, store = [], Store(results)
    with contextlib.nullcontext() if with_findings else none:
        for _ in range(2):
            began, cpu = time.perf_counter(), time.process_time()
            report = import_results([load], "load", store)
            times += [time.perf_counter() - began, time.process_time() - cpu]
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"rows": report.kept, "times": times, "memory": memory}))


if __name__ == "__main__":
    main()
