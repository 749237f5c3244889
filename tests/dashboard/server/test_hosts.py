"""Which hosts a server answers to: names by name, addresses by address, and nothing that only looks like one."""

from __future__ import annotations

import socket

import pytest

from analysis.errors import ScalewatchError
from dashboard.server.hosts import host_names, is_loopback, is_own_origin, parse_host


@pytest.mark.parametrize(
    ("host", "place"),
    [
        ("localhost:8501", ("localhost", "8501")),
        ("LOCALHOST", ("localhost", "")),
        ("localhost.", ("localhost", "")),
        ("localhost..", ("localhost.", "")),
        ("[::1]:8501", ("::1", "8501")),
        ("[0:0:0:0:0:0:0:1]", ("::1", "")),
        ("h:0", ("h", "0")),
        ("h:65535", ("h", "65535")),
    ],
)
def test_a_host_is_read_as_browsers_write_it(host: str, place: tuple[str, str]) -> None:
    assert parse_host(host) == place


@pytest.mark.parametrize(
    "host",
    [
        "", ":8501", "localhost:", "h:65536", "h:-1", "h:1:2", "localhost:8501@evil.example", "user@localhost",
        "localhost/evil", "localhost evil", "localhost,evil.example", "::1", "[::1", "::1]", "[localhost]",
        "[127.0.0.1]:1", "[::1%25lo]", "[::g]", "локалхост", "h:８５０１", "localhost\n",
    ],
)  # fmt: skip
def test_a_malformed_host_is_none(host: str) -> None:
    assert parse_host(host) is None


@pytest.mark.parametrize(
    ("host", "held"),
    [
        ("127.0.0.1:8501", True), ("localhost", True), ("[::1]:8501", True), ("127.0.0.1:1", True),
        ("localhost.", True), ("evil.example", False), ("127.0.0.1.evil.example", False), ("evil.localhost", False),
        ("localhost..", False),
        ("127.0.0.2", False), ("192.168.1.5", False), ("0.0.0.0", False), ("[::ffff:127.0.0.1]", False),
        ("2130706433", False), ("127.1", False), ("0x7f.0.0.1", False), ("127.000.000.001", False),
    ],
)  # fmt: skip
def test_on_loopback_three_names_are_held(host: str, held: bool) -> None:
    assert host_names("127.0.0.1").hold(host) == held


@pytest.mark.parametrize("listening", ["0.0.0.0", "::", ""])
def test_on_every_address_addresses_are_held_and_names_are_not(listening: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket, "gethostname", lambda: "LabBox")
    names = host_names(listening)
    held = ["192.168.1.5:8501", "[fe80::1]", "10.0.0.1", "labbox:8501", "localhost"]
    assert [host for host in held if not names.hold(host)] == []
    foreign = ["evil.example", "labbox.evil.example", "192.168.1.5.evil.example", "2130706433", "999.1.1.1"]
    assert [host for host in foreign if names.hold(host)] == []


def test_given_names_are_held_and_no_names_below_them() -> None:
    names = host_names("192.168.1.5", ["Scales.Example", "2001:DB8::1"])
    assert names.hold("scales.example")
    assert names.hold("192.168.1.5:8501")
    assert names.hold("[2001:db8::1]:443")
    assert not names.hold("a.scales.example")
    assert not names.hold("192.168.1.6")


@pytest.mark.parametrize("name", ["https://scales.example", "scales.example:443", "*", "", "a b", "-*.example"])
def test_what_is_no_name_cannot_be_given(name: str) -> None:
    with pytest.raises(ScalewatchError) as raised:
        host_names("127.0.0.1", [name])
    assert repr(name) in raised.value.reason
    assert "--allow-host scales.example" in raised.value.remedy


@pytest.mark.parametrize(
    ("origin", "host", "own"),
    [
        ("http://127.0.0.1:8501", "127.0.0.1:8501", True),
        ("https://scales.example", "scales.example", True),
        ("http://localhost:8501", "127.0.0.1:8501", True),
        ("http://127.0.0.1:8501", "localhost:8501", True),
        ("http://[::1]:8501", "[::1]:8501", True),
        ("http://127.0.0.1:9999", "127.0.0.1:8501", False),
        ("http://localhost:9999", "127.0.0.1:8501", False),
        ("http://127.0.0.1", "127.0.0.1:8501", False),
        ("http://[::1]:8501", "127.0.0.1:8501", False),
        ("http://other.example", "scales.example", False),
        ("http://scales.example", "localhost", False),
        ("http://127.0.0.1:8501.evil.example", "127.0.0.1:8501", False),
        ("http://127.0.0.1:8501@evil.example", "127.0.0.1:8501", False),
        ("null", "127.0.0.1:8501", False),
        ("", "127.0.0.1:8501", False),
        ("file://127.0.0.1:8501", "127.0.0.1:8501", False),
        ("127.0.0.1:8501", "127.0.0.1:8501", False),
    ],
)
def test_only_the_servers_own_pages_are_its_own(origin: str, host: str, own: bool) -> None:
    assert is_own_origin(origin, host) == own


@pytest.mark.parametrize(
    ("host", "loopback"),
    [("127.0.0.1", True), ("127.9.9.9", True), ("localhost", True), ("::1", True), ("0.0.0.0", False), ("::", False),
     ("", False), ("128.0.0.1", False), ("localhost.example", False)],
)  # fmt: skip
def test_what_reaches_this_machine_only(host: str, loopback: bool) -> None:
    assert is_loopback(host) == loopback
