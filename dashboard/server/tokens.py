"""The two tokens of a server others can reach, and the cookie a browser gets for one."""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Mapping
from dataclasses import dataclass

from analysis.errors import ScalewatchError
from dashboard.access import Role

VARIABLES: dict[Role, str] = {"owner": "SCALEWATCH_TOKEN", "reader": "SCALEWATCH_READER_TOKEN"}
"""Environment variables that keep a token over restarts."""
SHORTEST = 16
"""Characters of a token that somebody chose."""


@dataclass(frozen=True)
class Tokens:
    """What lets a browser in, and as whom."""

    owner: str
    reader: str
    cookie: str
    """Name of the cookie: of this port, because a browser sends a host's cookies to all its ports."""

    def role(self, token: str) -> Role | None:
        """Whose token it is; takes as long for a wrong one as for a right one."""
        return self._matching(token, {"owner": self.owner, "reader": self.reader})

    def cookie_value(self, role: Role) -> str:
        """Proves that the browser had the token, and does not hold it."""
        token = self.owner if role == "owner" else self.reader
        return hmac.new(token.encode(), f"{self.cookie} {role}".encode(), "sha256").hexdigest()

    def role_of_cookie(self, cookies: Mapping[str, str]) -> Role | None:
        """Whose cookie a browser sent."""
        values: dict[Role, str] = {"owner": self.cookie_value("owner"), "reader": self.cookie_value("reader")}
        return self._matching(cookies.get(self.cookie, ""), values)

    @staticmethod
    def _matching(sent: str, known: Mapping[Role, str]) -> Role | None:
        same = {role: hmac.compare_digest(sent.encode(), value.encode()) for role, value in known.items()}
        return next((role for role, fits in same.items() if fits), None)


def make_tokens(port: int, environment: Mapping[str, str]) -> Tokens:
    """New tokens, or those the environment names. ScalewatchError where one is short, or both are the same."""
    owner, reader = (environment.get(VARIABLES[role], "") for role in VARIABLES)
    for name, token in zip(VARIABLES.values(), (owner, reader), strict=True):
        if token and len(token) < SHORTEST:
            raise ScalewatchError(
                f"{name} has {len(token)} characters, and a token needs {SHORTEST}.",
                'Make one: python3 -c "import secrets; print(secrets.token_urlsafe())"',
            )
    if owner and owner == reader:
        raise ScalewatchError(
            "The owner's token and the readers' token are the same.",
            f"Set {VARIABLES['owner']} and {VARIABLES['reader']} to different texts, or only one of them.",
        )
    return Tokens(owner or secrets.token_urlsafe(), reader or secrets.token_urlsafe(), f"scalewatch_{port}")
