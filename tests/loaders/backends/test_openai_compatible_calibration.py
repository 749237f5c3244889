"""When a server is trusted: what it must show on every prompt, and what its lists of likely tokens must add up to."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass, field

import pytest

pytest.importorskip("httpx", reason="needs the extra 'api'")

from loaders.backends.openai_compatible.connection import RefusedError
from loaders.backends.openai_compatible.endpoints import Token, WayError
from loaders.backends.openai_compatible.ways import CALIBRATION_PROMPTS, EchoWay, TopTokensWay

TOLERANCE = 0.01
"""Nats."""
GREEDY = -0.5
"""Log-probability of every generated token, nats."""


@dataclass
class Echo:
    """A server whose tokens are words; what it generates is always ' sky'."""

    errors: dict[int, float] = field(default_factory=dict)
    """Number of a calibration prompt -> nats by which the echoed greedy token differs."""
    as_another: dict[int, Token] = field(default_factory=dict)
    """Number of a prompt -> what the greedy token is echoed as."""
    split: frozenset[int] = frozenset()
    """Prompts whose greedy token becomes two when it is sent again."""
    hidden: int = 0
    """Tokens put before every text, counted and not echoed."""
    greedy_id: int | None = None

    def greedy(self, prompt: str) -> tuple[Token, int]:
        return Token(" sky", self.greedy_id, GREEDY), len(_words(prompt)) + self.hidden

    def prompt_tokens(self, prompt: str, form: str) -> tuple[list[Token], int]:
        words = _words(prompt)
        tokens = [Token(word, None, -1.0 if at else None) for at, word in enumerate(words)]
        number = next((n for n, text in enumerate(CALIBRATION_PROMPTS) if text == prompt.removesuffix(" sky")), -1)
        if prompt.endswith(" sky"):
            tokens[-1] = self.as_another.get(number, Token(" sky", None, GREEDY + self.errors.get(number, 0.0)))
        generated = Token(" then", None, -3.0)
        return [*tokens, generated], len(words) + self.hidden + (number in self.split)


def _words(text: str) -> list[str]:
    return re.findall(r"\s*\S+", text)


def calibrated(server: Echo) -> EchoWay:
    way = EchoWay(server, "echo", None, ids=False, tolerance=TOLERANCE)  # type: ignore[arg-type]
    way.calibrate()
    return way


def test_a_server_that_echoes_what_it_generates_is_trusted() -> None:
    assert calibrated(Echo()).scoring.text == "option_logprob, echo, text"


@pytest.mark.parametrize("number", range(len(CALIBRATION_PROMPTS)))
@pytest.mark.parametrize("error", [-1.0, 1.0])
def test_every_prompt_must_agree(number: int, error: float) -> None:
    with pytest.raises(WayError, match=r"' sky' was generated with -0\.5 nats and is echoed as ' sky'"):
        calibrated(Echo(errors={number: error}))


@pytest.mark.parametrize("number", range(len(CALIBRATION_PROMPTS)))
def test_one_prompt_that_agrees_is_not_enough(number: int) -> None:
    others = {each: 1.0 for each in range(len(CALIBRATION_PROMPTS)) if each != number}
    with pytest.raises(WayError, match="does not pair tokens with their own"):
        calibrated(Echo(errors=others))


@pytest.mark.parametrize("sign", [-1, 1])
def test_rounding_is_allowed_up_to_the_tolerance(sign: int) -> None:
    calibrated(Echo(errors={0: sign * 0.9 * TOLERANCE}))
    with pytest.raises(WayError, match="does not pair"):
        calibrated(Echo(errors={0: sign * 1.1 * TOLERANCE}))


@pytest.mark.parametrize("other", [Token(" sea", None, GREEDY), Token(None, 8, GREEDY), Token(" sky", 7, None)])
def test_the_echoed_token_must_be_the_generated_one(other: Token) -> None:
    calibrated(Echo(as_another={1: Token(" sky", 7, GREEDY)}, greedy_id=7))
    with pytest.raises(WayError, match="does not pair"):
        calibrated(Echo(as_another={1: other}, greedy_id=7))


def test_prompts_whose_token_does_not_come_back_as_one_are_left_out() -> None:
    every = range(len(CALIBRATION_PROMPTS))
    calibrated(Echo(split=frozenset(every[1:])))
    calibrated(Echo(split=frozenset(every[1:]), errors={2: 1.0}))
    with pytest.raises(WayError, match="does not pair"):
        calibrated(Echo(split=frozenset(every[1:]), errors={0: 1.0}))
    with pytest.raises(WayError, match="nothing to calibrate with"):
        calibrated(Echo(split=frozenset(every)))


def test_a_token_the_server_hides_is_counted_off() -> None:
    way = calibrated(Echo(hidden=1))
    assert way.scoring.text == "option_logprob, echo, text, begin-of-text added by the server"
    assert way.option_logprobs("Is it?", [" Yes", " No it is"]) == [-1.0, -3.0]
    with pytest.raises(WayError, match="does not pair"):
        calibrated(Echo(hidden=2))


class Lists:
    """A server that gives lists of likely tokens up to a length."""

    def __init__(self, logprobs: Sequence[float | None], longest: int = 20) -> None:
        self.tokens = [Token(f" word{at}", None, value) for at, value in enumerate(logprobs)]
        self.longest, self.asked = longest, list[int]()

    def next_tokens(self, prompt: object, n_top: int) -> list[Token]:
        self.asked.append(n_top)
        if n_top > self.longest:
            raise RefusedError("too many")
        return self.tokens

    def samples(self, prompt: object, n: int, *, seed: int, max_tokens: int) -> list[str]:
        return []


def logs(*probabilities: float) -> list[float | None]:
    return [math.log(each) for each in probabilities]


@pytest.mark.parametrize("probabilities", [(0.6, 0.4), (0.3, 0.2, 0.1), (0.6, 0.4005)])
def test_likely_tokens_that_are_part_of_a_distribution_are_read(probabilities: tuple[float, ...]) -> None:
    TopTokensWay(Lists(logs(*probabilities)), None).calibrate()


@pytest.mark.parametrize(
    ("logprobs", "reason"),
    [
        (logs(0.6, 0.402), r"2 likeliest next tokens have a total probability of 1\.002"),
        (logs(0.7, 0.6, 0.5), r"3 likeliest next tokens have a total probability of 1\.800"),
        ([0.0, 0.0], r"total probability of 2\.000"),
        ([None, -1.0], r"total probability of 1\.368"),
        ([-math.inf, -math.inf], r"total probability of 0\.000"),
        (logs(0.9), r"1 likeliest next tokens"),
        ([], r"0 likeliest next tokens"),
    ],
)
def test_likely_tokens_that_are_no_distribution_are_refused(logprobs: list[float | None], reason: str) -> None:
    with pytest.raises(WayError, match=reason):
        TopTokensWay(Lists(logprobs), None).calibrate()


def test_the_longest_list_a_server_gives_is_asked_for() -> None:
    for longest, asked in ((20, [20]), (19, [20, 10]), (5, [20, 10, 5])):
        server = Lists(logs(0.6, 0.3), longest)
        way = TopTokensWay(server, None)
        way.calibrate()
        assert server.asked == asked
        assert way.option_logprobs("", [" word1"]) == pytest.approx(logs(0.3))
        assert server.asked == [*asked, asked[-1]]
    with pytest.raises(WayError, match="not even of 5: too many"):
        TopTokensWay(Lists(logs(0.6, 0.3), 4), None).calibrate()


def test_of_the_tokens_that_begin_an_option_the_longest_is_read() -> None:
    server = Lists([])
    server.tokens = [Token("(", None, -0.1), Token("(A", None, -1.0), Token("(A)", None, -2.0), Token("(B", None, -3.0)]
    assert TopTokensWay(server, None).option_logprobs("", ["(A)", "(B)"]) == [-2.0, -3.0]
