"""The real server in a process of its own, spoken to over raw sockets; Ctrl+C ends it quietly."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from answer_builders import store_answers_set
from guarded_server import PLANTED, SCRIPT, Running, guarded, stop


@pytest.fixture(scope="module")
def private(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """A server of its user alone."""
    folder = tmp_path_factory.mktemp("private")
    store_answers_set(folder / "results")
    with guarded(folder) as running:
        yield running
        assert stop(running, signal.SIGINT) == 0
        assert running.said().startswith(f"scalewatch: http://127.0.0.1:{running.port} (Ctrl+C stops it)\n")
        assert "Traceback" not in running.said()


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """A server others can reach, below a base path."""
    folder = tmp_path_factory.mktemp("shared")
    store_answers_set(folder / "results")
    with guarded(folder, "--host", "0.0.0.0", "--base-path", "/scales", health="/scales/_stcore/health") as running:
        yield running
        assert stop(running, signal.SIGINT, times=2) == 0
        assert len(running.said().splitlines()) == 2


def test_handshakes_of_foreign_pages_are_refused_and_nothing_outside_is_asked(private: Running) -> None:
    own, evil = f"127.0.0.1:{private.port}", f"evil.example:{private.port}"
    assert private.handshake(own) == 101
    assert private.handshake(own, f"Origin: http://{own}") == 101
    assert private.handshake(f"localhost:{private.port}", f"Origin: http://localhost:{private.port}") == 101
    assert private.handshake(own, f"Origin: http://localhost:{private.port}") == 101
    assert private.handshake(evil, f"Origin: http://{evil}") == 403
    assert private.handshake(own, "Origin: http://evil.example") == 403
    assert private.handshake(own, f"Origin: http://{evil}") == 403
    assert private.handshake(own, "Origin: null") == 403
    assert private.handshake(own, "Origin: http://127.0.0.1:9999") == 403
    assert private.handshake(f"{own}\nHost: {own}") in (400, 403)
    assert not private.outside.exists(), private.outside.read_text()


def test_a_look_up_would_have_been_written_down(tmp_path: Path) -> None:
    look = "import socket; socket.socket(socket.AF_INET, socket.SOCK_DGRAM).connect(('192.0.2.1', 9))"
    code = SCRIPT.partition("if __name__")[0] + look
    subprocess.run([sys.executable, "-c", code, str(tmp_path / "outside")], check=True)
    assert (tmp_path / "outside").read_text() == "socket.connect 192.0.2.1\n"


def test_pages_of_foreign_hosts_are_refused(private: Running) -> None:
    assert private.get("/").startswith("HTTP/1.1 200")
    assert private.get("/", host=f"evil.example:{private.port}").startswith("HTTP/1.1 421")
    assert private.get("/_stcore/health", host="127.0.0.1.evil.example").startswith("HTTP/1.1 421")
    assert private.get("/", host=f"localhost:{private.port}@evil.example").startswith("HTTP/1.1 400")
    assert private.send("GET / HTTP/1.0\nConnection: close\n\n").startswith("HTTP/1.1 400")
    assert private.get("/_stcore/metrics").startswith("HTTP/1.1 404")
    for path in ("/", "/_stcore/health", "/static/none.js", "/_stcore/metrics"):
        assert "x-frame-options: SAMEORIGIN" in private.get(path)


def test_nothing_is_taken_from_the_folder_it_is_started_in(private: Running) -> None:
    assert private.handshake(f"127.0.0.1:{private.port}", f"Origin: http://127.0.0.1:{private.port}") == 101
    assert [name for name in PLANTED if (private.log.parent / name).exists()] == []
    assert "access-control" not in private.get("/_stcore/health", "Origin: http://evil.example").lower()


def test_a_token_is_asked_and_printed_once(shared: Running) -> None:
    owner, reader = shared.tokens()
    assert shared.get("/scales/").startswith("HTTP/1.1 401")
    assert shared.handshake(f"127.0.0.1:{shared.port}") == 403
    answer = shared.get(f"/scales/models?token={reader}&set=mine", "X-Forwarded-Proto: https", host="192.168.7.7")
    assert answer.startswith("HTTP/1.1 303")
    assert "location: /scales/models?set=mine\r\n" in answer
    assert f"set-cookie: scalewatch_{shared.port}=" in answer
    assert "secure" not in answer.lower()
    cookie = "Cookie: " + answer.partition("set-cookie: ")[2].partition(";")[0]
    assert shared.get("/scales/models", cookie).startswith("HTTP/1.1 200")
    assert shared.get("/scales/models", cookie, host="evil.example").startswith("HTTP/1.1 421")
    wrong = f"GET /scales/_stcore/stream?token={owner} HTTP/1.1"
    shared.send(f"{wrong}\nHost: 127.0.0.1\nUpgrade: websocket\nConnection: Upgrade\nSec-WebSocket-Version: 13\n"
                "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\n\n")  # fmt: skip
    assert [shared.said().count(token) for token in (owner, reader)] == [1, 1]
    assert not shared.outside.exists(), shared.outside.read_text()
