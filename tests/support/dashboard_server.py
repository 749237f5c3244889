"""The real dashboard on a results folder, for tests that need a browser."""

from __future__ import annotations

import contextlib
import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

from places import ROOT

SERVE = """
import sys
from dashboard.serve import serve
from dashboard.server.serving import Serving

sys.exit(serve(Serving(int(sys.argv[1]))))
"""


@contextlib.contextmanager
def serving(results: Path) -> Iterator[str]:
    """A fresh server, started from another folder than the repository; its address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    process = subprocess.Popen(
        [sys.executable, "-c", SERVE, str(port)], cwd=results.parent,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        env={**os.environ, "SCALEWATCH_RESULTS": str(results), "PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    address = f"http://127.0.0.1:{port}"
    try:
        _wait_until_up(address)
        yield address
    finally:
        process.terminate()
        assert process.wait(timeout=20) == 0


def _wait_until_up(address: str) -> None:
    deadline = time.monotonic() + 60
    while True:
        try:
            with urllib.request.urlopen(f"{address}/_stcore/health", timeout=2):
                return
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.2)
