"""The console script `scalewatch`: exit code 0 done, 1 the work failed, 2 bad usage."""

from __future__ import annotations

import argparse
import importlib
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from analysis.errors import ScalewatchError
from analysis.trends.fit.side_by_side import use_processes
from dashboard.commands import COMMANDS, terminal
from loaders.store.results_folder import NO_SHIPPED_VARIABLE


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command. Errors a user can cause go to stderr: the reason on one line, then the remedy. So does Ctrl-C,
    where a command has not its own end for it."""
    terminal.any_encoding()
    args = _parser().parse_args(argv)
    if args.no_shipped:
        os.environ[NO_SHIPPED_VARIABLE] = "1"
    use_processes(os.cpu_count() or 1)
    try:
        return int(args.run(args))
    except ScalewatchError as error:
        report_error(error.reason, error.remedy)
        return 1
    except KeyboardInterrupt:
        report_error("stopped; what was not finished is not stored")
        return 1
    except BrokenPipeError:
        sys.stderr.close()  # the reader of our output (head, less) has gone
        return 0


def report_error(reason: str, remedy: str = "") -> None:
    """Reason on the first line, remedy on the lines after."""
    terminal.tell(f"scalewatch: {reason}", *remedy.splitlines())


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="scalewatch", description="Scaling and RLHF trends of language-model behaviours."
    )
    subparsers = parser.add_subparsers(metavar="COMMAND", required=True)
    for name, module_name in COMMANDS.items():
        module = importlib.import_module(module_name)
        sub = subparsers.add_parser(name, help=module.SUMMARY, description=module.SUMMARY)
        module.add_arguments(sub)
        sub.add_argument(
            "--results", type=Path, metavar="DIR",
            help="results folder (default: $SCALEWATCH_RESULTS, else ./cached_results)",
        )  # fmt: skip
        sub.add_argument("--no-shipped", action="store_true", help="leave out the sets that come with scalewatch")
        sub.set_defaults(run=module.run)
    return parser


if __name__ == "__main__":
    sys.exit(main())
