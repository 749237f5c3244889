"""The two endpoints that answer questions, completions and chat: what is asked of them and how answers are read."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal, Protocol, TypeVar

from loaders.backends.openai_compatible.connection import Connection, UnansweredError
from loaders.backends.protocol import ScorerError

PromptText = str | tuple[int, ...]
"""A prompt as text or as token ids."""
EchoForm = Literal["prompt_logprobs", "echo"]
_ID_PREFIX = "token_id:"
_T = TypeVar("_T")


class WayError(ScorerError):
    """A way of scoring this server does not offer, or offers wrongly."""


@dataclass(frozen=True, slots=True)
class Token:
    """One token of an answer: its text where the server gives it, its id where it gives that."""

    text: str | None
    id: int | None
    logprob: float | None
    """Nats; None for the first token of a text."""


class Endpoint(Protocol):
    """Where the likeliest next tokens and samples come from."""

    def next_tokens(self, prompt: PromptText, n_top: int) -> list[Token]:
        """The `n_top` likeliest next tokens, the likeliest first."""
        ...

    def samples(self, prompt: PromptText, n: int, *, seed: int, max_tokens: int) -> list[str]:
        """One to `n` continuations drawn at temperature 1."""
        ...


@dataclass(frozen=True, slots=True)
class Completions:
    """POST /completions. `extensions`: with the fields of vLLM that other servers may refuse; `by_id`: tokens are
    named by their ids, where the server can."""

    connection: Connection
    model: str
    extensions: bool
    by_id: bool

    def prompt_tokens(self, prompt: PromptText, form: EchoForm) -> tuple[list[Token], int]:
        """The prompt's tokens with their log-probabilities, what was generated behind them included where the server
        echoes it, and the number of prompt tokens the server counts (`usage`).

        One token is generated in any case: to some servers 0 means without limit. Raises WayError where no
        log-probabilities come, and the errors of Connection.post.
        """
        asked: dict[str, Any] = {"prompt_logprobs": 0} if form == "prompt_logprobs" else {"echo": True, "logprobs": 1}
        answer = self._ask(prompt, max_tokens=1, temperature=0, **asked)
        counted = _read(answer, lambda: int(answer["usage"]["prompt_tokens"]))
        choice = _read(answer, lambda: dict(answer["choices"][0]))
        given = choice.get("prompt_logprobs") if form == "prompt_logprobs" else choice.get("logprobs")
        if not given:
            raise WayError(f"asked for log-probabilities of the prompt ({form}), got none")
        if form == "echo":
            if "tokens" not in given:
                raise WayError("asked for an echo of the prompt with log-probabilities, got the generated token alone")
            return _read(answer, lambda: [_token(*pair) for pair in _pairs(given)]), counted
        return _read(answer, lambda: [_by_id(entry, prompt, at) for at, entry in enumerate(given)]), counted

    def next_tokens(self, prompt: PromptText, n_top: int) -> list[Token]:
        """The `n_top` likeliest next tokens. Raises WayError where no log-probabilities come."""
        return _likeliest(self._ask(prompt, max_tokens=1, temperature=0, logprobs=n_top))

    def greedy(self, prompt: PromptText) -> tuple[Token, int]:
        """The token generated at temperature 0, and the number of prompt tokens the server counts."""
        answer = self._ask(prompt, max_tokens=1, temperature=0, logprobs=1)
        given = _logprobs(answer)
        token = _read(answer, lambda: _entry(given["content"][0]) if "content" in given else _token(*_pairs(given)[0]))
        return token, _read(answer, lambda: int(answer["usage"]["prompt_tokens"]))

    def samples(self, prompt: PromptText, n: int, *, seed: int, max_tokens: int) -> list[str]:
        """One to `n` continuations at temperature 1, with nothing cut off the distribution."""
        whole = {"top_k": -1, "min_p": 0.0, "repetition_penalty": 1.0} if self.extensions else {}
        answer = self._ask(prompt, n=n, seed=seed, max_tokens=max_tokens, temperature=1.0, top_p=1.0, **whole)
        return _read(answer, lambda: [_text(choice["text"]) for choice in answer["choices"]])

    def _ask(self, prompt: PromptText, **asked: Any) -> dict[str, Any]:
        body = {"model": self.model, "prompt": prompt if isinstance(prompt, str) else list(prompt), **asked}
        if self.extensions:
            body["add_special_tokens"] = False
            if self.by_id:
                body["return_tokens_as_token_ids"] = True
        return self.connection.post("completions", body)


@dataclass(frozen=True, slots=True)
class Chat:
    """POST /chat/completions: the server puts its own template around the user's turn."""

    connection: Connection
    model: str

    def next_tokens(self, prompt: PromptText, n_top: int) -> list[Token]:
        """The `n_top` likeliest first tokens of the reply. Raises WayError where no log-probabilities come."""
        return _likeliest(self._ask(prompt, max_tokens=1, temperature=0, logprobs=True, top_logprobs=n_top))

    def samples(self, prompt: PromptText, n: int, *, seed: int, max_tokens: int) -> list[str]:
        """One to `n` replies at temperature 1."""
        answer = self._ask(prompt, n=n, seed=seed, max_tokens=max_tokens, temperature=1.0, top_p=1.0)
        return _read(answer, lambda: [_text(choice["message"]["content"]) for choice in answer["choices"]])

    def _ask(self, prompt: PromptText, **asked: Any) -> dict[str, Any]:
        turn = {"role": "user", "content": prompt}
        return self.connection.post("chat/completions", {"model": self.model, "messages": [turn], **asked})


