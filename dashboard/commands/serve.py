"""scalewatch serve: the dashboard in a browser."""

from __future__ import annotations

import argparse
import subprocess
import sys

SUMMARY = "open the dashboard in a browser"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """--port, --host."""
    parser.add_argument("--port", type=int, default=8501, help="port to listen on (default 8501)")
    parser.add_argument(
        "--host", default="127.0.0.1", help="address to listen on (default 127.0.0.1: this machine only)"
    )


def run(args: argparse.Namespace) -> int:
    """Bring findings up to date in a process of their own, then serve."""
    from dashboard.serve import serve
    from loaders.store.results_folder import find_results_dir
    from loaders.store.store import Store

    folder = find_results_dir(args.results)
    if Store(folder).stale_sets():
        command = [sys.executable, "-m", "dashboard.commands.cli", "findings", "--refresh", "--results", str(folder)]
        subprocess.run(command, check=False, stdout=subprocess.DEVNULL)
    return serve(args.port, args.host, folder)
