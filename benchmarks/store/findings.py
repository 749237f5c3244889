"""Findings of a plain table of rates: time and memory, and of reading them again.

    python -m benchmarks.store.findings --load rates.csv

`rates.csv` has the columns model, evaluation, rate, n_questions, family, parameter_count and stage, a row per rate, as
`scalewatch import` takes them. Prints a Markdown table; the peak is that of the whole process so far.
"""

from __future__ import annotations

import argparse
import resource
import time
from collections.abc import Callable
from typing import TypeVar

import numpy as np
import pandas as pd

from analysis.findings.compute import findings_of
from analysis.findings.findings_json import findings_from_json, findings_to_json
from analysis.tables import RATES

T = TypeVar("T")


def rates_of(path: str) -> pd.DataFrame:
    """RATES rows of the load."""
    load = pd.read_csv(path)
    error = np.sqrt(load["rate"] * (1 - load["rate"]) / load["n_questions"])
    columns = {
        "result_set": "load", "origin": "imported", "checkpoint": load["model"], "family": load["family"],
        "lineage": load["family"], "variant": "", "stage": load["stage"], "parameter_count": load["parameter_count"],
        "parameter_count_is_estimate": False, "evaluation": load["evaluation"], "behavior": load["evaluation"],
        "prompt_style": "as published", "metric": "rate", "n_questions": load["n_questions"],
        "n_answered": load["n_questions"], "matching_rate": load["rate"],
        "ci_low": (load["rate"] - 1.96 * error).clip(0, 1), "ci_high": (load["rate"] + 1.96 * error).clip(0, 1),
        "ci_level": 0.95, "ci_method": "normal", "source": "a made load", "licence": "none",
    }  # fmt: skip
    return RATES.typed(pd.DataFrame(columns))


def measured(what: str, task: Callable[[], T]) -> T:
    """Does the task and prints a row of the table."""
    wall, cpu = time.perf_counter(), time.process_time()
    result = task()
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"| {what} | {wall:.1f} | {cpu:.1f} | {peak:,.0f} |", flush=True)
    return result


def main() -> None:
    """Prints the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--load", required=True, help="the table of rates")
    rates = rates_of(parser.parse_args().load)
    print("| what | seconds | CPU-seconds | peak MiB |\n|---|---:|---:|---:|")
    found = measured(f"findings of {len(rates):,} rates", lambda: findings_of(rates, "size"))
    text = measured(f"writing {len(found):,} findings", lambda: findings_to_json(found))
    measured(f"reading them ({len(text) / 1e6:.0f} MB)", lambda: findings_from_json(text))


if __name__ == "__main__":
    main()
