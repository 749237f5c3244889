"""scalewatch findings: what the dashboard's table shows, as text, JSON or CSV."""

from __future__ import annotations

import argparse
import csv
import json
import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from analysis.findings import Finding

SUMMARY = "verdicts per behaviour and family"
COLUMNS = (
    "result_set", "behavior", "title", "concern", "family", "series", "axis", "n_points", "verdict", "p", "q", "change",
    "slope_per_decade", "ci_low", "ci_high", "tau", "fragile", "reason",
)  # fmt: skip


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """--set, --axis, --json, --csv, --refresh."""
    parser.add_argument("--set", metavar="SET", help="this result set only (default: all)")
    parser.add_argument("--axis", choices=("size", "rlhf"), help="along this axis only (default: both)")
    form = parser.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true", help="print one JSON array")
    form.add_argument("--csv", action="store_true", help="print CSV")
    parser.add_argument(
        "--refresh", action="store_true", help="compute stored findings anew where another version made them"
    )


def run(args: argparse.Namespace) -> int:
    """Print one row per behaviour and family (or series); 1 where there is no result set."""
    from analysis.errors import ScalewatchError
    from loaders.store import Store, find_results_dir

    store = Store(find_results_dir(args.results))
    names = [args.set] if args.set else store.sets()
    if not names:
        raise ScalewatchError(f"No result set in {store.folder}. Store one: scalewatch import PATH --into SET")
    if args.refresh:
        for name in store.stale_sets():
            store.refresh(name)
    rows = [
        finding_row(finding)
        for name in names
        for finding in store.findings(name)
        if args.axis in (None, finding.result.axis)
    ]
    if args.json:
        print(json.dumps(rows, indent=1))
    elif args.csv:
        writer = csv.DictWriter(sys.stdout, COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    else:
        for row in rows:
            q = "" if row["q"] is None else f"q {row['q']:.3f}"
            name = f"{row['family']} {row['series']}".strip()
            print(f"{row['verdict']:13} {row['title'][:44]:44} {name[:32]:32} {row['axis']:5} {q:9} {row['reason']}")
    return 0


def finding_row(finding: Finding) -> dict[str, Any]:
    """One finding as the command prints it; `change` and slope in logits, missing is null."""
    result = finding.result
    return {
        "result_set": finding.result_set, "behavior": finding.behavior, "title": finding.title,
        "concern": finding.concern, "family": finding.family, "series": finding.series, "axis": result.axis,
        "n_points": result.n_points, "verdict": result.verdict, "p": result.p, "q": result.q, "change": result.change,
        "slope_per_decade": result.slope, "ci_low": result.ci_low, "ci_high": result.ci_high, "tau": result.tau,
        "fragile": result.fragile, "reason": result.reason,
    }  # fmt: skip
