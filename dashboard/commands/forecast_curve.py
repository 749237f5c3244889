"""scalewatch forecast-curve: learning curves carried on."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from dashboard.commands import terminal

SUMMARY = "learning curves (loss or error over examples, steps or sizes) carried on, with intervals"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """TABLE, --at, --level, --out."""
    parser.add_argument(
        "table",
        type=Path,
        metavar="TABLE",
        help="CSV or Parquet, one row per point: x, y and, for several curves, curve",
    )
    parser.add_argument("--at", type=float, nargs="+", required=True, metavar="X", help="places to forecast, unit of x")
    parser.add_argument("--level", type=float, default=0.9, help="level of the interval (default 0.9)")
    parser.add_argument("--out", type=Path, required=True, metavar="FILE", help="CSV or Parquet to write")


def run(args: argparse.Namespace) -> int:
    """Write one row per curve and place. Raises TableError where no curve has enough points."""
    from tqdm import tqdm

    from analysis.dense.table import forecast_curves
    from analysis.errors import TableError
    from loaders.importing.bare_table import read_table, write_result

    result = forecast_curves(
        read_table(args.table), args.at, args.level,
        progress=lambda curves: tqdm(curves, delay=2, unit="curve", disable=not sys.stderr.isatty()),
    )  # fmt: skip
    refused = result["estimate"].isna()
    if refused.all():
        raise TableError(f"{args.table}: no curve to forecast.", str(result["reason"].iloc[0]))
    write_result(result, args.out)
    without = int(result["low"].isna().sum())
    terminal.tell(f"{len(result)} forecasts, {without} without an interval ({int(refused.sum())} refused)")
    return 0
