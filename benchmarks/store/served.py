"""A dashboard to measure, and the browser it is measured with."""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

SETTLED = "document.querySelector('[data-testid=stApp]')?.dataset.testScriptState === 'notRunning'"
"""True in a page whose script has run and whose answer is drawn."""
VERDICTS = "[data-testid=stMain] [data-testid=stButtonGroup] button:visible"
"""Pills and segments of a page."""


@dataclass(frozen=True, slots=True)
class Server:
    """A running server."""

    address: str
    process: int

    @property
    def resident_mib(self) -> float:
        """Memory it holds now."""
        return int(Path(f"/proc/{self.process}/statm").read_text().split()[1]) * 4096 / 2**20

    @property
    def cpu_s(self) -> float:
        """CPU-seconds it took so far, of user and system."""
        ticks = Path(f"/proc/{self.process}/stat").read_text().rpartition(")")[2].split()[11:13]
        return sum(map(int, ticks)) / os.sysconf("SC_CLK_TCK")


@contextlib.contextmanager
def served(results: Path) -> Iterator[Server]:
    """A server of a results folder, from when it answers; stopped afterwards."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "dashboard.commands.cli", "serve", "--port", str(port), "--results", str(results)]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    try:
        _wait_for(port)
        yield Server(f"http://127.0.0.1:{port}", server.pid)
    finally:
        server.terminate()
        server.wait()


def chromium() -> str:
    """Where the browser is."""
    path = shutil.which("chromium") or shutil.which("google-chrome")
    if path is None:
        raise SystemExit("needs Chromium")
    return path


def _wait_for(port: int) -> None:
    for _ in range(600):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise SystemExit("the server did not start")
