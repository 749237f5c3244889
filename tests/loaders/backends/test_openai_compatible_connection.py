"""Requests to a server are repeated with growing pauses as long as an answer may still come. No clock, no network."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from types import SimpleNamespace
from typing import Any

import pytest

pytest.importorskip("httpx", reason="needs the extra 'api'")

import httpx

from loaders.backends import ScorerError
from loaders.backends.openai_compatible.connection import Connection, RefusedError, UnansweredError

Opener = Callable[..., Connection]


class Clock:
    """Time that passes only while somebody waits; stands in for the event that ends pauses."""

    def __init__(self) -> None:
        self.now, self.waits = 0.0, list[float]()

    def monotonic(self) -> float:
        return self.now

    def wait(self, seconds: float) -> bool:
        self.waits.append(seconds)
        self.now += seconds
        return False


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(
        "loaders.backends.openai_compatible.connection.time", SimpleNamespace(monotonic=clock.monotonic)
    )
    return clock


@pytest.fixture
def opened(clock: Clock, monkeypatch: pytest.MonkeyPatch) -> Iterator[Opener]:
    """Opens a connection to a server that gives these answers one after the other; the last again and again."""
    connections: list[Connection] = []

    def open_one(*answers: Any, calibrating: bool = False, **options: Any) -> Connection:
        left = list(answers)

        def post(self: Any, url: str, json: object) -> Any:
            answer = left.pop(0) if len(left) > 1 else left[0]
            if isinstance(answer, Exception):
                raise answer
            return answer() if callable(answer) else answer

        monkeypatch.setattr("httpx.Client.post", post)
        named = {"api_key": None, "timeout_s": 9.0, "max_retries": 5, "pause_s": 0.5, "connections": 1, **options}
        connections.append(Connection("http://127.0.0.1:9/v1/", **named))
        connections[-1].is_calibrating = calibrating
        connections[-1].is_stopping = clock  # type: ignore[assignment]
        return connections[-1]

    yield open_one
    for connection in connections:
        connection.close()


def said(status: int, message: str = "not now", **headers: str) -> Any:
    return httpx.Response(status, json={"error": {"message": message}}, headers=headers)


GOOD = httpx.Response(200, json={"choices": []})


def test_pauses_double_up_to_half_a_minute(opened: Opener, clock: Clock) -> None:
    assert opened(*[said(503)] * 4, GOOD).post("completions", {}) == {"choices": []}
    assert clock.waits == [0.5, 1.0, 2.0, 4.0]
    clock.waits.clear()
    opened(*[said(503)] * 3, GOOD, pause_s=20.0).post("completions", {})
    assert clock.waits == [20.0, 30.0, 30.0]


def test_a_server_that_never_answers_is_given_up_after_all_tries(opened: Opener, clock: Clock) -> None:
    with pytest.raises(UnansweredError, match=r"no answer in 3 tries: HTTP 503: not now") as caught:
        opened(said(503), max_retries=2).post("completions", {})
    assert caught.value.status == 503
    assert clock.waits == [0.5, 1.0]
    with pytest.raises(UnansweredError, match=r"no answer in 1 try: no answer within 9 s") as caught:
        opened(httpx.ReadTimeout("slow"), max_retries=0).post("completions", {})
    assert caught.value.status is None


@pytest.mark.parametrize("status", [408, 409, 425, 429, 500, 502, 503, 504, 529])
def test_what_may_pass_is_asked_again(status: int, opened: Opener) -> None:
    assert opened(said(status), GOOD).post("completions", {}) == {"choices": []}


@pytest.mark.parametrize("status", [400, 404, 413, 422, 501])
def test_what_will_not_pass_is_a_refusal(status: int, opened: Opener, clock: Clock) -> None:
    with pytest.raises(RefusedError, match=f"the server refused: HTTP {status}: not now"):
        opened(said(status), GOOD).post("completions", {})
    assert clock.waits == []


@pytest.mark.parametrize("status", [401, 403])
def test_no_access_stops_everything(status: int, opened: Opener) -> None:
    with pytest.raises(ScorerError, match="Set OPENAI_API_KEY") as caught:
        opened(said(status), GOOD).post("completions", {})
    assert not isinstance(caught.value, RefusedError)


def test_a_server_in_calibration_is_asked_twice_what_it_fails_on(opened: Opener) -> None:
    assert opened(said(500), GOOD, calibrating=True).post("completions", {}) == {"choices": []}
    with pytest.raises(UnansweredError, match="no answer in 2 tries: HTTP 500"):
        opened(said(500), said(500), GOOD, calibrating=True).post("completions", {})
    assert opened(said(500), said(500), GOOD).post("completions", {}) == {"choices": []}
    assert opened(said(503), said(503), GOOD, calibrating=True).post("completions", {}) == {"choices": []}


@pytest.mark.parametrize(
    ("value", "waited"),
    [("7", 7.0), ("600", 600.0), ("0", 0.0), ("-3", 0.0), ("soon", 0.0), ("", 0.0)],
)
def test_a_server_may_say_how_long_to_wait(value: str, waited: float, opened: Opener, clock: Clock) -> None:
    opened(said(429, **{"Retry-After": value}), GOOD).post("completions", {})
    assert clock.now == max(waited, 0.5)


def test_a_date_to_wait_for_may_be_given(opened: Opener, clock: Clock) -> None:
    past = format_datetime(datetime(2020, 1, 1, tzinfo=UTC), usegmt=True)
    opened(said(429, **{"Retry-After": past}), GOOD).post("completions", {})
    assert clock.now == 0.5
    tomorrow = format_datetime(datetime.now(UTC) + timedelta(days=1), usegmt=True)
    with pytest.raises(ScorerError, match=r"the server asks for a pause of 8[56]\d\d\d s\. Run again after it\."):
        opened(said(429, **{"Retry-After": tomorrow}), GOOD).post("completions", {})


def test_the_longest_pause_that_is_waited_for_is_ten_minutes(opened: Opener) -> None:
    with pytest.raises(ScorerError, match="a pause of 601 s"):
        opened(said(429, **{"Retry-After": "601"}), GOOD).post("completions", {})


def test_a_shorter_pause_does_not_cut_a_longer_one(opened: Opener, clock: Clock) -> None:
    def while_another_is_told_to_wait_longer() -> Any:
        with pytest.raises(UnansweredError):
            connection.post("completions", {})
        return said(429, **{"Retry-After": "1"})

    answers = (while_another_is_told_to_wait_longer, said(429, **{"Retry-After": "100"}), GOOD)
    connection = opened(*answers, max_retries=0)
    with pytest.raises(UnansweredError):
        connection.post("completions", {})
    connection.post("completions", {})
    assert clock.waits == [100.0]


def test_the_servers_words_are_cut_and_on_one_line(opened: Opener) -> None:
    with pytest.raises(RefusedError) as caught:
        opened(said(400, "so\n  long " * 200)).post("completions", {})
    words = str(caught.value).partition("HTTP 400: ")[2]
    assert words == ("so long " * 200)[:300]
    with pytest.raises(RefusedError, match=r"HTTP 404: \(no text\)"):
        opened(httpx.Response(404)).post("completions", {})
