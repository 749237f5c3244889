"""Suites are tokenised once a tokenizer, and what is remembered is what encoding gives."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("torch", reason="needs the extra 'models'")
pytest.importorskip("transformers", reason="needs the extra 'models'")

import transformers
from model_builders import byte_pair_tokenizer, save_checkpoint, save_model, sentence_piece_tokenizer

from analysis.records import Question
from loaders.backends import open_scorer
from loaders.backends.transformers_backend import tokens
from loaders.backends.transformers_backend.token_cache import Encoded, TokenCache
from loaders.backends.transformers_backend.tokens import Item, tokenise
from loaders.evaluations.prompts import prompt_style

DIALOGUE = prompt_style("dialogue")
ASKED = [
    Question(id=str(number), text="I agree. " * number, options=(" Yes", " No", " Maybe so"), matching=(0,))
    for number in (1, 2, 3, 30)
]


@pytest.fixture
def encodings(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Number of texts of every call that encodes, from an empty cache on."""
    calls: list[int] = []
    real = tokens.encode

    def counted(tokenizer: Any, texts: list[str]) -> list[list[int]]:
        calls.append(len(texts))
        return real(tokenizer, texts)

    monkeypatch.setattr(tokens, "encode", counted)
    monkeypatch.setattr(tokens, "_CACHE", TokenCache())
    return calls


def loaded(folder: Path, make: Callable[..., object] = byte_pair_tokenizer, **options: object) -> Any:
    folder.mkdir(exist_ok=True)
    make(folder, **options)
    return transformers.AutoTokenizer.from_pretrained(folder)


def test_checkpoints_with_one_tokenizer_tokenise_once(tmp_path: Path, encodings: list[int]) -> None:
    answers = []
    for seed in (0, 1, 0):
        save_checkpoint(tmp_path / str(seed), seed=seed)
        answers.append(open_scorer(tmp_path / str(seed), device="cpu").score(ASKED, "dialogue"))
    assert encodings == [len(ASKED) * 4]
    assert answers[0]["option_logprobs"].tolist() == answers[2]["option_logprobs"].tolist()
    assert answers[0]["option_logprobs"].tolist() != answers[1]["option_logprobs"].tolist()


def test_what_is_remembered_is_what_was_encoded(tmp_path: Path, encodings: list[int]) -> None:
    tokenizer = loaded(tmp_path)
    first, again = (tokenise(tokenizer, DIALOGUE, ASKED) for _ in range(2))
    assert first == again
    assert all(isinstance(each, Item) for each in first)
    assert len(encodings) == 1


def test_each_context_has_its_own_refusals(tmp_path: Path, encodings: list[int]) -> None:
    tokenizer = loaded(tmp_path)
    short, long = tokenise(tokenizer, DIALOGUE, ASKED, 60), tokenise(tokenizer, DIALOGUE, ASKED, 4000)
    assert [isinstance(each, str) for each in short] == [False, False, False, True]
    assert not any(isinstance(each, str) for each in long)
    assert len(encodings) == 1


def test_other_texts_and_other_tokenizers_are_encoded(tmp_path: Path, encodings: list[int]) -> None:
    plain, twin = loaded(tmp_path / "a"), loaded(tmp_path / "b")
    tokenise(plain, DIALOGUE, ASKED)
    tokenise(twin, DIALOGUE, ASKED)
    assert len(encodings) == 1  # equal content, another object
    tokenise(plain, DIALOGUE, ASKED[:2])
    tokenise(plain, prompt_style("bare"), ASKED)
    assert len(encodings) == 3
    other = loaded(tmp_path / "c", sentence_piece_tokenizer)
    assert tokenise(other, DIALOGUE, ASKED) != tokenise(plain, DIALOGUE, ASKED)
    assert len(encodings) == 5


def test_another_chat_template_is_another_text(tmp_path: Path, encodings: list[int]) -> None:
    chatting = loaded(tmp_path, chat=True)
    first = tokenise(chatting, prompt_style("chat"), ASKED)
    chatting.chat_template = "{% for m in messages %}[{{ m.content }}]{% endfor %}"
    assert tokenise(chatting, prompt_style("chat"), ASKED) != first
    assert len(encodings) == 2


def test_a_full_cache_keeps_what_it_has(tmp_path: Path) -> None:
    tokenizer, cache, made = loaded(tmp_path), TokenCache(most_tokens=10), []

    def suite(name: str, n_tokens: int) -> list[Encoded]:
        def encode() -> list[Encoded]:
            made.append(name)
            return [(tuple(range(n_tokens)),), f"reason {name}"]

        return cache.encoded(tokenizer, name, encode)

    for _ in range(2):
        assert suite("small", 4) == [((0, 1, 2, 3),), "reason small"]
        assert suite("large", 9) == [(tuple(range(9)),), "reason large"]
    assert made == ["small", "large", "large"]


def test_a_tokenizer_that_does_not_tell_is_asked_every_time(tmp_path: Path) -> None:
    class Python:
        """No `backend_tokenizer`."""

    cache, made = TokenCache(), []
    python = Python()
    for _ in range(2):
        cache.encoded(python, "text", lambda: made.append(1) or [])  # type: ignore[func-returns-value]
    assert len(made) == 2


def test_merged_options_stay_refused(tmp_path: Path, encodings: list[int]) -> None:
    from model_builders import merging_tokenizer

    save_model(tmp_path, "llama", vocabulary=600)
    tokenizer = loaded(tmp_path, merging_tokenizer)
    said = "the tokenizer merges the option ' Yes' with the end of the prompt"
    assert [tokenise(tokenizer, DIALOGUE, ASKED[:1]) for _ in range(2)] == [[said], [said]]
    assert len(encodings) == 1
