"""scalewatch import: results of other tools into a result set."""

from __future__ import annotations

import argparse
import shlex
import sys
from pathlib import Path

from dashboard.commands import terminal

MOST_PROBLEMS = 20
"""Problems of one file that are printed; --json lists all."""
SUMMARY = "read results of other tools into a result set"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """PATH..., --into, --format, --models, --source, --dry-run, --json."""
    parser.add_argument("paths", nargs="+", type=Path, metavar="PATH", help="files or folders; never modified")
    parser.add_argument("--into", required=True, metavar="SET", help="result set to store into")
    parser.add_argument("--format", metavar="NAME", help="read every file as this format instead of recognising it")
    parser.add_argument(
        "--models", type=Path, metavar="FILE.toml", help="facts about models the registry does not hold"
    )
    parser.add_argument(
        "--source", type=Path, metavar="SHEET.toml", help="where the results come from, what columns mean"
    )
    parser.add_argument("--dry-run", action="store_true", help="report what would be stored; store nothing")
    parser.add_argument("--json", action="store_true", help="print the report as one JSON document")


def run(args: argparse.Namespace) -> int:
    """0 where anything was kept, 1 where nothing was usable."""
    from tqdm import tqdm

    from loaders.importing.run import import_results
    from loaders.models.registry import load_models_file
    from loaders.store.source_sheet import read_source_sheet
    from loaders.store.store import Store

    store = Store.opened(args.results)
    report = import_results(
        args.paths,
        args.into,
        store,
        format_name=args.format,
        models=load_models_file(args.models) if args.models else None,
        sheet=read_source_sheet(args.source) if args.source else None,
        dry_run=args.dry_run,
        progress=lambda items: tqdm(items, delay=2, unit="file", disable=not sys.stderr.isatty()),
    )
    if args.json:
        terminal.say_json(report.as_json())
    else:
        read = report.kept + report.rejected
        state = "dry run, nothing stored" if args.dry_run else "stored" if report.changed else "nothing changed"
        terminal.say(f"{report.set}: {report.kept} of {read} rows kept, {report.rejected} rejected; {state}")
        if report.kept and not args.dry_run:
            terminal.say(*_where_next(store.folder, args))
    if not report.kept:
        terminal.tell("scalewatch: nothing usable in these files; the set is as it was")
    for file in report.files:
        for problem in file.problems[:MOST_PROBLEMS]:
            line = "" if problem.line is None else f", line {problem.line}"
            terminal.tell(f"{terminal.name(file.path)}{line}: {terminal.name(problem.field)}: {problem.reason}")
        if len(file.problems) > MOST_PROBLEMS:
            more = len(file.problems) - MOST_PROBLEMS
            terminal.tell(f"{terminal.name(file.path)}: and {more} more; --json lists all")
    for model, missing in sorted(report.unknown_models.items()):
        terminal.tell(f"unknown model {terminal.name(repr(model))}: give {', '.join(missing)} in --models FILE.toml")
    return 0 if report.kept else 1


def _where_next(folder: Path, args: argparse.Namespace) -> tuple[str, str]:
    """Where the set lies, and the commands that show it."""
    results = f" --results {shlex.quote(str(args.results))}" if args.results else ""
    show = f"scalewatch serve{results}, or scalewatch findings --set {args.into}{results}"
    return f"in {terminal.name((folder / args.into).resolve())}", f"next: {show}"
