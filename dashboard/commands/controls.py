"""scalewatch controls: train the control models, and hold the verdicts against what was planted."""

from __future__ import annotations

import argparse
from pathlib import Path

from dashboard.commands import terminal

SUMMARY = "train, RLHF and score models with planted trends, to test the instrument"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """build --into, --quick, --models, --larger, --device, --processes, --json; verdicts --set, --json."""
    actions = parser.add_subparsers(metavar="ACTION", required=True)
    building = actions.add_parser("build", help="train, RLHF and score the whole grid; resumes where it was stopped")
    building.add_argument("--into", required=True, metavar="SET", help="result set to store into")
    building.add_argument("--quick", action="store_true", help="a small grid in minutes: tests the pipeline only")
    building.add_argument(
        "--models", type=Path, metavar="DIR", help="where checkpoints are kept (default: ./control-models/SET)"
    )
    building.add_argument(
        "--larger", type=int, nargs="+", default=[], metavar="WIDTH", help="further widths, for a GPU: 256 384"
    )
    building.add_argument("--device", default="cpu", metavar="DEVICE", help="torch device (default: cpu)")
    building.add_argument("--processes", type=int, default=2, metavar="N", help="models trained at once (default: 2)")
    building.add_argument("--json", action="store_true", help="print what was done as one JSON document")
    building.set_defaults(do=_build)
    verdicts = actions.add_parser("verdicts", help="the detector's verdicts beside the planted truth")
    verdicts.add_argument("--set", default="controls", metavar="SET", help="result set (default: controls)")
    verdicts.add_argument("--json", action="store_true", help="print one JSON array")
    verdicts.set_defaults(do=_verdicts)
    for each in (building, verdicts):
        each.add_argument("--results", type=Path, default=argparse.SUPPRESS, metavar="DIR", help=argparse.SUPPRESS)


def run(args: argparse.Namespace) -> int:
    """Do the action; its exit code."""
    return int(args.do(args))


def _build(args: argparse.Namespace) -> int:
    """0 when the set is stored."""
    from loaders.controls.build import build
    from loaders.controls.design import read_design
    from loaders.controls.results import read_cells, store_build, write_sweeps
    from loaders.store.store import Store

    design = read_design(quick=args.quick).for_larger_sizes(args.larger)
    folder = args.models or Path("control-models") / args.into
    built = build(design, folder, device=args.device, processes=args.processes)
    larger = f" --larger {' '.join(map(str, args.larger))}" if args.larger else ""
    options = (" --quick" if args.quick else "") + larger
    command = f"scalewatch controls build --into {args.into}{options}"
    changed = store_build(args.into, Store.opened(args.results), design, folder, command)
    write_sweeps(read_cells(design, folder)[0], args.into, folder)
    if args.json:
        done = {"set": args.into, "models": str(folder), "cells_done": built.done, "cells_found": built.found,
                "seconds": built.seconds, "changed": changed}  # fmt: skip
        terminal.say_json(done)
    else:
        terminal.say(
            f"{args.into}: {built.done} cells done in {built.seconds:.0f} s of work, {built.found} found finished; "
            f"{'stored' if changed else 'nothing changed'}. Checkpoints are in {folder}"
        )
    return 0


def _verdicts(args: argparse.Namespace) -> int:
    """0 where every verdict agrees with the truth or the effect is below what could be seen; else 1."""
    from dataclasses import asdict

    from analysis.planted import scoreboard
    from loaders.controls.design import VARIANTS, read_truth
    from loaders.store.store import Store

    rows = scoreboard(Store.opened(args.results).findings(args.set), read_truth(), VARIANTS)
    if args.json:
        terminal.say_json([asdict(row) for row in rows])
    else:
        line = "{:36} {:44} {:5} {:8} {:13} {:12} {:>7}"
        terminal.say(terminal.row(line, ("behaviour", "series", "axis", "planted", "verdict", "outcome", "change")))
        for row in rows:
            change = "" if row.change is None else f"{row.change:+.2f}"
            cells = (row.behavior, row.series, row.axis, row.planted, row.verdict, row.outcome, change)
            terminal.say(terminal.row(line, cells))
    return 0 if all(row.outcome not in ("missed", "false alarm", "wrong sign") for row in rows) else 1
