"""A token lets a browser in once, as owner or as reader, and stays in no address."""

from __future__ import annotations

import re

import pytest
from asgi_calls import HOST, Answer, ask, says_its_role

from analysis.errors import ScalewatchError
from dashboard.server.app import Guard
from dashboard.server.door import LONGEST_FORM, Door
from dashboard.server.hosts import host_names
from dashboard.server.tokens import Tokens, make_tokens

OWNER, READER = "o" * 43, "r" * 43
TOKENS = Tokens(OWNER, READER, "scalewatch_8501")
DOOR = Door(says_its_role, TOKENS, delay=0.0)


def cookie_of(answer: Answer) -> tuple[str, str]:
    """As a browser sends it back."""
    return "Cookie", answer.headers["set-cookie"].partition(";")[0]


@pytest.mark.parametrize(("token", "role"), [(OWNER, "owner"), (READER, "reader")])
def test_a_token_is_changed_for_a_cookie_and_leaves_the_address(token: str, role: str) -> None:
    answer = ask(DOOR, f"/behaviour?set=a%26b&token={token}&family=OPT&empty=")
    assert (answer.status, answer.headers["location"]) == (303, "/behaviour?set=a%26b&family=OPT&empty=")
    name, value, *flags = re.split("[=;] ?", answer.headers["set-cookie"].lower(), maxsplit=2)
    assert name == "scalewatch_8501"
    assert set(flags[0].split("; ")) == {"httponly", "max-age=2592000", "path=/", "samesite=strict"}
    assert token not in str(answer.headers)
    assert re.fullmatch("[0-9a-f]{64}", value)
    assert ask(DOOR, "/models", [HOST, cookie_of(answer)]).body == role
    assert ask(DOOR, "/_stcore/stream", [HOST, cookie_of(answer)], kind="websocket").status == 101


@pytest.mark.parametrize(
    ("address", "location"),
    [
        ("/?token={}", "/"),
        ("//evil.example/?token={}", "/evil.example/"),
        ("/\\evil.example?token={}", "/%5Cevil.example"),
        ("/a b?token={}", "/a%20b"),
        ("/?%74oken={}&x=1", "/?x=1"),
        ("/?token={}&token=again", "/"),
        ("/?tokens=1&token={}", "/?tokens=1"),
        ("/?x=http://evil.example&token={}", "/?x=http://evil.example"),
    ],
)
def test_the_redirect_stays_on_this_server(address: str, location: str) -> None:
    answer = ask(DOOR, address.format(READER))
    assert (answer.status, answer.headers["location"]) == (303, location)


@pytest.mark.parametrize("token", ["", "x", OWNER[:-1], OWNER + "o", OWNER.upper(), "é" * 43])
def test_a_wrong_token_gets_the_form_and_no_cookie(token: str) -> None:
    for answer in (ask(DOOR, f"/?token={token}"), ask(DOOR, "/", method="POST", body=f"token={token}")):
        assert answer.status == 401
        assert "set-cookie" not in answer.headers
        assert 'role="alert"' in answer.body


def test_without_a_token_there_is_a_form_and_nothing_else() -> None:
    answer = ask(DOOR, "/models?set=a")
    assert answer.status == 401
    assert 'role="alert"' not in answer.body
    assert '<form method="post">' in answer.body
    assert "prefers-color-scheme: dark" in answer.body
    assert answer.headers["cache-control"] == "no-store"
    for path in ("/static/js/index.js", "/_stcore/host-config", "/media/a.csv", "/data/a.csv", "/_stcore/healthy"):
        assert ask(DOOR, path).status == 401
    assert ask(DOOR, "/_stcore/stream", kind="websocket").status == 403
    assert ask(DOOR, "/models", method="PUT").status == 401
    assert ask(DOOR, "/_stcore/health").status == 200


def test_the_form_lets_in_and_keeps_the_address() -> None:
    answer = ask(DOOR, "/models?set=a", method="POST", body=f"token=+{READER}%0A")
    assert (answer.status, answer.headers["location"]) == (303, "/models?set=a")
    assert ask(DOOR, "/", [HOST, cookie_of(answer)]).body == "reader"


def test_a_long_form_is_not_read() -> None:
    fits = f"token={OWNER}&x=".ljust(LONGEST_FORM, "x")
    assert ask(DOOR, method="POST", body=fits).status == 303
    assert ask(DOOR, method="POST", body=fits + "x").status == 401


