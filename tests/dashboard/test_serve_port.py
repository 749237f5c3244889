"""Serving says clearly when it cannot, and warns when others can reach it."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from dashboard import serve as module


def test_a_port_in_use_is_an_error_with_a_remedy(capsys: pytest.CaptureFixture[str]) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert module.serve(port) == 1
    error = capsys.readouterr().err.splitlines()
    assert f"cannot listen on 127.0.0.1:{port}: address already in use" in error[0]
    assert "--port" in error[1]


@pytest.mark.parametrize(("host", "warned"), [("127.0.0.1", False), ("0.0.0.0", True)])
def test_only_other_hosts_are_warned_about(
    host: str,
    warned: bool,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    started: list[tuple[int, str, str]] = []
    monkeypatch.setattr(module, "_run", lambda *args: started.append(args))
    monkeypatch.setenv("SCALEWATCH_RESULTS", "")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    assert module.serve(port, host, tmp_path) == 0
    out = capsys.readouterr()
    assert started == [(port, host, "127.0.0.1")]
    assert f"http://127.0.0.1:{port}" in out.out
    assert ("warning" in out.err) == warned


def test_the_config_travels_with_the_entry_script() -> None:
    assert module.CONFIG.is_file()
    text = module.CONFIG.read_text(encoding="utf-8")
    assert 'address = "127.0.0.1"' in text
    assert "gatherUsageStats = false" in text
