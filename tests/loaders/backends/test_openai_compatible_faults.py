"""Servers that fail: what is repeated, what is reported, what stops; nothing scored is lost."""

from __future__ import annotations

import logging
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pandas as pd
import pytest

pytest.importorskip("httpx", reason="needs the extra 'api'")
pytest.importorskip("torch", reason="needs the extra 'models'")

from scored_as import scored_as
from served_model import TinyModel, save_tiny_model
from tiny_server import TinyServer, tiny_server

from analysis.records import Question
from loaders.backends import ScorerError
from loaders.backends.openai_compatible import OpenAICompatibleScorer
from loaders.backends.openai_compatible.connection import Connection

Opener = Callable[..., OpenAICompatibleScorer]

QUESTIONS = [
    Question(id=str(number), text=f"Question {number}: is the sky blue?", options=(" Yes", " No"), matching=(0,))
    for number in range(24)
]


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> TinyModel:
    return TinyModel(save_tiny_model(tmp_path_factory.mktemp("tiny")))


@pytest.fixture
def opened() -> Iterator[Opener]:
    scorers: list[OpenAICompatibleScorer] = []

    def open_one(served: TinyServer, **options: Any) -> OpenAICompatibleScorer:
        options = {"pause_s": 0.01, "max_retries": 2, "dtype": "float32", "concurrency": 1, **options}
        scorers.append(OpenAICompatibleScorer("tiny", base_url=served.url, **options))
        return scorers[-1]

    yield open_one
    for scorer in scorers:
        scorer.close()


def patience_s(fault: str) -> float:
    """How long to wait for an answer: a busy machine answers late, and only silence must be told from that."""
    return 1.0 if fault == "silence" else 60.0


def with_fault(served: TinyServer, fault: str, marker: str) -> None:
    """Every request about a question with this text fails so."""
    served.manners.fault = lambda body: fault if marker in str(body["prompt"]) else None


@pytest.mark.parametrize("fault", ["500", "429", "half", "nonsense", "silence"])
def test_a_passing_failure_is_repeated_and_leaves_no_trace(fault: str, model: TinyModel, opened: Opener) -> None:
    with tiny_server(model) as served:
        scorer = opened(served, timeout_s=patience_s(fault))
        good = scorer.score(QUESTIONS[:3], "bare")
        served.manners.faults = {len(served.bodies) + 1: fault}
        again = scorer.score(QUESTIONS[:3], "bare")
        assert len(served.bodies) == served.manners.faults.popitem()[0] + 6
    pd.testing.assert_frame_equal(good, again)


@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        ("500", "HTTP 500: not now"),
        ("half", "the answer broke off"),
        ("nonsense", "the answer is not a JSON object"),
        ("silence", "no answer within 1 s"),
        ("other shape", "unexpected shape"),
    ],
)
def test_a_lasting_failure_costs_one_question(fault: str, reason: str, model: TinyModel, opened: Opener) -> None:
    with tiny_server(model) as served:
        scorer = opened(served, timeout_s=patience_s(fault), max_retries=1, how="echo")
        with_fault(served, fault, "Question 1:")
        frame = scorer.score(QUESTIONS[:3], "bare")
    assert frame["option_logprobs"].isna().tolist() == [False, True, False]
    assert frame["answered_matching"].isna().tolist() == [False, True, False]
    assert scored_as(frame).iloc[1].startswith("none: ")
    assert reason in scored_as(frame).iloc[1]


def test_a_question_the_server_was_silent_about_is_asked_once_more(model: TinyModel, opened: Opener) -> None:
    with tiny_server(model) as served:
        scorer = opened(served, max_retries=0)
        good = scorer.score(QUESTIONS[:3], "bare")
        first = len(served.bodies)
        served.manners.faults = {first: "500"}
        again = scorer.score(QUESTIONS[:3], "bare")
        asked = [str(body["prompt"]) for body in served.bodies[first:]]
    pd.testing.assert_frame_equal(good, again)
    assert ["Question 0:" in prompt for prompt in (asked[0], *asked[-2:])] == [True] * 3, "behind all others"


