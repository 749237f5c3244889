"""scalewatch findings: what the dashboard's table shows, as text, JSON or CSV."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any

from analysis.verdicts import AXES
from dashboard.commands import terminal

if TYPE_CHECKING:
    from collections.abc import Sequence

    from analysis.findings.finding import Finding
    from loaders.store.states import SetState
    from loaders.store.store import Store

SUMMARY = "verdicts per behaviour and family"
COLUMNS = (
    "result_set", "behavior", "title", "concern", "family", "series", "axis", "n_points", "verdict", "p", "q", "change",
    "slope_per_decade", "ci_low", "ci_high", "tau", "fragile", "reason", "change_low", "change_high", "change_points",
    "change_points_low", "change_points_high", "metric", "unbalanced_verdict", "argmax_verdict", "metric_dependent",
)  # fmt: skip
"""`change` and its interval in logits over the whole sweep, `change_points*` the same as a difference of shares;
`ci_*` is the 95 % interval of `slope_per_decade`; `unbalanced_verdict` and `argmax_verdict` are those of the same
answers scored otherwise, null where the set has rates only."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """--set, --axis, --json, --csv, --refresh."""
    parser.add_argument("--set", metavar="SET", help="this result set only (default: all)")
    parser.add_argument("--axis", choices=AXES, help="along this axis only (default: both)")
    form = parser.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true", help="print one JSON array")
    form.add_argument("--csv", action="store_true", help="print CSV")
    parser.add_argument(
        "--refresh", action="store_true", help="compute stored findings anew where another version made them"
    )


def run(args: argparse.Namespace) -> int:
    """Print one row per behaviour and family (or series); 1 where there is no set or one cannot be read."""
    from analysis.errors import ScalewatchError
    from analysis.findings.ranking import ORDER
    from loaders.store.states import state_of, survey
    from loaders.store.store import Store

    store = Store.opened(args.results)
    states = [state_of(store, args.set)] if args.set else survey(store)
    if not states:
        raise ScalewatchError(f"No result set in {store.folder}.", "Store one: scalewatch import PATH --into SET")
    broken = _refresh(store, states) if args.refresh else []
    if args.refresh:
        states = [state_of(store, args.set)] if args.set else survey(store)
    rows = []
    for state in states:
        found, reasons = _read(store, state)
        rows += [finding_row(each) for each in found if args.axis in (None, each.result.axis)]
        broken += reasons
    if args.json:
        terminal.say_json(rows)
    elif args.csv:
        terminal.say_csv((COLUMNS, *([row[name] for name in COLUMNS] for row in rows)))
    else:
        ranked = sorted(rows, key=lambda row: (ORDER.index(row["verdict"]), row["q"] or 0.0))
        terminal.say_columns(map(_cells, ranked))
    for said in (*broken, *(note for state in states for note in state.notes)):
        terminal.tell(f"scalewatch: {said}")
    return 1 if broken else 0


def _refresh(store: Store, states: Sequence[SetState]) -> list[str]:
    """Compute stale findings anew, each set on its own; which could not be, and why."""
    from analysis.errors import ScalewatchError

    failed = []
    for state in states:
        try:
            if state.is_stale:
                store.refresh_stale(state.name)
        except ScalewatchError as error:
            failed.append(f"{state.name}: its findings cannot be computed anew: {error}")
    return failed


def _read(store: Store, state: SetState) -> tuple[list[Finding], list[str]]:
    """Findings of a set that is counted, and what is wrong with it."""
    from analysis.errors import ScalewatchError

    if state.info is None:
        return [], [str(each) for each in state.damage]
    if state.copy_of:
        return [], [*state.changed]
    try:
        return store.findings(state.name), [*state.changed]
    except ScalewatchError as error:
        return [], [str(error), *state.changed]


def _cells(row: dict[str, Any]) -> tuple[str, ...]:
    q = row["q"]
    shown = "" if q is None else "q < 0.001" if q < 0.001 else f"q {q:.3f}"
    name = f"{row['family']} {row['series']}".strip()
    points = "" if row["change_points"] is None else f"{round(100 * row['change_points'], 1) + 0.0:+.1f} points"
    return row["verdict"], row["title"], name, row["result_set"], row["axis"], points.rjust(13), shown, row["reason"]


def finding_row(finding: Finding) -> dict[str, Any]:
    """One finding as the command prints it; `change` and slope in logits, missing is null."""
    result = finding.result
    return {
        "result_set": finding.result_set, "behavior": finding.behavior, "title": finding.title,
        "concern": finding.concern, "family": finding.family, "series": finding.series, "axis": result.axis,
        "n_points": result.n_points, "verdict": result.verdict, "p": result.p, "q": result.q, "change": result.change,
        "slope_per_decade": result.slope, "ci_low": result.ci_low, "ci_high": result.ci_high, "tau": result.tau,
        "fragile": result.fragile, "reason": result.reason, "change_low": result.change_low,
        "change_high": result.change_high, "change_points": result.change_points,
        "change_points_low": result.change_points_low, "change_points_high": result.change_points_high,
        "metric": finding.metric, "unbalanced_verdict": finding.unbalanced_verdict,
        "argmax_verdict": finding.argmax_verdict, "metric_dependent": finding.metric_dependent,
    }  # fmt: skip
