"""scalewatch check: is everything stored whole, and what to beware of in it."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from itertools import groupby
from typing import TYPE_CHECKING

from dashboard.commands.terminal import say, say_json, tell

if TYPE_CHECKING:
    from loaders.store.checking.report import CheckReport

SUMMARY = "is everything stored whole; what to beware of in the data"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """--set, --recompute, --json."""
    parser.add_argument("--set", metavar="SET", help="this result set only (default: all, the shipped ones too)")
    parser.add_argument(
        "--recompute", action="store_true",
        help="compute findings anew from rates and answers, and compare: minutes for large sets",
    )  # fmt: skip
    parser.add_argument("--json", action="store_true", help="print one JSON document")


def run(args: argparse.Namespace) -> int:
    """1 where anything stored is damaged, 0 where all is whole; health notes are no failure."""
    from tqdm import tqdm

    from loaders.store.checking.report import check
    from loaders.store.store import Store

    def progress(names: Sequence[str]) -> tqdm[str]:
        return tqdm(names, delay=2, unit="set", disable=not sys.stderr.isatty())

    report = check(Store.opened(args.results), only=args.set, anew=args.recompute, progress=progress)
    if args.json:
        say_json(report.as_json())
    else:
        say(*_lines(report))
    damage = report.damage
    if damage:
        sets = sorted({each.set for each in damage})
        first = damage[0]
        tell(f"scalewatch: {len(damage)} damaged in {', '.join(sets)}: {first.set}/{first.file}: {first.reason}")
        tell(first.remedy)
    return 1 if damage else 0


def _lines(report: CheckReport) -> list[str]:
    head = [f"results: {report.results}", f"shipped: {report.shipped or 'left out'}", f"state:   {report.state}", ""]
    return [*head, *_sets(report), *_health(report), *(f"note     {each}" for each in report.notices)]


def _sets(report: CheckReport) -> list[str]:
    lines = []
    for each in report.sets:
        state = "DAMAGED" if each.damage else "whole"
        whose = "" if each.own else " (shipped)"
        rows = "" if each.n_rates is None else f": {each.n_rates:,} rates, {each.n_answers:,} answers"
        anew = ", findings as computed anew" if each.recomputed and not each.damage else ""
        lines.append(f"{state:8} {each.set}{whose}{rows}, {each.n_files} files, {each.n_bytes / 1e6:,.1f} MB{anew}")
        lines += [f"         {damage}" for damage in each.damage]
    return lines or ["no result set is stored"]


def _health(report: CheckReport) -> list[str]:
    """A line a set and kind, with the first as an example."""
    from analysis.findings.checks.data_health import MEANING

    lines = []
    for (name, kind), group in groupby(report.health, key=lambda note: (note.set, note.kind)):
        notes = list(group)
        first = ", ".join(filter(None, (notes[0].behavior, notes[0].checkpoint)))
        example = f"e.g. {first}: {notes[0].reason}" if first else f"e.g. {notes[0].reason}"
        lines.append(f"beware   {name}: {len(notes):,} x {kind.replace('_', ' ')} ({MEANING[kind]}); {example}")
    return [*lines, "         --json lists each of them"] if lines else []
