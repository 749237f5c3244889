"""Real servers of other projects behind the OpenAI-compatible backend: vLLM, and `transformers serve`.

They run where SCALEWATCH_VLLM_PYTHON names the Python of an environment made from vllm-requirements.txt.
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import time
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest

pytest.importorskip("httpx", reason="needs the extra 'api'")
pytest.importorskip("torch", reason="needs the extra 'models'")

from scored_as import scored_as
from served_model import END, QUESTIONS, TinyModel, save_tiny_model

from analysis.records import Question
from loaders.backends import ScorerError
from loaders.backends.openai_compatible import OpenAICompatibleScorer
from loaders.evaluations.prompts import PROMPT_STYLES

pytestmark = [pytest.mark.peer, pytest.mark.slow]

_START_S = 300
_QUIET = {
    "TORCH_COMPILE_DISABLE": "1", "VLLM_CPU_KVCACHE_SPACE": "1", "VLLM_CPU_OMP_THREADS_BIND": "nobind",
    "VLLM_NO_USAGE_STATS": "1", "DO_NOT_TRACK": "1", "HF_HUB_OFFLINE": "1",
}  # fmt: skip


@pytest.fixture(scope="module")
def peer_python() -> Path:
    named = os.environ.get("SCALEWATCH_VLLM_PYTHON")
    if not named:
        pytest.skip("SCALEWATCH_VLLM_PYTHON names no environment (tests/peers/vllm-requirements.txt)")
    return Path(named)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return save_tiny_model(tmp_path_factory.mktemp("tiny"))


@pytest.fixture(scope="module")
def model(folder: Path) -> TinyModel:
    return TinyModel(folder)


@contextmanager
def running(command: Sequence[str], log: Path) -> Iterator[str]:
    """A server on a free port, with the address of its API; the whole process group ends with the block."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with log.open("w") as out:
        server = subprocess.Popen(
            [*command, "--host", "127.0.0.1", "--port", str(port)],
            stdout=out, stderr=out, env={**os.environ, **_QUIET}, start_new_session=True,
        )  # fmt: skip
        try:
            wait_until_healthy(f"http://127.0.0.1:{port}/health", server, log)
            yield f"http://127.0.0.1:{port}/v1"
        finally:
            os.killpg(server.pid, signal.SIGTERM)
            server.wait(60)


def wait_until_healthy(url: str, server: subprocess.Popen[bytes], log: Path) -> None:
    end = time.monotonic() + _START_S
    while time.monotonic() < end:
        assert server.poll() is None, log.read_text()[-3000:]
        try:
            with urllib.request.urlopen(url, timeout=5):
                return
        except OSError:
            time.sleep(0.5)
    raise AssertionError(f"no server after {_START_S} s: {log.read_text()[-3000:]}")


@pytest.fixture(scope="module")
def vllm(peer_python: Path, folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    command = [
        str(peer_python), "-m", "vllm.entrypoints.openai.api_server", "--model", str(folder),
        "--served-model-name", "tiny", "--dtype", "float32", "--enforce-eager", "--max-model-len", "512",
        "--max-num-seqs", "8",
    ]  # fmt: skip
    with running(command, tmp_path_factory.mktemp("vllm") / "log") as url:
        yield url


@pytest.mark.parametrize("by_ids", [True, False])
def test_vllm_equals_naive_scoring(by_ids: bool, vllm: str, model: TinyModel, folder: Path) -> None:
    known = {"tokenizer": str(folder)} if by_ids else {"end_of_text": END}
    scorer = OpenAICompatibleScorer("tiny", base_url=vllm, dtype="float32", **known)  # type: ignore[arg-type]
    styles = [style for style in PROMPT_STYLES if by_ids or not style.startswith("chat")]
    for style in styles:
        frame = scorer.score(QUESTIONS, style)
        for values, question in zip(frame["option_logprobs"], QUESTIONS, strict=True):
            assert values == pytest.approx(model.option_logprobs(style, question), abs=1e-4)
    kind = "token ids" if by_ids else "text"
    assert scorer.method == f"option_logprob, prompt_logprobs, {kind}, float32"
    long = Question(id="long", text="one, " * 400, options=(" Yes", " No"))
    assert "the server refused: HTTP 400" in scored_as(scorer.score([long], "bare")).iloc[0]
    scorer.close()


def test_vllm_top_tokens_and_samples(vllm: str, model: TinyModel, folder: Path) -> None:
    prompt = QUESTIONS[0].text
    before = model.encode(prompt)
    likeliest = model.distributions(before)[-1].topk(20).indices.tolist()
    texts = [str(model.tokenizer.decode([id])) for id in likeliest]
    plain = [text for text, id in zip(texts, likeliest, strict=True) if model.encode(prompt + text) == [*before, id]]
    question = Question(id="1", text=prompt, options=tuple(plain[:2]), matching=(0,))
    true = model.option_logprobs("bare", question)
    top = OpenAICompatibleScorer("tiny", base_url=vllm, tokenizer=str(folder), how="top_logprobs")
    assert top.score([question], "bare")["option_logprobs"].iloc[0] == pytest.approx(true, abs=1e-4)
    top.close()
    sampling = OpenAICompatibleScorer("tiny", base_url=vllm, how="sampled", n_samples=100)
    assert sampling.score([question], "bare")["n_samples"].iloc[0] == 100
    sampling.close()


def test_transformers_serve_is_asked_for_log_probabilities_and_gives_none(
    peer_python: Path, folder: Path, tmp_path: Path
) -> None:
    command = [str(peer_python.parent / "transformers"), "serve", str(folder), "--device", "cpu", "--dtype", "float32"]
    with running(command, tmp_path / "log") as url:
        with pytest.raises(ScorerError, match="asked for the log-probability of a generated token, got none"):
            OpenAICompatibleScorer(str(folder), base_url=url, how="echo")
        scorer = OpenAICompatibleScorer(str(folder), base_url=url, n_samples=3)
        assert scorer.method == "sampled"
        scorer.close()
