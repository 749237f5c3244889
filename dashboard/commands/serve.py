"""scalewatch serve: the dashboard in a browser."""

from __future__ import annotations

import argparse
import multiprocessing
import signal
from pathlib import Path

from dashboard.commands import terminal

SUMMARY = "open the dashboard in a browser"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """--port, --host."""
    parser.add_argument("--port", type=int, default=8501, help="port to listen on (default 8501)")
    parser.add_argument(
        "--host", default="127.0.0.1", help="address to listen on (default 127.0.0.1: this machine only)"
    )


def run(args: argparse.Namespace) -> int:
    """Bring findings up to date in a process of their own, then serve, also where that failed."""
    from dashboard.serve import serve
    from loaders.store.results_folder import find_results_dir
    from loaders.store.store import Store

    folder = find_results_dir(args.results)
    if Store(folder).stale_sets():
        # Its own process: the detector's libraries and memory stay out of the server, which may run for weeks.
        worker = multiprocessing.get_context("spawn").Process(target=_refresh, args=(folder,), daemon=True)
        worker.start()
        worker.join()
    return serve(args.port, args.host, folder)


def _refresh(folder: Path) -> None:
    """In the worker: compute stale findings anew; what cannot be written or read is said on stderr."""
    from analysis.errors import ScalewatchError
    from loaders.store.store import Store, StoreError

    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent answers Ctrl-C, and ends this process with itself
    store = Store(folder)
    try:
        for name in store.stale_sets():
            store.refresh(name)
    except ScalewatchError as error:
        terminal.tell(f"scalewatch: {error.reason}", *error.remedy.splitlines())
        return
    for name in store.sets():
        try:
            store.findings(name)
        except StoreError as error:
            terminal.tell(f"scalewatch: {error}")