def _read(answer: dict[str, Any], reader: Callable[[], _T]) -> _T:
    """What `reader` finds in an answer. Raises UnansweredError where the answer has another shape."""
    try:
        return reader()
    except (KeyError, IndexError, TypeError, ValueError, AttributeError) as error:
        raise UnansweredError(f"the server's answer has an unexpected shape: {str(answer)[:200]}", 200) from error


def _logprobs(answer: dict[str, Any]) -> dict[str, Any]:
    """The log-probabilities of what was generated, in the shape of completions or of chat (llama.cpp: always that).

    Raises WayError where there are none.
    """
    given = _read(answer, lambda: dict(answer["choices"][0])).get("logprobs")
    if not isinstance(given, dict) or not (given.get("content") or given.get("tokens")):
        raise WayError("asked for the log-probability of a generated token, got none")
    return given


def _likeliest(answer: dict[str, Any]) -> list[Token]:
    """The likeliest first tokens of what was generated. Raises WayError where there is no list of them."""
    given = _logprobs(answer)
    if "content" in given:
        tokens = _read(answer, lambda: [_entry(each) for each in given["content"][0]["top_logprobs"]])
    else:
        if not given.get("top_logprobs"):
            raise WayError("asked for the likeliest next tokens, got none")
        tokens = _read(answer, lambda: [_token(*pair) for pair in given["top_logprobs"][0].items()])
    return sorted(tokens, key=lambda token: -(token.logprob or 0.0))


def _entry(given: dict[str, Any]) -> Token:
    """A token in the shape of chat; some servers add its id."""
    token = _token(given["token"], given["logprob"])
    return Token(token.text, given["id"], token.logprob) if isinstance(given.get("id"), int) else token


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(f"{value!r} is not a text")
    return value


def _token(name: object, logprob: object) -> Token:
    """A token as servers name it: its text, or 'token_id:N'."""
    number = None if logprob is None else float(logprob)  # type: ignore[arg-type]
    text = _text(name)
    if text.startswith(_ID_PREFIX) and text[len(_ID_PREFIX) :].isdigit():
        return Token(None, int(text[len(_ID_PREFIX) :]), number)
    return Token(text, None, number)


def _pairs(given: dict[str, Any]) -> list[tuple[object, object]]:
    return list(zip(given["tokens"], given["token_logprobs"], strict=True))


def _by_id(entry: dict[str, Any] | None, prompt: PromptText, at: int) -> Token:
    """The prompt's own token in an entry of `prompt_logprobs`: the one of the id that was sent, else the first."""
    if entry is None:
        return Token(None, None, None)
    key = next(iter(entry)) if isinstance(prompt, str) else str(prompt[at])
    return Token(entry[key].get("decoded_token"), int(key), float(entry[key]["logprob"]))
