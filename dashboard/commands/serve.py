"""scalewatch serve: the dashboard in a browser."""

from __future__ import annotations

import argparse
import multiprocessing
import os
import signal
from pathlib import Path

from dashboard.commands import terminal

SUMMARY = "open the dashboard in a browser"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Where it listens, who may come."""
    parser.add_argument("--port", type=int, default=8501, help="port to listen on (default 8501)")
    parser.add_argument(
        "--host", default="127.0.0.1", help="address to listen on (default 127.0.0.1: this machine only)"
    )
    parser.add_argument(
        "--allow-host", action="append", default=[], metavar="NAME",
        help="answer to this name too, of a proxy in front; may be given more than once",
    )  # fmt: skip
    parser.add_argument("--base-path", default="", metavar="PATH", help="path below which a proxy shows it")
    parser.add_argument(
        "--no-token", action="store_true",
        help="where others can reach it, ask for no token: everyone sees everything and changes nothing",
    )  # fmt: skip


def run(args: argparse.Namespace) -> int:
    """Bring findings up to date in a process of their own, then serve, also where that failed."""
    from dashboard.serve import serve
    from dashboard.server.serving import Serving
    from loaders.store.results_folder import find_results_dir
    from loaders.store.store import Store

    serving = Serving(args.port, args.host, tuple(args.allow_host), not args.no_token, args.base_path)
    folder = find_results_dir(args.results)
    if Store(folder).stale_sets():
        os.environ["PYTHONSAFEPATH"] = "1"  # a spawned process looks for its own modules in the working directory first
        # Its own process: the detector's libraries and memory stay out of the server, which may run for weeks.
        worker = multiprocessing.get_context("spawn").Process(target=_refresh, args=(folder,), daemon=True)
        worker.start()
        worker.join()
    return serve(serving, folder)


def _refresh(folder: Path) -> None:
    """In the worker: compute stale findings anew; what cannot be written or read is said on stderr."""
    from analysis.errors import ScalewatchError
    from loaders.store.errors import StoreError
    from loaders.store.store import Store

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
