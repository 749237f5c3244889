"""Builds the shipped result sets: `python -m loaders.shipped.build DATA [SET...]` (or `make results DATA=...`).

DATA holds copies of the public repositories named in cached_results/sources/*.toml. Each set is made by the same import
a user runs; sources that are no table and no harness folder are first written as a plain table.
"""

from __future__ import annotations

import csv
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from analysis.errors import UnknownNameError
from loaders.importing.run import import_results
from loaders.shipped import political_prismia, rl_runs
from loaders.store.source_sheet import read_source_sheet
from loaders.store.store import Store

Rows = Callable[[Path], list[dict[str, Any]]]

FILES: dict[str, tuple[str, ...]] = {
    "base-models": ("mwe-lm-eval-base-models/eval_results/safety_evals.csv",),
    "pythia-checkpoints": ("pythia/evals/pythia-v1/*/zero-shot",),
    "truthfulqa-families": ("obs-scaling/eval_results/base_llm_benchmark_eval.csv",),
    "chat-vs-base": (
        "safetywashing/data/benchmarks_base_models.csv",
        "safetywashing/data/benchmarks_chat_models.csv",
    ),
}
"""Sets whose files are imported as they are."""
TABLES: dict[str, tuple[tuple[str, Rows], ...]] = {
    "political-lean": (("political-bias-prismia", political_prismia.rows),),
    "rl-training": (
        ("rl-checkpoints-olmes", rl_runs.olmes_rows),
        ("rl-checkpoints-olmes", rl_runs.verifiable_rows),
        ("grpo-sycophancy-training", rl_runs.grpo_rows),
    ),
}
"""Sets made through a plain table: (folder, function that makes its rows)."""


def build(data: Path, names: list[str], results: Path = Path("cached_results")) -> None:
    """Build the named sets (all where none is named) and print a line each. Raises ScalewatchError."""
    store = Store(results)
    for name in names or [*FILES, *TABLES]:
        if name not in FILES and name not in TABLES:
            raise UnknownNameError.of("shipped set", name, [*FILES, *TABLES])
        sheet = read_source_sheet(results / "sources" / f"{name}.toml")
        with tempfile.TemporaryDirectory() as scratch:
            paths = [path for pattern in FILES.get(name, ()) for path in sorted(data.glob(pattern))]
            paths += [
                _write_table(Path(scratch) / f"{function.__name__}.csv", function(data / folder))
                for folder, function in TABLES.get(name, ())
            ]
            report = import_results(paths, name, store, sheet=sheet)
        print(f"{name}: {report.kept} kept, {report.rejected} rejected")
        for file in report.files:
            for problem in file.problems:
                print(f"  {file.path}, line {problem.line}: {problem.field}: {problem.reason}", file=sys.stderr)


def _write_table(path: Path, rows: list[dict[str, Any]]) -> Path:
    columns = list(dict.fromkeys(name for row in rows for name in row))
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    return path


if __name__ == "__main__":
    build(Path(sys.argv[1]), sys.argv[2:])
