"""scalewatch audit: what other methods would have said of the same rows."""

from __future__ import annotations

import argparse
import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from analysis.verdicts import AXES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from analysis.findings.finding import Finding
    from analysis.other_methods.methods import Alternative

SUMMARY = "one behaviour under the usual other methods, beside our verdict"
OURS = "scalewatch"
OUR_RANDOM = "models and questions"


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
    from analysis.other_methods.of_finding import audit
    from loaders.store.results_folder import find_results_dir
    from loaders.store.store import Store

    store = Store(find_results_dir(args.results))
    chosen = _chosen(store.findings(args.set), args.behaviour, args.family, args.axis)
    rates = store.rates(args.set)
    answers = store.answers(args.set) if any(finding.on_answers for finding in chosen) else None
    audits = [(finding, audit(finding, rates, answers)) for finding in chosen]
    if args.json:
        print(json.dumps([audit_row(*each) for each in audits], indent=1))
    else:
        print("\n\n".join(_text(*each) for each in audits))
    return 0


def audit_row(finding: Finding, said: Sequence[Alternative]) -> dict[str, Any]:
    """One series as the command prints it; changes in logits from first to last, missing is null."""
    result = finding.result
    return {
        "result_set": finding.result_set, "behavior": finding.behavior, "title": finding.title,
        "family": finding.family, "series": finding.series, "axis": result.axis, "evaluation": finding.evaluation,
        "prompt_style": finding.prompt_style, "metric": finding.metric, "n_points": result.n_points,
        "verdict": result.verdict, "reason": result.reason, "p": result.p, "q": result.q, "n_tests": result.n_tests,
        "change": result.change, "change_low": result.change_low, "change_high": result.change_high,
        "tau": result.tau, "methods": [asdict(each) for each in said],
    }  # fmt: skip


def _chosen(findings: Sequence[Finding], behaviour: str, family: str | None, axis: str) -> list[Finding]:
    """The findings asked for: those that were tested. Raises where there are none, with what there is."""
    from analysis.errors import ScalewatchError, UnknownNameError

    along = [finding for finding in findings if finding.result.axis == axis]
    mine = [finding for finding in along if behaviour in (finding.behavior, finding.evaluation)]
    if not mine:
        raise UnknownNameError.of(f"behaviour along {axis}", behaviour, sorted({f.behavior for f in along}))
    if family is not None:
        named = [f for f in mine if f.name == family] or [f for f in mine if f.family == family]
        if not named:
            raise UnknownNameError.of("family", family, sorted({f.name for f in mine}))
        mine = named
    tested = [finding for finding in mine if finding.result.p is not None]
    if not tested:
        first = mine[0]
        raise ScalewatchError(
            f"No series of '{first.title}' was tested: {first.name}: {first.result.reason}. "
            "Run scalewatch findings to see which series are"
        )
    return tested


def _text(finding: Finding, said: Sequence[Alternative]) -> str:
    result = finding.result
    q = "" if result.q is None else f", q {result.q:.3g} of {result.n_tests} tests"
    head = f"{finding.title}, {finding.name}: {result.verdict}{q}"
    line = "{:30} {:35} {:>8} {:18} {:>8}  {}"
    rows = [line.format("method", "treats as random", "change", "95 % interval", "p", "").rstrip()]
    ours = (OURS, OUR_RANDOM, result.change, result.change_low, result.change_high, result.p, result.reason)
    for name, random, change, low, high, p, remark in (
        ours, *((a.method, a.random, a.change, a.low, a.high, a.p, a.remark) for a in said)
    ):  # fmt: skip
        interval = "" if low is None or high is None else f"{low:+.2f} to {high:+.2f}"
        numbers = ("" if change is None else f"{change:+.2f}", interval, "" if p is None else f"{p:.3g}")
        rows.append(line.format(name, random, *numbers, remark).rstrip())
    return "\n".join([head, *rows])