def test_retry_after_is_obeyed(model: TinyModel, opened: Opener, monkeypatch: pytest.MonkeyPatch) -> None:
    waited: list[float] = []
    monkeypatch.setattr(Connection, "_pause", lambda _, seconds: waited.append(seconds))
    monkeypatch.setattr("loaders.backends.openai_compatible.connection.time", SimpleNamespace(monotonic=lambda: 100.0))
    with tiny_server(model, pause_s=0.5) as served:
        scorer = opened(served)
        served.manners.faults = {len(served.bodies): "429"}
        frame = scorer.score(QUESTIONS[:1], "bare")
    assert waited[:2] == [0.01, 0.5], "the pause before a second try, then what the server asked for"
    assert frame["option_logprobs"].notna().all()


def test_a_run_that_is_broken_off_waits_for_no_pause(
    model: TinyModel, opened: Opener, monkeypatch: pytest.MonkeyPatch
) -> None:
    ended: list[str] = []
    pause = Connection._pause

    def watched(self: Connection, seconds: float) -> None:
        try:
            pause(self, seconds)
        except ScorerError:
            ended.append("broken off")
            raise
        ended.append("waited" if seconds > 1 else "")

    monkeypatch.setattr(Connection, "_pause", watched)
    with tiny_server(model, pause_s=300) as served:
        scorer = opened(served, concurrency=1)
        with_fault(served, "429", "Question 1:")
        rows = scorer.stream(QUESTIONS[:2], "bare")
        assert next(rows)["question_id"].tolist() == ["0"]
        while "Question 1:" not in str(served.bodies[-1]["prompt"]):
            time.sleep(0.01)
        rows.close()  # type: ignore[attr-defined]
    assert "broken off" in ended
    assert "waited" not in ended


def test_a_pause_nobody_would_wait_for_stops(model: TinyModel, opened: Opener) -> None:
    with tiny_server(model, pause_s=86400) as served:
        scorer = opened(served)
        served.manners.faults = {len(served.bodies): "429"}
        with pytest.raises(ScorerError, match="a pause of 86400 s"):
            scorer.score(QUESTIONS[:2], "bare")


def test_a_server_that_dies_leaves_what_was_scored(model: TinyModel, opened: Opener) -> None:
    with tiny_server(model) as served:
        scorer = opened(served, max_retries=0)
        with_fault(served, "500", "Question 1")  # 1 and 10 to 19
        kept: list[pd.DataFrame] = []
        with pytest.raises(ScorerError, match="10 questions in a row got no answer"):
            kept.extend(scorer.stream(QUESTIONS, "bare"))
    rows = pd.concat(kept).set_index("question_id")
    scored = {str(number) for number in (0, *range(2, 10))}
    assert scored <= set(rows.index)
    assert rows.loc[sorted(scored), "option_logprobs"].notna().all()
    assert len(rows) < len(QUESTIONS)


def test_frames_before_the_end_are_kept(model: TinyModel, opened: Opener) -> None:
    kept = []
    with tiny_server(model) as served:
        scorer = opened(served)
        with_fault(served, "no logprobs", "Question 5:")

        def run() -> None:
            for frame in scorer.stream(QUESTIONS, "bare"):
                kept.append(frame)

        with pytest.raises(ScorerError, match="asked for log-probabilities of the prompt"):
            run()
    rows = pd.concat(kept)
    assert {"0", "1", "2", "3", "4"} <= set(rows["question_id"])
    assert "5" not in set(rows["question_id"])
    assert set(scored_as(rows)) == {scorer.method}, "the way never changes inside an evaluation"


def test_a_question_longer_than_the_context_has_the_servers_reason(model: TinyModel, opened: Opener) -> None:
    long = Question(id="long", text="one, " * 400, options=(" Yes", " No"), matching=(0,))
    with tiny_server(model) as served:
        frame = opened(served).score([QUESTIONS[0], long], "bare")
    assert "maximum context length is 512" in scored_as(frame).iloc[1]
    assert frame["option_logprobs"].isna().tolist() == [False, True]


