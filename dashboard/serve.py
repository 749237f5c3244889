"""Starting the dashboard: Streamlit in this process, on this machine only unless told otherwise."""

from __future__ import annotations

import importlib
import logging
import os
import signal
import socket
import sys
import threading
import time
from pathlib import Path

from dashboard.access import Role
from dashboard.server.hosts import HostNames, host_names
from dashboard.server.serving import Serving, streamlit_options
from dashboard.server.tokens import VARIABLES, Tokens, make_tokens

APP = Path(__file__).resolve().parent / "app.py"
CONFIG = APP.parent / ".streamlit" / "config.toml"
FIRST_VISIT_S = 8.0
TURN_S = 0.001
"""How long a thread keeps Python's lock while others wait: a page looks at a thousand files, and waits after each."""
LATER = (
    "plotly.graph_objects",
    "dashboard.renderers.plotly.scaling",
    "dashboard.screens.behaviour.page",
    "dashboard.screens.method.page",
)
"""What is slow to import and on no first page."""


def serve(serving: Serving, results: Path | None = None) -> int:
    """Serve until interrupted; 0 after that, 1 where the port cannot be had.

    `results` is the results folder (default: see loaders.store.find_results_dir). Settings come from the
    packaged config file, whatever the working directory. Where others can reach it, it asks for a token or says on
    stderr that it does not. ScalewatchError where a given name or token is none.
    """
    names = host_names(serving.host, serving.allow_hosts)
    wanted = serving.asks_token and (not serving.is_private or any(map(os.environ.get, VARIABLES.values())))
    tokens = make_tokens(serving.port, os.environ) if wanted else None
    if reason := _refused(serving.host, serving.port):
        print(f"scalewatch: cannot listen on {serving.host}:{serving.port}: {reason}", file=sys.stderr)
        print(f"Stop what uses it, or choose another: scalewatch serve --port {serving.port + 1}", file=sys.stderr)
        return 1
    if results is not None:
        os.environ["SCALEWATCH_RESULTS"] = str(results.resolve())
    _say(serving, tokens)
    try:
        _run(serving, names, tokens)
    except KeyboardInterrupt:
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # who presses it twice waits for the same end
    return 0


def _refused(host: str, port: int) -> str:
    """Why nothing can listen there; empty where it can."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        with socket.socket(family, socket.SOCK_STREAM) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((host, port))
    except OSError as error:
        return (error.strerror or str(error)).lower()
    except OverflowError:
        return "a port is a number from 0 to 65535"
    return ""


def _say(serving: Serving, tokens: Tokens | None) -> None:
    """The address, or a link for each token; a token that somebody set is named, not shown."""
    if tokens is None:
        print(f"scalewatch: {serving.address()} (Ctrl+C stops it)", flush=True)
        if not serving.is_private:
            print(
                "scalewatch: warning: others can reach this server and it asks for no token: they see everything and "
                "change nothing. Leave out --no-token to ask.",
                file=sys.stderr,
            )
        return
    links: tuple[tuple[Role, str, str, str], ...] = (
        ("owner", tokens.owner, serving.address(), "yours, Ctrl+C stops the server"),
        ("reader", tokens.reader, serving.address(of_others=True), "for readers, it changes nothing"),
    )
    for role, token, address, whose in links:
        shown = f"${VARIABLES[role]}" if os.environ.get(VARIABLES[role]) else token
        print(f"scalewatch: {address}/?token={shown} ({whose})", flush=True)


def _run(serving: Serving, names: HostNames, tokens: Tokens | None) -> None:
    from dashboard.server.app import Guard, GuardedApp

    os.environ["FORWARDED_ALLOW_IPS"] = ""  # uvicorn's: whose X-Forwarded headers are believed
    logging.getLogger("uvicorn.error").addFilter(_is_worth_a_line)
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # a service is stopped as Ctrl+C stops it
    sys.setswitchinterval(TURN_S)
    sys.argv = [str(APP)]  # Streamlit reads the config file that lies beside it
    guard = Guard(names, tokens, "owner" if serving.is_private else "reader", serving.base)
    threading.Thread(target=_read_ahead, daemon=True).start()
    GuardedApp(APP, guard).run(config=streamlit_options(serving, names))


def _read_ahead() -> None:
    """What the first page needs, while the server starts and the first browser loads its scripts; what other pages
    import, when that page is likely drawn."""
    read_for_first_page()
    time.sleep(FIRST_VISIT_S)
    for name in LATER:
        importlib.import_module(name)


def read_for_first_page() -> None:
    """Read the results folder and have its stale findings computed."""
    from dashboard.results import refreshing
    from dashboard.results.gender_bias import sets_with_pronouns
    from dashboard.results.preferences import sets_with_preferences
    from dashboard.results.sets import ranked, results

    found = results()
    refreshing.ask(found.stale)
    ranked(found, "size")
    sets_with_preferences(found)
    sets_with_pronouns(found)
    importlib.import_module("dashboard.screens.findings.page")


def _is_worth_a_line(record: logging.LogRecord) -> bool:
    """Warnings are; the addresses of handshakes are not, a token could stand in one, nor is a second Ctrl+C."""
    return record.levelno >= logging.WARNING and "CancelledError" not in record.getMessage()
