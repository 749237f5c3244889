"""scalewatch run: every checkpoint of a sweep file on every evaluation, resumed where it stopped."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from dashboard.commands import terminal

if TYPE_CHECKING:
    from loaders.sweep.run import Executor, SweepReport

MOST_REASONS = 20
"""Reasons of failed jobs that are printed, once per checkpoint; --json lists every job."""
SUMMARY = "score checkpoints on evaluations, as a sweep file says"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """SWEEP, --executor, --limit, --evaluations, --retry-unanswered, --dry-run, --ray-address, --json."""
    parser.add_argument("sweep", metavar="SWEEP.yaml", help="a sweep file, or the name of a ready sweep: pythia, ...")
    parser.add_argument("--executor", choices=("serial", "ray"), default="serial", help="this process, or a cluster")
    parser.add_argument("--ray-address", metavar="ADDRESS", help="a running Ray cluster; default: one on this machine")
    parser.add_argument("--limit", type=_count, metavar="N", help="questions per evaluation, instead of the file's")
    parser.add_argument("--evaluations", type=Path, metavar="DIR", help="a checkout of anthropics/evals")
    parser.add_argument(
        "--retry-unanswered", action="store_true", help="run stored jobs again that have questions without an answer"
    )
    parser.add_argument("--dry-run", action="store_true", help="show what would run; score nothing")
    parser.add_argument("--json", action="store_true", help="print the report as one JSON document")


def run(args: argparse.Namespace) -> int:
    """0 where everything asked for is stored, 1 where something failed or the run was interrupted."""
    from tqdm import tqdm

    from analysis.errors import ScalewatchError
    from loaders.store.store import Store
    from loaders.sweep.run import plan_sweep, run_sweep
    from loaders.sweep.sweep_file import read_sweep, sweep_path

    if args.evaluations is not None and not args.evaluations.is_dir():
        raise ScalewatchError(f"There is no folder {args.evaluations}.", "Give a checkout of anthropics/evals.")
    sweep = read_sweep(sweep_path(args.sweep), limit=args.limit, evaluations_root=args.evaluations)
    store = Store.opened(args.results)
    if args.dry_run:
        report = plan_sweep(sweep, store, retry_unanswered=args.retry_unanswered)
        _show_plan(report)
        cached, jobs = report.count(report.cached), len(report.jobs)
        terminal.tell(f"{report.into}: {cached} of {jobs} jobs are stored, {jobs - cached} would run")
    else:
        with tqdm(unit="question", disable=not sys.stderr.isatty(), dynamic_ncols=True) as bar:

            def planned(report: SweepReport) -> None:
                _show_plan(report)
                bar.reset(sum(job.evaluation.n_questions for job in report.jobs if job.key not in report.cached))

            executor = _executor(args.executor, args.ray_address)
            report = run_sweep(
                sweep, store, executor=executor, retry_unanswered=args.retry_unanswered, planned=planned,
                tick=bar.update,
            )  # fmt: skip
        _show_outcome(report, args.sweep)
    if args.json:
        terminal.say_json({**report.as_json(), "dry_run": args.dry_run})
    return 0 if report.is_complete else 1


def _count(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number from 1")
    return int(text)


def _executor(name: str, ray_address: str | None) -> Executor:
    if name == "ray":
        from loaders.sweep.ray_executor import RayExecutor

        return RayExecutor(ray_address)
    from loaders.sweep.serial_executor import run_serial

    return run_serial


def _show_plan(report: SweepReport) -> None:
    from loaders.sweep.plan import plan_table

    terminal.tell(*plan_table(report.jobs, report.cached).split("\n"))
    if report.n_leaving:
        terminal.tell(
            f"set '{report.into}': {report.n_leaving} stored rates are not asked for by this file any more and leave "
            "the set; their shards stay"
        )
    if report.n_fewer:
        terminal.tell(
            f"set '{report.into}': {report.n_fewer} stored rates over more questions than are asked now are replaced; "
            "their shards stay, and the same file without the lower limit brings them back"
        )


def _show_outcome(report: SweepReport, sweep: str) -> None:
    """The summary on stderr, failures first."""
    alike: dict[tuple[str, str], list[str]] = {}
    for job, reason in report.failed:
        named = f"{job.evaluation.name}, {job.prompt_style}"
        alike.setdefault((job.target.checkpoint.name, reason), []).append(named)
    for (name, reason), places in list(alike.items())[:MOST_REASONS]:
        more = f" and {len(places) - 1} more" if len(places) > 1 else ""
        terminal.tell(f"failed: {name}, {places[0]}{more}: {reason}")
    if len(alike) > MOST_REASONS:
        terminal.tell(f"and {len(alike) - MOST_REASONS} more reasons; --json lists every failed job")
    for job, n, reason in report.unanswered[:MOST_REASONS]:
        place = f"{job.target.checkpoint.name}, {job.evaluation.name}, {job.prompt_style}"
        terminal.tell(f"{n} questions without an answer: {place}: {reason}")
    if len(report.unanswered) > MOST_REASONS:
        terminal.tell(f"and {len(report.unanswered) - MOST_REASONS} more jobs with such questions; --json lists all")
    for note in report.notes:
        terminal.tell(note)
    if report.set_problem:
        terminal.tell(f"scalewatch: the set could not be stored, the answers are: {report.set_problem}")
    done, cached, failed = report.count(report.done), report.count(report.cached), len(report.failed)
    terminal.tell(
        f"{report.into}: {done} jobs scored, {cached} stored before, {failed} failed, "
        f"{len(report.jobs) - cached - done} of {len(report.jobs)} missing"
    )
    if report.interrupted:
        terminal.tell(f"stopped; to go on where it stopped: scalewatch run {sweep}")
