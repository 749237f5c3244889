"""Serving says clearly when it cannot, and asks for a token where others can reach it."""

from __future__ import annotations

import socket
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from analysis.errors import ScalewatchError
from dashboard import serve as module
from dashboard.server.hosts import HostNames, host_names
from dashboard.server.serving import Serving, streamlit_options
from dashboard.server.tokens import VARIABLES, Tokens


def free() -> Serving:
    """On a port that is free."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return Serving(probe.getsockname()[1])


def test_a_port_in_use_is_an_error_with_a_remedy(capsys: pytest.CaptureFixture[str]) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert module.serve(Serving(port)) == 1
    error = capsys.readouterr().err.splitlines()
    assert f"cannot listen on 127.0.0.1:{port}: address already in use" in error[0]
    assert "--port" in error[1]


PRIVATE, OPEN = Serving(), Serving(host="0.0.0.0")


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[tuple[Serving, HostNames, Tokens | None]]:
    """What would have been started."""
    calls: list[tuple[Serving, HostNames, Tokens | None]] = []
    monkeypatch.setattr(module, "_run", lambda *args: calls.append(args))
    for variable in (*VARIABLES.values(), "SCALEWATCH_RESULTS"):
        monkeypatch.setenv(variable, "")
    return calls


@pytest.mark.parametrize(
    ("serving", "asked"),
    [
        (Serving(), False),
        (Serving(host="::1"), False),
        (Serving(host="127.0.0.2"), False),
        (Serving(allow_hosts=("localhost",)), False),
        (Serving(host="0.0.0.0"), True),
        (Serving(host="0.0.0.0", allow_hosts=("localhost",)), True),
        (Serving(allow_hosts=("scales.example",)), True),
        (Serving(host="0.0.0.0", asks_token=False), False),
    ],
)
def test_a_token_is_asked_where_others_can_come(
    serving: Serving, asked: bool, started: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_refused", lambda host, port: "")
    assert module.serve(serving) == 0
    assert (started[0][2] is not None) == asked


def test_a_token_in_the_environment_is_asked_for_everywhere(
    started: list[Any], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("SCALEWATCH_READER_TOKEN", "a secret of sixteen")
    assert module.serve(free()) == 0
    assert started[0][2].reader == "a secret of sixteen"
    owner, reader = capsys.readouterr().out.splitlines()
    assert f"/?token={started[0][2].owner} " in owner
    assert "secret" not in reader
    assert "/?token=$SCALEWATCH_READER_TOKEN " in reader


def test_links_are_printed_for_owner_and_readers(
    started: list[Any], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(socket, "gethostname", lambda: "labbox")
    serving = replace(free(), host="0.0.0.0", base_path="scales/")
    assert module.serve(serving) == 0
    out = capsys.readouterr()
    tokens = started[0][2]
    owner, reader = out.out.splitlines()
    assert owner.startswith(f"scalewatch: http://127.0.0.1:{serving.port}/scales/?token={tokens.owner} ")
    assert reader.startswith(f"scalewatch: http://labbox:{serving.port}/scales/?token={tokens.reader} ")
    assert out.err == ""


@pytest.mark.parametrize(("host", "warned"), [("127.0.0.1", False), ("0.0.0.0", True)])
def test_serving_others_without_a_token_is_warned_about(
    host: str, warned: bool, started: list[Any], capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    serving = replace(free(), host=host, asks_token=False)
    assert module.serve(serving, tmp_path) == 0
    out = capsys.readouterr()
    assert out.out == f"scalewatch: http://127.0.0.1:{serving.port} (Ctrl+C stops it)\n"
    assert ("warning" in out.err) == warned


@pytest.mark.parametrize(("path", "base"), [("", ""), ("/", ""), ("scales", "/scales"), ("/a/b-1/", "/a/b-1")])
def test_a_base_path_is_written_with_or_without_slashes(path: str, base: str) -> None:
    assert Serving(base_path=path).base == base


@pytest.mark.parametrize("path", ["//evil.example", "/a//b", "..", "/a/../b", "/a?b", "a b", "http://a"])
def test_what_is_no_path_is_refused(path: str) -> None:
    with pytest.raises(ScalewatchError, match="is not a path"):
        Serving(base_path=path)


def test_streamlit_is_told_the_names_too() -> None:
    told = streamlit_options(PRIVATE, host_names("127.0.0.1", ["scales.example"]))
    assert told["server.allowedHosts"] == ["127.0.0.1", "::1", "localhost", "scales.example"]
    assert streamlit_options(OPEN, host_names("0.0.0.0"))["server.allowedHosts"] == ["*"]


def test_the_config_travels_with_the_entry_script() -> None:
    assert module.CONFIG.is_file()
    text = module.CONFIG.read_text(encoding="utf-8")
    assert 'address = "127.0.0.1"' in text
    assert "gatherUsageStats = false" in text
