"""scalewatch forecast: prediction intervals for models of other sizes."""

from __future__ import annotations

import argparse
from pathlib import Path

from dashboard.commands import terminal

SUMMARY = "prediction intervals for a table of rates or answers"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """TABLE, --directions, --at, --level, --out."""
    parser.add_argument("table", type=Path, metavar="TABLE", help="CSV or Parquet, one row per answer or per model")
    parser.add_argument("--directions", type=Path, required=True, metavar="FILE", help="JSON: behaviour -> 1, -1 or 0")
    parser.add_argument(
        "--at", type=float, nargs="+", required=True, metavar="N_PARAMS", help="sizes in parameters, e.g. 7e10"
    )
    parser.add_argument("--level", type=float, default=0.9, help="level of the interval (default 0.9)")
    parser.add_argument("--out", type=Path, required=True, metavar="FILE", help="CSV or Parquet to write")


def run(args: argparse.Namespace) -> int:
    """Write one row per series and size."""
    from analysis import predict
    from loaders.importing.bare_table import read_directions, read_table, write_result

    result = predict(read_table(args.table), read_directions(args.directions), args.at, args.level)
    write_result(result, args.out)
    terminal.tell(f"{len(result)} forecasts, {int(result['pi_low'].isna().sum())} without an interval")
    return 0