def test_who_is_in_may_post_and_change_token() -> None:
    reader = cookie_of(ask(DOOR, f"/?token={READER}"))
    assert ask(DOOR, "/models", [HOST, reader], method="POST", body=f"token={OWNER}").body == "reader"
    assert ask(DOOR, "/?token=wrong", [HOST, reader]).status == 401
    owner = cookie_of(ask(DOOR, f"/?token={OWNER}", [HOST, reader]))
    assert ask(DOOR, "/", [HOST, owner]).body == "owner"


@pytest.mark.parametrize("cookie", ["scalewatch_8501=", f"scalewatch_8501={OWNER}", 'scalewatch_8501="é"', "x=y"])
def test_a_made_up_cookie_lets_nobody_in(cookie: str) -> None:
    assert ask(DOOR, "/", [HOST, ("Cookie", cookie)]).status == 401


def test_a_cookie_is_of_one_server() -> None:
    cookie = cookie_of(ask(DOOR, f"/?token={OWNER}"))
    other_port = Door(says_its_role, Tokens(OWNER, READER, "scalewatch_8502"))
    started_anew = Door(says_its_role, Tokens("n" * 43, READER, "scalewatch_8501"))
    same_tokens = Door(says_its_role, Tokens(OWNER, READER, "scalewatch_8501"))
    renamed = ("Cookie", cookie[1].replace("8501", "8502"))
    assert [ask(door, "/", [HOST, cookie]).status for door in (other_port, started_anew, same_tokens)] == [
        401,
        401,
        200,
    ]
    assert ask(other_port, "/", [HOST, renamed]).status == 401


def test_below_a_base_path_the_cookie_and_the_way_back_are_too() -> None:
    door = Door(says_its_role, TOKENS, "/scales", 0.0)
    answer = ask(door, f"/scales/models?token={READER}")
    assert answer.headers["location"] == "/scales/models"
    assert "Path=/scales;" in answer.headers["set-cookie"]
    assert (ask(door, "/scales/_stcore/health").status, ask(door, "/_stcore/health").status) == (200, 401)


@pytest.mark.parametrize("app", [DOOR, Guard(host_names("127.0.0.1"), None, "reader").around(says_its_role)])
def test_a_role_that_is_sent_is_not_believed(app: object) -> None:
    claim = ("X-Scalewatch-Role", "owner")
    cookie = cookie_of(ask(DOOR, f"/?token={READER}"))
    assert ask(app, "/", [HOST, claim, cookie]).body == "reader"
    assert ask(app, "/", [HOST, claim, cookie, claim]).body == "reader"


def test_a_wrong_token_takes_a_moment(monkeypatch: pytest.MonkeyPatch) -> None:
    slept: list[float] = []

    async def sleep(seconds: float) -> None:
        slept.append(seconds)

    monkeypatch.setattr("dashboard.server.door.asyncio.sleep", sleep)
    door = Door(says_its_role, TOKENS)
    assert [ask(door, f"/?token={token}").status for token in (OWNER, "wrong")] == [303, 401]
    assert slept == [0.5]


def test_tokens_are_new_at_every_start_unless_they_are_set() -> None:
    first, second = make_tokens(8501, {}), make_tokens(8501, {})
    assert len({first.owner, first.reader, second.owner, second.reader}) == 4
    assert min(len(first.owner), len(first.reader)) >= 43  # 32 bytes
    kept = make_tokens(8501, {"SCALEWATCH_TOKEN": "a" * 16, "SCALEWATCH_READER_TOKEN": ""})
    assert kept.owner == "a" * 16
    assert len(kept.reader) >= 43


@pytest.mark.parametrize("name", ["SCALEWATCH_TOKEN", "SCALEWATCH_READER_TOKEN"])
def test_a_short_token_is_refused(name: str) -> None:
    with pytest.raises(ScalewatchError, match=f"{name} has 15 characters"):
        make_tokens(8501, {name: "a" * 15})


def test_two_roles_have_two_tokens() -> None:
    with pytest.raises(ScalewatchError, match="are the same"):
        make_tokens(8501, {"SCALEWATCH_TOKEN": "a" * 16, "SCALEWATCH_READER_TOKEN": "a" * 16})
