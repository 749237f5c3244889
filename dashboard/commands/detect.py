"""scalewatch detect: the detector on a bare table."""

from __future__ import annotations

import argparse
from pathlib import Path

from analysis.verdicts import AXES
from dashboard.commands import terminal

SUMMARY = "trend verdicts for a table of rates or answers"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """TABLE, --directions, --axis, --out."""
    parser.add_argument("table", type=Path, metavar="TABLE", help="CSV or Parquet, one row per answer or per model")
    parser.add_argument("--directions", type=Path, required=True, metavar="FILE", help="JSON: behaviour -> 1, -1 or 0")
    parser.add_argument("--axis", choices=AXES, default="size", help="trend over size or RL steps")
    parser.add_argument("--out", type=Path, required=True, metavar="FILE", help="CSV or Parquet to write")


def run(args: argparse.Namespace) -> int:
    """Write one row per series and count the verdicts on stderr."""
    from analysis import detect
    from loaders.importing.bare_table import read_directions, read_table, write_result

    result = detect(read_table(args.table), read_directions(args.directions), args.axis)
    write_result(result, args.out)
    counts = ", ".join(f"{count} {verdict}" for verdict, count in result["verdict"].value_counts().items())
    terminal.tell(f"{len(result)} series: {counts}")
    return 0
