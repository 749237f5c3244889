"""Starting the dashboard: Streamlit in this process, on this machine only unless told otherwise."""

from __future__ import annotations

import contextlib
import os
import socket
import sys
from pathlib import Path

APP = Path(__file__).resolve().parent / "app.py"
CONFIG = APP.parent / ".streamlit" / "config.toml"
LOOPBACK = ("127.0.0.1", "localhost", "::1")


def serve(port: int, host: str = "127.0.0.1", results: Path | None = None) -> int:
    """Serve until interrupted; 0 after that, 1 where the port cannot be had.

    `results` is the results folder (default: see loaders.store.find_results_dir). Settings come from the
    packaged config file, whatever the working directory. Another address than this machine's own is warned
    about on stderr.
    """
    if reason := _refused(host, port):
        print(f"scalewatch: cannot listen on {host}:{port}: {reason}", file=sys.stderr)
        print(f"Stop what uses it, or choose another: scalewatch serve --port {port + 1}", file=sys.stderr)
        return 1
    if host not in LOOPBACK:
        print(
            f"scalewatch: warning: {host} can be reached from other machines; there is no password. "
            "Leave out --host to serve this machine only.",
            file=sys.stderr,
        )
    if results is not None:
        os.environ["SCALEWATCH_RESULTS"] = str(results.resolve())
    shown = "127.0.0.1" if host in ("0.0.0.0", "") else "[::1]" if host in ("::", "::1") else host
    print(f"scalewatch: http://{shown}:{port} (Ctrl+C stops it)", flush=True)
    with contextlib.suppress(KeyboardInterrupt):
        _run(port, host, shown)
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


def _run(port: int, host: str, shown: str) -> None:
    from streamlit import config
    from streamlit.web import bootstrap

    config._main_script_path = str(APP)
    options = {
        "server_port": port,
        "server_address": host,
        "server_headless": True,
        "browser_serverAddress": shown.strip("[]"),  # known, so nothing is asked outside
        "browser_gatherUsageStats": False,
        "logger_hideWelcomeMessage": True,
    }
    _warm_up()
    bootstrap.load_config_options(flag_options=options)
    bootstrap.prepare_streamlit_environment(str(APP))
    bootstrap.run(str(APP), False, [], options)


def _warm_up() -> None:
    """Import what the first page needs before the address answers, so that no reader waits for it."""
