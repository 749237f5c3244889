"""How well dense curves are extrapolated: 61 curves of the neural scaling laws benchmark, marked test points.

Run: python -m benchmarks.dense_curves DATA_FOLDER, the folder with benchmark.lang.csv, benchmark.vision.csv
and, for comparison, reference_rmsle_recomputed.csv (columns Domain, Task, Model and one per method). Prints
the mean over curves of the root mean squared difference of log y at the test points, per domain; coverage of
the intervals; and the time. Exits 1 where the mean is 0.033 or more. Eight curves have 9 to 14 training
points; the columns `9-14` and `15+` tell them from the rest.
"""

from __future__ import annotations

import argparse
import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

for threads in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(threads, "1")  # one core; read when numpy is imported

import numpy as np  # noqa: E402
import pandas as pd  # noqa: E402

from analysis.dense import DenseForecast, forecast_curve  # noqa: E402

KEY = ["Domain", "Task", "Model"]
FILES = ("benchmark.lang.csv", "benchmark.vision.csv")
REFERENCE = "reference_rmsle_recomputed.csv"
DOMAINS = ("IC", "NMT", "LM", "BB")
LONG = 15
BOUND = 0.033
LEVELS = (0.5, 0.8, 0.9, 0.95)


@dataclass(frozen=True, slots=True, eq=False)
class Scored:
    """One curve: its forecast and what was seen."""

    key: tuple[str, str, str]
    forecast: DenseForecast
    seen: np.ndarray

    def rmsle(self, estimate: np.ndarray | float) -> float:
        """Root mean squared difference of log y."""
        return float(np.sqrt(np.mean(np.log(estimate / self.seen) ** 2)))

    def covered(self, level: float) -> float:
        """Share of test points inside the interval of `level`; NaN where the forecast has none."""
        if self.forecast.high is None:
            return float("nan")
        student = lambda p: p / np.sqrt(1 - p**2)  # noqa: E731  # widths scale as quantiles of t with 2 df
        half = np.log(self.forecast.high / self.forecast.estimate) * student(level) / student(self.forecast.level)
        return float(np.mean(np.abs(np.log(self.seen / self.forecast.estimate)) <= half))


def score(folder: Path) -> list[Scored]:
    """Forecast of every curve at its test points."""
    table = pd.concat([pd.read_csv(folder / name) for name in FILES])
    scored = []
    for key, curve in table.groupby(KEY):
        train, test = (curve[curve["Training"] == part] for part in (1, 0))
        test = test.drop_duplicates()
        found = forecast_curve(train["Seen Examples"], train["Loss"], test["Seen Examples"])
        scored.append(Scored(key, found, test["Loss"].to_numpy()))
    return scored


def errors(scored: list[Scored]) -> pd.DataFrame:
    """RMSLE of each method (columns) on each curve (rows)."""
    rows = []
    for one in scored:
        row = {"ours": one.rmsle(one.forecast.estimate), "last value": one.rmsle(one.forecast.last)}
        row |= {f"{fit.form}, {fit.recency:g}": one.rmsle(fit.estimate) for fit in one.forecast.fits}
        rows.append(row)
    return pd.DataFrame(rows, index=pd.MultiIndex.from_tuples([one.key for one in scored], names=KEY))


def per_domain(found: pd.DataFrame, long: np.ndarray) -> pd.DataFrame:
    """Means by domain, over all curves, over the short and over the long ones."""
    domain = found.index.get_level_values("Domain")
    parts: dict[str, pd.Series] = {name: found[domain == name].mean() for name in DOMAINS}
    whole = {"mean": found.mean(), f"9-{LONG - 1}": found[~long].mean(), f"{LONG}+": found[long].mean()}
    return pd.DataFrame(parts | whole)


def main(arguments: list[str] | None = None) -> int:
    """Print the table; 1 where the bound is missed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--curves", action="store_true", help="print every curve too")
    chosen = parser.parse_args(arguments)
    began = time.perf_counter()
    scored = score(chosen.folder)
    seconds = time.perf_counter() - began
    found = errors(scored)
    if (chosen.folder / REFERENCE).is_file():
        reference = pd.read_csv(chosen.folder / REFERENCE).set_index(KEY).drop(columns=["n_train", "n_test"])
        found = found.join(reference.add_prefix("reference "))
    long = np.array([one.forecast.n_points >= LONG for one in scored])
    domain = np.array([one.key[0] for one in scored])
    show: Callable[[float], str] = "{:.4f}".format
    if chosen.curves:
        print(found[["ours", "last value"]].to_string(float_format=show), "\n")
    print(f"RMSLE, mean over {len(scored)} curves ({long.sum()} with {LONG} training points or more)")
    print(per_domain(found, long).to_string(float_format=show))
    print("\nshare of test points inside the interval, curves counting alike")
    for level in LEVELS:
        shares = np.array([one.covered(level) for one in scored])
        each = "  ".join(f"{name} {np.nanmean(shares[domain == name]):.2f}" for name in DOMAINS)
        lengths = f"9-{LONG - 1} {np.nanmean(shares[~long]):.2f}  {LONG}+ {np.nanmean(shares[long]):.2f}"
        print(f"{level:.0%}: {np.nanmean(shares):.3f}  ({each}  {lengths})")
    mean = found["ours"].mean()
    print(f"\n{seconds:.1f} s; mean {mean:.4f}, bound {BOUND}")
    return int(not mean < BOUND)


if __name__ == "__main__":
    raise SystemExit(main())
