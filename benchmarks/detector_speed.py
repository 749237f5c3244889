"""How long the detector takes: 4,004 series on both axes, and a million item rows.

Run: python benchmarks/detector_speed.py. Prints the best of three runs and exits 1 where a bound is missed.
Bounds: 1.0 s for 154 behaviours x 2 families x 7 sizes x 6 step counts on both axes, 1.5 s for the items.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable

for threads in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(threads, "1")  # the bounds are for one core; read when numpy is imported

import numpy as np  # noqa: E402
import pandas as pd  # noqa: E402

from analysis import detect  # noqa: E402
from analysis.arrays import expit  # noqa: E402

SIZES = np.array([8.1e8, 1.6e9, 3.5e9, 6.4e9, 1.3e10, 2.2e10, 5.2e10])
STEPS = np.array([0, 50, 100, 250, 500, 1000])
BEHAVIORS = [f"b{at:03d}" for at in range(154)]
DIRECTIONS = dict.fromkeys(BEHAVIORS, 1)


def cell_means() -> pd.DataFrame:
    """12,936 cells of noise: behaviours x two families x sizes x step counts."""
    rng = np.random.default_rng(1)
    rows = pd.MultiIndex.from_product(
        [BEHAVIORS, ["F", "G"], range(len(SIZES)), STEPS], names=["behavior", "family", "size", "rlhf_steps"]
    ).to_frame(index=False)
    rate = expit(rng.normal(0, 0.15, len(rows)))
    return rows.assign(
        model="m" + rows["size"].astype(str), n_params=SIZES[rows["size"]], n=500, mean=rate, se=0.01
    ).drop(columns="size")


def items() -> pd.DataFrame:
    """1,078,000 item rows: behaviours x sizes x 1,000 questions."""
    rng = np.random.default_rng(2)
    shape = (len(BEHAVIORS), 1000, len(SIZES))
    p = expit(rng.normal(0, 1, shape[:2])[:, :, None] + rng.normal(0, 0.5, shape))
    behavior, item, size = (each.ravel() for each in np.indices(shape))
    return pd.DataFrame(
        {
            "behavior": np.array(BEHAVIORS)[behavior], "family": "F",
            "model": np.array(list("abcdefg"))[size], "n_params": SIZES[size],
            "rlhf_steps": 0, "item_id": item, "p_match": p.ravel(),
        }
    )  # fmt: skip


def best_of_three(task: Callable[[], object]) -> float:
    """Seconds of the fastest run."""
    times = []
    for _ in range(3):
        start = time.perf_counter()
        task()
        times.append(time.perf_counter() - start)
    return min(times)


def main() -> int:
    """Prints one line a figure; 1 where a bound is missed."""
    means, answers = cell_means(), items()
    both_axes = best_of_three(lambda: [detect(means, DIRECTIONS, axis) for axis in ("size", "rlhf")])
    one_axis = best_of_three(lambda: detect(answers, DIRECTIONS))
    print(f"4,004 series, both axes, from {len(means):,} cells: {both_axes:.2f} s (bound 1.0 s)")
    print(f"154 series from {len(answers):,} item rows: {one_axis:.2f} s (bound 1.5 s)")
    return int(both_axes > 1.0 or one_axis > 1.5)


if __name__ == "__main__":
    sys.exit(main())
