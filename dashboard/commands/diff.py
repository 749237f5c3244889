"""scalewatch diff: which verdicts appeared, vanished or turned, and why."""

from __future__ import annotations

import argparse
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from dashboard.commands.terminal import say, say_json

if TYPE_CHECKING:
    from analysis.findings.checks.difference import Change
    from loaders.store.checking.differences import SetDifference

SUMMARY = "which verdicts appeared, vanished or turned, and why"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """SET [OTHER], --json."""
    parser.add_argument("first", metavar="SET", help="a result set, or the path of a results folder")
    parser.add_argument(
        "second", nargs="?", metavar="OTHER",
        help="another set, or a results folder: what changed from SET to OTHER (default: since SET's state before)",
    )  # fmt: skip
    parser.add_argument("--json", action="store_true", help="print one JSON document")


def run(args: argparse.Namespace) -> int:
    """A line a change, the most important first; 0 also where nothing changed."""
    from loaders.store.checking.differences import differences
    from loaders.store.store import Store

    found = differences(Store.opened(args.results), args.first, args.second)
    if args.json:
        say_json([_row(each) for each in found])
    else:
        say(*(line for each in found for line in _lines(each)))
    return 0


def _row(found: SetDifference) -> dict[str, Any]:
    return {
        "before": found.before, "after": found.after, "method_before": found.method_before,
        "method_after": found.method_after, "changes": [asdict(each) for each in found.changes],
    }  # fmt: skip


def _lines(found: SetDifference) -> list[str]:
    head = f"{found.before} → {found.after}"
    if not found.changes:
        return [f"{head}: no verdict changed"]
    return [f"{head}: {len(found.changes)} of the verdicts differ", *map(_line, found.changes)]


def _line(change: Change) -> str:
    verdicts = f"{change.before or '(none)'} → {change.after or '(none)'}"
    where = change.name + (" along RLHF steps" if change.axis == "rlhf" else "")
    return f"{change.kind:8}  {verdicts}  {change.title}, {where}  [{change.why}: {change.detail}]"
