"""The real server, started as its console script is, from a folder that wishes it ill; its connections are noted."""

from __future__ import annotations

import contextlib
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from places import ROOT

SCRIPT = '''
import ipaddress, sys

def listen(event, args):
    """Write down every name that is looked up and every address beyond this machine that is spoken to."""
    if event in ("socket.connect", "socket.sendto", "socket.getaddrinfo", "socket.gethostbyname"):
        place = args[1] if event in ("socket.connect", "socket.sendto") else args[0]
        place = place[0] if isinstance(place, tuple) else place
        try:
            inside = ipaddress.ip_address(place).is_loopback
        except ValueError:
            inside = place == "localhost"
        if not inside:
            with open(sys.argv[1], "a") as asked:
                print(event, place, file=asked)

sys.addaudithook(listen)
if __name__ == "__main__":
    from dashboard.commands.cli import main
    sys.exit(main(sys.argv[2:]))
'''
PLANTED = (
    "json",
    "streamlit",
    "socket",
    "pickle",
    "struct",
    "dashboard",
    "starlette",
    "app",
    "server",
    "sitecustomize",
)
"""Modules that lie in the folder it is started from, and must not be imported."""
CONFIG = """
[server]
enableCORS = false
enableXsrfProtection = false
allowedHosts = ["*"]
enableStaticServing = true
enableAgentApi = true
[browser]
gatherUsageStats = true
serverAddress = "evil.example"
"""


@dataclass(frozen=True)
class Running:
    """A server that answers."""

    process: subprocess.Popen[bytes]
    port: int
    log: Path
    outside: Path
    """A line for each look-up and each connection beyond this machine; absent where there was none."""

    def said(self) -> str:
        """All it printed so far."""
        return self.log.read_text(encoding="utf-8")

    def tokens(self) -> list[str]:
        """Of the owner, of readers."""
        return re.findall(r"token=(\S+)", self.said())

    def send(self, request: str) -> str:
        """The answer to a raw request, until the server closes or has said its head."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=10) as to:
            to.sendall(request.replace("\n", "\r\n").encode())
            answer = b""
            while b"\r\n\r\n" not in answer and (part := to.recv(65536)):
                answer += part
        return answer.decode("latin-1")

    def get(self, path: str, *headers: str, host: str = "127.0.0.1") -> str:
        """The head of a page's answer."""
        lines = [f"GET {path} HTTP/1.1", f"Host: {host}", "Connection: close", *headers, "", ""]
        return self.send("\n".join(lines))

    def handshake(self, host: str, *headers: str) -> int:
        """Status of a WebSocket handshake with Streamlit."""
        lines = [
            "GET /_stcore/stream HTTP/1.1", f"Host: {host}", "Upgrade: websocket", "Connection: Upgrade",
            "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==", "Sec-WebSocket-Version: 13", *headers, "", "",
        ]  # fmt: skip
        return int(self.send("\n".join(lines)).split(" ")[1])


@contextlib.contextmanager
def guarded(folder: Path, *arguments: str, health: str = "/_stcore/health") -> Iterator[Running]:
    """`scalewatch serve` with these arguments, on the results in `folder / "results"`."""
    (folder / "bin").mkdir()
    (folder / "bin" / "scalewatch").write_text(SCRIPT, encoding="utf-8")
    (folder / "here" / ".streamlit").mkdir(parents=True)
    (folder / "here" / ".streamlit" / "config.toml").write_text(CONFIG, encoding="utf-8")
    for name in PLANTED:
        (folder / "here" / f"{name}.py").write_text(f"open({str(folder / name)!r}, 'w')", encoding="utf-8")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    log, outside = folder / "log", folder / "outside"
    command = [str(folder / "bin" / "scalewatch"), str(outside), "serve", "--port", str(port)]
    with log.open("wb") as out:
        process = subprocess.Popen(
            [sys.executable, *command, "--results", str(folder / "results"), *arguments],
            cwd=folder / "here", env={**os.environ, "PYTHONPATH": str(ROOT)}, stdout=out, stderr=out,
        )  # fmt: skip
    running = Running(process, port, log, outside)
    try:
        _wait_until_up(running, health)
        yield running
    finally:
        process.kill()
        process.wait(timeout=20)


def stop(running: Running, number: signal.Signals, times: int = 1) -> int:
    """Exit code after that signal."""
    for _ in range(times):
        running.process.send_signal(number)
        time.sleep(0.05)
    return running.process.wait(timeout=20)


def _wait_until_up(running: Running, health: str) -> None:
    deadline = time.monotonic() + 60
    while True:
        with contextlib.suppress(OSError):
            if " 200 " in running.get(health):
                return
        if running.process.poll() is not None or time.monotonic() > deadline:
            raise AssertionError(running.said())
        time.sleep(0.1)
