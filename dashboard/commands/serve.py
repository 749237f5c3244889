"""scalewatch serve: the dashboard in a browser."""

from __future__ import annotations

import argparse

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
    """Serve, while stale findings are computed anew in a process of their own."""
    from dashboard.results import refreshing
    from dashboard.serve import serve
    from dashboard.server.serving import Serving
    from loaders.store.results_folder import find_results_dir

    serving = Serving(args.port, args.host, tuple(args.allow_host), not args.no_token, args.base_path)
    folder = find_results_dir(args.results)
    refreshing.keep(folder)
    return serve(serving, folder)
