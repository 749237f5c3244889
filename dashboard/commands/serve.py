"""scalewatch serve: the dashboard in a browser."""

from __future__ import annotations

import argparse

SUMMARY = "open the dashboard in a browser"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """--port, --host."""
    parser.add_argument("--port", type=int, default=8501, help="port to listen on (default 8501)")
    parser.add_argument(
        "--host", default="127.0.0.1", help="address to listen on (default 127.0.0.1: this machine only)"
    )


def run(args: argparse.Namespace) -> int:
    """Serve, while stale findings are computed anew in a process of their own."""
    from dashboard.results import refreshing
    from dashboard.serve import serve
    from loaders.store.results_folder import find_results_dir

    folder = find_results_dir(args.results)
    refreshing.start(folder)
    return serve(args.port, args.host, folder)
