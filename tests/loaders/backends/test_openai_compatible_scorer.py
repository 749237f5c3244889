"""What the scorer makes of a server's single answers, with the server played by a few lines."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from typing import Any

import pytest

pytest.importorskip("httpx", reason="needs the extra 'api'")

from analysis.cells.scoring import Scoring
from analysis.records import Question
from loaders.backends import ScorerError, open_scorer
from loaders.backends.openai_compatible.connection import UnansweredError, UnscorableError
from loaders.backends.openai_compatible.endpoints import Completions, Token
from loaders.backends.openai_compatible.ways import EchoWay, SamplingWay

ADDRESS = "http://127.0.0.1:9/v1"
"""Nothing is sent there."""


class Samples:
    """Gives samples from a list, a few at a time, and notes what it was asked."""

    def __init__(self, texts: Sequence[str], at_once: int) -> None:
        self.texts, self.at_once, self.asked = list(texts), at_once, list[tuple[int, int]]()

    def next_tokens(self, prompt: object, n_top: int) -> list[Token]:
        return []

    def samples(self, prompt: object, n: int, *, seed: int, max_tokens: int) -> list[str]:
        self.asked.append((n, seed))
        given, self.texts = self.texts[: self.at_once], self.texts[self.at_once :]
        return given


def test_every_request_for_samples_has_a_seed_of_its_own() -> None:
    """With the seed of the first, the second would bring the same samples again."""
    server = Samples([" Yes"] * 4 + [" No"] * 6, at_once=4)
    shares = SamplingWay(server, 10, seed=7).option_logprobs("", [" Yes", " No"])
    assert server.asked == [(10, 7), (6, 11), (2, 15)]
    assert [math.exp(value) for value in shares] == pytest.approx([0.4, 0.6])


def test_samples_beyond_those_asked_for_are_left_out() -> None:
    server = Samples([" Yes", " No", " No", " No"], at_once=4)
    assert SamplingWay(server, 2, seed=0).option_logprobs("", [" Yes", " No"]) == [math.log(0.5)] * 2
    with pytest.raises(UnscorableError, match="the server gave no sample"):
        SamplingWay(Samples([" Yes"], at_once=1), 2, seed=0).option_logprobs("", [" Yes"])


class Echoed:
    """A server that echoes two words of option behind the prompt with these log-probabilities."""

    def __init__(self, *logprobs: float | None) -> None:
        self.tokens = [Token("Q", None, None), *(Token(f" w{at}", None, each) for at, each in enumerate(logprobs))]

    def prompt_tokens(self, prompt: object, form: str) -> tuple[list[Token], int]:
        return self.tokens, len(self.tokens)


@pytest.mark.parametrize("wrong", [3.0, 2e-6, math.nan, math.inf, -math.inf, None])
def test_a_number_that_is_no_log_probability_makes_no_sum(wrong: float | None) -> None:
    """-5 + 3 would look like any other log-probability."""
    way = EchoWay(Echoed(-5.0, wrong), "echo", None, ids=False, tolerance=0.01)  # type: ignore[arg-type]
    with pytest.raises(UnscorableError, match="as log-probabilities of the option ' w0 w1'"):
        way.option_logprobs("Q", [" w0 w1"])


def test_rounding_above_zero_is_a_log_probability() -> None:
    way = EchoWay(Echoed(-5.0, 1e-7), "echo", None, ids=False, tolerance=0.01)  # type: ignore[arg-type]
    assert way.option_logprobs("Q", [" w0 w1"]) == pytest.approx([-5.0])


def test_likely_tokens_come_the_likeliest_first() -> None:
    class Answering:
        def post(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
            top = {" b": -2.0, " a": -0.5, " c": -3.0}
            return {"choices": [{"logprobs": {"tokens": [" a"], "token_logprobs": [-0.5], "top_logprobs": [top]}}]}

    server = Completions(Answering(), "m", extensions=False, by_id=False)  # type: ignore[arg-type]
    assert [token.text for token in server.next_tokens("Q", 3)] == [" a", " b", " c"]


class Moody:
    """A way that has no answer to some questions until it was asked so often."""

    scoring = Scoring("option_logprob", "echo, text")
    n_samples = None

    def __init__(self, silent: Sequence[str], times: int) -> None:
        self.silent, self.times, self.asked = silent, times, Counter[str]()

    def calibrate(self) -> None:
        """Nothing is open."""

    def option_logprobs(self, prompt: str, options: Sequence[str]) -> list[float]:
        self.asked[prompt] += 1
        if prompt in self.silent and self.asked[prompt] <= self.times:
            raise UnansweredError("silence")
        return [-1.0, -2.0]


QUESTIONS = [Question(id=str(n), text=f"{n}?", options=(" Yes", " No"), matching=(0,)) for n in range(30)]


def opened(monkeypatch: pytest.MonkeyPatch, way: Moody, **options: Any) -> tuple[Any, dict[str, Any]]:
    """A scorer that scores so, and what the choice of its way was asked with."""
    seen: dict[str, Any] = {}

    def choose(*args: object, **named: Any) -> Moody:
        seen.update(named)
        return way

    monkeypatch.setattr("loaders.backends.openai_compatible.scorer.choose_way", choose)
    scorer = open_scorer("m", backend="openai_compatible", base_url=ADDRESS, concurrency=1, **options)
    return scorer, seen


def test_only_questions_in_a_row_without_an_answer_say_that_the_server_is_gone(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    every_other = [question.text for question in QUESTIONS[::2]]
    scorer, _ = opened(monkeypatch, Moody(every_other, times=1))
    assert scorer.score(QUESTIONS, "bare")["option_logprobs"].notna().all()
    scorer.close()
    nine = [question.text for question in QUESTIONS[:9]]
    scorer, _ = opened(monkeypatch, Moody(nine, times=2))
    assert scorer.score(QUESTIONS, "bare")["option_logprobs"].isna().sum() == 9
    scorer.close()
    ten = [question.text for question in QUESTIONS[:10]]
    scorer, _ = opened(monkeypatch, Moody(ten, times=2))
    with pytest.raises(ScorerError, match="10 questions in a row got no answer, the last: silence"):
        scorer.score(QUESTIONS, "bare")
    scorer.close()


@pytest.mark.parametrize(
    ("dtype", "tolerance", "method"),
    [
        ("float32", 1e-3, "option_logprob, echo, text, float32"),
        ("bfloat16", 0.05, "option_logprob, echo, text, bfloat16"),
        (None, 0.05, "option_logprob, echo, text"),
    ],
)
def test_the_tolerance_is_that_of_the_precision_as_documented(
    dtype: str | None, tolerance: float, method: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    scorer, asked = opened(monkeypatch, Moody([], times=0), dtype=dtype)
    assert asked["tolerance"] == tolerance
    assert scorer.method == method
    scorer.close()
