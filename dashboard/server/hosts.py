"""Which names this server answers to, and which pages may talk to it.

A foreign page reaches a server of this machine by giving its own name this machine's address (DNS rebinding): the
request then names a foreign host. It cannot do so with an address in place of a name.
"""

from __future__ import annotations

import re
import socket
from collections.abc import Iterable
from dataclasses import dataclass
from ipaddress import ip_address
from typing import NamedTuple

from analysis.errors import ScalewatchError

LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
EVERY_ADDRESS = frozenset({"0.0.0.0", "::", ""})
_SAME_MACHINE = frozenset({"127.0.0.1", "localhost"})
_HOST = re.compile(r"(?:\[(?P<six>[0-9A-Fa-f:.]+)\]|(?P<name>[A-Za-z0-9_.-]+))(?::(?P<port>[0-9]{1,5}))?", re.ASCII)


class Place(NamedTuple):
    """A host as a browser writes it into an address."""

    name: str
    """Lower case, without brackets and without the dot a full name may end with."""
    port: str
    """Empty where none is written."""


@dataclass(frozen=True)
class HostNames:
    """The names a server answers to."""

    names: frozenset[str]
    any_address: bool = False
    """Does it answer to every IP address too?"""

    def hold(self, host: str) -> bool:
        """Is this `Host` one of them? Its port is free, because ports are forwarded (ssh -L, containers)."""
        place = parse_host(host)
        return place is not None and (place.name in self.names or (self.any_address and is_address(place.name)))


def parse_host(host: str) -> Place | None:
    """The parts of a `Host`; None where it is malformed."""
    found = _HOST.fullmatch(host)
    if found is None or int(found["port"] or 0) > 65535:
        return None
    six, port = found["six"], found["port"] or ""
    if six is None:
        return Place(found["name"].lower().removesuffix("."), port)
    return Place(str(ip_address(six)), port) if ":" in six and is_address(six) else None


def is_address(name: str) -> bool:
    """Is it an IP address in the form browsers send?"""
    try:
        ip_address(name)
    except ValueError:
        return False
    return True


def is_loopback(host: str) -> bool:
    """Does an address to listen on, or a name, reach this machine only?"""
    return host in LOOPBACK or (is_address(host) and ip_address(host).is_loopback)


def host_names(host: str, allowed: Iterable[str] = ()) -> HostNames:
    """What a server that listens on `host` answers to, with the names it was given on top.

    Asks nothing outside: where it listens on every address it answers to every IP address and to this machine's own
    name. ScalewatchError where a given name is none.
    """
    given = {_given(name) for name in allowed}
    if host in EVERY_ADDRESS:
        return HostNames(LOOPBACK | given | {socket.gethostname().lower()}, any_address=True)
    return HostNames(LOOPBACK | given | {host.lower().removesuffix(".")})


def _given(name: str) -> str:
    bare = f"[{name}]" if ":" in name and is_address(name) else name
    place = parse_host(bare)
    if place is None or place.port or not place.name:
        raise ScalewatchError(
            f"--allow-host {name!r} is not a host name.",
            "Give the name alone, as it stands in the browser's address: --allow-host scales.example",
        )
    return place.name


def is_own_origin(origin: str, host: str) -> bool:
    """Does a page of `origin` belong to the server that was asked as `host`?

    Same name and same port. localhost and 127.0.0.1 are one machine; another port there is another program's page.
    """
    scheme, _, written = origin.partition("://")
    if scheme not in ("http", "https"):
        return False
    page, asked = parse_host(written), parse_host(host)
    if written == host or page is None or asked is None:
        return written == host
    return page.port == asked.port and {page.name, asked.name} <= _SAME_MACHINE
