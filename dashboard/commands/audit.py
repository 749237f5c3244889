"""scalewatch audit: what other methods would have said of the same rows."""

from __future__ import annotations

import argparse
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from analysis.verdicts import AXES
from dashboard.commands import terminal

if TYPE_CHECKING:
    from collections.abc import Sequence

    from analysis.findings.finding import Finding
    from analysis.other_methods.other_method import OtherMethod

SUMMARY = "one behaviour under the usual other methods, beside our verdict"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """BEHAVIOUR, --set, --family, --axis, --json."""
    parser.add_argument(
        "behaviour", metavar="BEHAVIOUR", help="its name in the catalogue, as in links, or its evaluation"
    )
    parser.add_argument("--set", required=True, metavar="SET", help="result set")
    parser.add_argument("--family", metavar="FAMILY", help="this family or series only, e.g. 'Qwen1.5 chat'")
    parser.add_argument("--axis", choices=AXES, default="size", help="trend over size or RL steps")
    parser.add_argument("--json", action="store_true", help="print one JSON array, an entry per series")


def run(args: argparse.Namespace) -> int:
    """Print a table per tested series; 1 where none was tested."""
    from analysis.other_methods.of_finding import findings_named, other_methods_of
    from loaders.store.store import Store

    store = Store.opened(args.results)
    chosen = findings_named(store.findings(args.set), args.behaviour, family=args.family, axis=args.axis)
    rates = store.rates(args.set)
    answers = store.answers(args.set) if any(finding.on_answers for finding in chosen) else None
    audits = [(finding, other_methods_of(finding, rates, answers)) for finding in chosen]
    if args.json:
        terminal.say_json([audit_row(*each) for each in audits])
        return 0
    for number, each in enumerate(audits):
        terminal.say(*([""] if number else []), *_lines(*each))
    return 0


def audit_row(finding: Finding, methods: Sequence[OtherMethod]) -> dict[str, Any]:
    """One series as the command prints it; changes in logits from first to last, missing is null."""
    result = finding.result
    return {
        "result_set": finding.result_set, "behavior": finding.behavior, "title": finding.title,
        "family": finding.family, "series": finding.series, "axis": result.axis, "evaluation": finding.evaluation,
        "prompt_style": finding.prompt_style, "metric": finding.metric, "n_points": result.n_points,
        "verdict": result.verdict, "reason": result.reason, "p": result.p, "q": result.q, "n_tests": result.n_tests,
        "change": result.change, "change_low": result.change_low, "change_high": result.change_high,
        "tau": result.tau, "methods": [asdict(each) for each in methods],
    }  # fmt: skip


def _lines(finding: Finding, methods: Sequence[OtherMethod]) -> list[str]:
    from analysis.other_methods.other_method import ours

    result = finding.result
    q = "" if result.q is None else f", q {result.q:.3g} of {result.n_tests} tests"
    head = f"{terminal.name(finding.title)}, {terminal.name(finding.name)}: {result.verdict}{q}"
    line = "{:30} {:35} {:>8} {:18} {:>8}  {}"
    rows = [terminal.row(line, ("method", "treats as random", "change", "95 % interval", "p", ""))]
    for each in (ours(finding), *methods):
        interval = "" if each.low is None or each.high is None else f"{each.low:+.2f} to {each.high:+.2f}"
        change = "" if each.change is None else f"{each.change:+.2f}"
        p = "" if each.p is None else f"{each.p:.3g}"
        rows.append(terminal.row(line, (each.method, each.random, change, interval, p, each.remark)))
    return [head, *rows]