def test_no_access_and_the_key_stays_secret(
    model: TinyModel, opened: Opener, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    monkeypatch.setenv("OPENAI_API_KEY", "sk-wrong-and-secret")
    with tiny_server(model, key="sk-right-and-secret") as served:
        with pytest.raises(ScorerError, match="HTTP 401") as caught:
            opened(served)
        assert "OPENAI_API_KEY" in str(caught.value)
        scorer = opened(served, api_key="sk-right-and-secret")
        frame = scorer.score(QUESTIONS[:1], "bare")
    told = f"{caught.value!r} {caplog.text} {frame.to_csv()} {scorer.method} {scorer!r}"
    assert "secret" not in told


def test_nothing_listens() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{free.getsockname()[1]}/v1"
        with pytest.raises(ScorerError, match=r"nothing listens there.*Start the server"):
            OpenAICompatibleScorer("tiny", base_url=url, max_retries=0)


@pytest.mark.parametrize("url", ["127.0.0.1:8000/v1", "ftp://x/v1", "http://x:port/v1"])
def test_an_address_that_is_none(url: str) -> None:
    with pytest.raises(ScorerError, match="Give it as in http://"):
        OpenAICompatibleScorer("tiny", base_url=url)


def test_bad_options(model: TinyModel, tmp_path: Path) -> None:
    with pytest.raises(ScorerError, match="needs base_url"):
        OpenAICompatibleScorer("tiny")
    with pytest.raises(ScorerError, match="concurrency 0"):
        OpenAICompatibleScorer("tiny", base_url="http://127.0.0.1:9/v1", concurrency=0)
    with pytest.raises(ScorerError, match="No tokenizer in"):
        OpenAICompatibleScorer("tiny", base_url="http://127.0.0.1:9/v1", tokenizer=str(tmp_path))


def test_a_server_that_ignores_the_question_about_log_probabilities(model: TinyModel, opened: Opener) -> None:
    with tiny_server(model, gives_logprobs=False) as served:
        with pytest.raises(ScorerError) as caught:
            opened(served, how="echo")
        assert "asked for the log-probability of a generated token, got none" in str(caught.value)
        assert opened(served, n_samples=3).method == "sampled, float32"


def test_a_model_the_server_does_not_know(model: TinyModel, opened: Opener) -> None:
    with tiny_server(model, context=0) as served, pytest.raises(ScorerError, match="the server refused: HTTP 400"):
        opened(served)


@pytest.mark.parametrize("fault", ["429", "silence", "half"])
def test_a_passing_failure_never_decides_the_way(fault: str, model: TinyModel, opened: Opener) -> None:
    with tiny_server(model, faults={1: fault}) as served:
        assert opened(served, timeout_s=patience_s(fault)).method.startswith("option_logprob, prompt_logprobs")
    lasting = tiny_server(model, fault=lambda body: fault if "prompt_logprobs" in body else None)
    with lasting as served, pytest.raises(ScorerError, match="cannot be calibrated now"):
        opened(served, timeout_s=patience_s(fault), max_retries=1)


def test_a_less_exact_way_is_announced(model: TinyModel, opened: Opener, caplog: pytest.LogCaptureFixture) -> None:
    with tiny_server(model, gives_logprobs=False) as served:
        opened(served, n_samples=3)
    assert "does not score by option_logprob, echo, text: asked for" in caplog.text


def test_without_httpx_the_reason_is_said() -> None:
    code = (
        "import sys; sys.modules['httpx'] = None\n"
        "from loaders.backends import ScorerError, open_scorer\n"
        "try: open_scorer('m', backend='openai_compatible', base_url='http://127.0.0.1:9/v1')\n"
        "except ScorerError as error: print(error)"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "pip install 'scalewatch[api]'" in run.stdout
