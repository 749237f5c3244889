"""The ways to a question's option log-probabilities, the most exact first: echo, top tokens, samples."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Protocol

from analysis.cells.scoring import Scoring
from loaders.backends.openai_compatible.connection import RefusedError, UnscorableError
from loaders.backends.openai_compatible.endpoints import Completions, EchoForm, Endpoint, PromptText, Token, WayError
from loaders.backends.openai_compatible.tokenizer import LocalTokenizer

CALIBRATION_PROMPTS = (
    "Human: Is the sky blue on a clear day?\n\nAssistant:",
    "One, two, three, four,",
    "The capital of France is the city of",
    "Question: What is 2 + 2? Choices: (A) 3 (B) 4. Answer: (",
)
"""What a server is asked before it is trusted."""


class Way(Protocol):
    """One way of scoring, bound to one server."""

    scoring: Scoring
    """As recorded on rows, but for the precision."""
    n_samples: int | None

    def calibrate(self) -> None:
        """Ask the server and settle what is open. Raises WayError, or an error of the connection."""
        ...

    def option_logprobs(self, prompt: str, options: Sequence[str]) -> list[float]:
        """Log-probability (nats) of every option after the prompt. Raises UnscorableError where there is none."""
        ...


@dataclass(frozen=True, slots=True)
class _Check:
    """A text sent again with its greedy token behind it."""

    text: str
    greedy: Token
    tokens: list[Token]
    """As echoed."""
    counted: int
    """Tokens of text and greedy token, as the server counts them."""


class EchoWay:
    """Sums the log-probabilities a server gives for the tokens of its own prompt: exact.

    With token ids, the border between prompt and option is known; in a text it is where the last tokens spell the
    option, and an option merged with the prompt has none.
    """

    n_samples: int | None = None

    def __init__(
        self, server: Completions, form: EchoForm, tokenizer: LocalTokenizer | None, *, ids: bool, tolerance: float
    ) -> None:
        """`tolerance`: largest difference in nats between a generated and an echoed token (see `calibrate`)."""
        self.scoring = Scoring("option_logprob", f"{form}, {'token ids' if ids else 'text'}")
        self._server, self._form, self._tokenizer, self._ids = server, form, tokenizer, ids
        self._tolerance = tolerance
        self._left_out = 0
        """Prompt tokens that usage counts and the echo leaves out: llama-cpp-python hides its begin-of-text token."""

    def calibrate(self) -> None:
        """Proof that every token has its own log-probability: the greedy token g after a prompt has the same value
        when prompt + g is echoed. Some servers pair each token with the next position's distribution."""
        checks = [check for prompt in CALIBRATION_PROMPTS if (check := self._greedy_echoed(prompt)) is not None]
        if not checks:
            raise WayError("no generated token came back as the one token it was: nothing to calibrate with")
        seen = ""
        for left_out in (0, 1):
            pairs = [(check.greedy, _at(check.tokens, check.counted - 1 - left_out)) for check in checks]
            wrong = [(greedy, echoed) for greedy, echoed in pairs if not self._agree(greedy, echoed)]
            if not wrong:
                self._left_out = left_out
                if left_out or any(self._begins_with_more(check) for check in checks):
                    path = f"{self.scoring.path}, begin-of-text added by the server"
                    self.scoring = replace(self.scoring, path=path)
                return
            seen = seen or _difference(*wrong[0])
        raise WayError(f"the echo does not pair tokens with their own log-probabilities: {seen}")

    def option_logprobs(self, prompt: str, options: Sequence[str]) -> list[float]:
        """One request an option."""
        by_border = self._by_ids if self._ids else self._by_text
        return [_sum(by_border(prompt, option), option) for option in options]

    def _by_ids(self, prompt: str, option: str) -> list[Token]:
        before, behind = self._known_tokenizer.split(prompt, option)
        tokens = self._prompt_part((*before, *behind))
        if len(tokens) != len(before) + len(behind):
            raise UnscorableError(f"the server counts {len(tokens)} tokens where {len(before) + len(behind)} were sent")
        tail = tokens[-len(behind) :]
        if any(token.id is not None and token.id != id for token, id in zip(tail, behind, strict=True)):
            raise UnscorableError(f"the server echoes other tokens than were sent for the option {option!r}")
        return tail

    def _by_text(self, prompt: str, option: str) -> list[Token]:
        tokens = self._prompt_part(prompt + option)
        texts = [token.text or "" for token in tokens]
        start = next((at for at in range(len(texts) - 1, 0, -1) if "".join(texts[at:]) == option), None)
        if start is None:
            raise UnscorableError(f"no token of the server starts where the option {option!r} does: it merges them")
        tail = tokens[start:]
        if self._tokenizer is None and not texts[start - 1]:  # a part of a character, of the prompt or of the option
            raise UnscorableError(
                f"the server's tokens do not show where the option {option!r} starts; name a tokenizer"
            )
        if self._tokenizer is not None and len(tail) != len(self._tokenizer.split(prompt, option)[1]):
            raise UnscorableError(f"the server tokenises the option {option!r} in another way than the tokenizer")
        return tail

    def _prompt_part(self, prompt: PromptText) -> list[Token]:
        tokens, counted = self._server.prompt_tokens(prompt, self._form)
        length = counted - self._left_out
        if not 0 < length <= len(tokens):
            raise WayError(f"the server counts {counted} prompt tokens and echoes {len(tokens)}")
        return tokens[:length]

    def _greedy_echoed(self, text: str) -> _Check | None:
        """None where the generated token is not one token of its own when the text is sent again."""
        prompt = self._known_tokenizer.encode(text) if self._ids else text
        greedy, counted = self._server.greedy(prompt)
        if self._ids and counted != len(prompt):
            raise WayError(f"the server counts {counted} tokens where {len(prompt)} ids were sent")
        longer = self._with(prompt, greedy)
        if longer is None:
            return None
        tokens, counted_longer = self._server.prompt_tokens(longer, self._form)
        return _Check(text, greedy, tokens, counted_longer) if counted_longer == counted + 1 else None

    def _begins_with_more(self, check: _Check) -> bool:
        """Whether the server put a token before the text."""
        if self._tokenizer is not None:
            return check.counted - 1 > len(self._tokenizer.encode(check.text))
        first = check.tokens[0].text
        return first is not None and not check.text.startswith(first)

    def _with(self, prompt: PromptText, token: Token) -> PromptText | None:
        if isinstance(prompt, str):
            return prompt + token.text if token.text and "\ufffd" not in token.text else None
        if token.id is not None:
            return (*prompt, token.id)
        ids = self._known_tokenizer.encode(token.text or "")
        return (*prompt, *ids) if len(ids) == 1 else None

    def _agree(self, greedy: Token, echoed: Token | None) -> bool:
        if echoed is None or echoed.logprob is None or greedy.logprob is None:
            return False
        same_text = not greedy.text or not echoed.text or greedy.text == echoed.text
        same_id = greedy.id is None or echoed.id is None or greedy.id == echoed.id
        return same_text and same_id and abs(greedy.logprob - echoed.logprob) <= self._tolerance

    @property
    def _known_tokenizer(self) -> LocalTokenizer:
        assert self._tokenizer is not None, "token ids are sent only where there is a tokenizer"
        return self._tokenizer


class TopTokensWay:
    """Reads options among the likeliest next tokens, 20 at most.

    With token ids, an option of several tokens is followed token by token: exact where each is in the list. Without,
    only the first token is read, and only where it is the whole option but punctuation.
    """

    n_samples: int | None = None

    def __init__(self, endpoint: Endpoint, tokenizer: LocalTokenizer | None) -> None:
        """`tokenizer`: send token ids and follow options; None: send text and read the first token."""
        self.scoring = Scoring("top_logprobs", "token ids" if tokenizer else "first token")
        self._endpoint, self._tokenizer, self._n_top = endpoint, tokenizer, 20

    def calibrate(self) -> None:
        """Finds how many tokens the server gives, and checks that they are a distribution."""
        text = CALIBRATION_PROMPTS[0]
        prompt = self._tokenizer.encode(text) if self._tokenizer else text
        for self._n_top in (20, 10, 5):
            try:
                tokens = self._endpoint.next_tokens(prompt, self._n_top)
                break
            except RefusedError as error:
                refusal = error
        else:
            raise WayError(f"no list of likeliest tokens, not even of 5: {refusal}")
        total = sum(math.exp(token.logprob or 0.0) for token in tokens)
        if len(tokens) < 2 or not 0 < total <= 1.001:
            raise WayError(f"its {len(tokens)} likeliest next tokens have a total probability of {total:.3f}")

    def option_logprobs(self, prompt: str, options: Sequence[str]) -> list[float]:
        """One request for text; one a token of the options' tree for token ids."""
        if self._tokenizer is not None:
            return self._followed(self._tokenizer, prompt, options)
        likeliest = self._endpoint.next_tokens(prompt, self._n_top)
        return [_first_token(option, likeliest) for option in options]

    def _followed(self, tokenizer: LocalTokenizer, prompt: str, options: Sequence[str]) -> list[float]:
        next_tokens: Callable[[PromptText], list[Token]] = cache(
            lambda before: self._endpoint.next_tokens(before, self._n_top)
        )
        found = []
        for option in options:
            before, behind = tokenizer.split(prompt, option)
            tokens = []
            for at, id in enumerate(behind):
                likeliest = next_tokens((*before, *behind[:at]))
                text = tokenizer.text_of((id,))
                named = (token for token in likeliest if token.id == id or (token.id is None and token.text == text))
                token = next(named, None)
                if token is None:
                    raise _outside(option, likeliest)
                tokens.append(token)
            found.append(_sum(tokens, option))
        return found


class SamplingWay:
    """Share of samples that begin with the option as whole words: an estimate, where no log-probabilities come."""

    def __init__(self, endpoint: Endpoint, n_samples: int, seed: int) -> None:
        """`n_samples` per question."""
        self.scoring = Scoring("sampled")
        self.n_samples: int | None = n_samples
        self._endpoint, self._n, self._seed = endpoint, n_samples, seed

    def calibrate(self) -> None:
        """Asks for two samples."""
        if not self._endpoint.samples(CALIBRATION_PROMPTS[0], 2, seed=self._seed, max_tokens=4):
            raise WayError("asked for samples, got none")

    def option_logprobs(self, prompt: str, options: Sequence[str]) -> list[float]:
        """As many requests as the server needs for `n_samples` samples. -inf: no sample began with the option."""
        longest = max(len(option.encode()) for option in options)
        drawn: list[str] = []
        while len(drawn) < self._n:
            more = self._endpoint.samples(
                prompt, self._n - len(drawn), seed=self._seed + len(drawn), max_tokens=longest
            )
            if not more:
                raise UnscorableError("the server gave no sample")
            drawn += more
        drawn = drawn[: self._n]
        said = Counter(_option_said(text, options) for text in drawn)
        counts = [said[option] for option in options]
        if not any(counts):
            raise UnscorableError(f"none of {self._n} samples begins with an option")
        return [math.log(count / self._n) if count else -math.inf for count in counts]


def _option_said(text: str, options: Sequence[str]) -> str | None:
    """The longest option a sample begins with, as whole words."""
    begun = [option for option in options if text.startswith(option)]
    whole = [option for option in begun if not (option[-1:].isalnum() and text[len(option) :][:1].isalnum())]
    return max(whole, key=len, default=None)


def _at(tokens: Sequence[Token], index: int) -> Token | None:
    return tokens[index] if 0 <= index < len(tokens) else None


def _difference(greedy: Token, echoed: Token | None) -> str:
    name = repr(greedy.text) if greedy.text is not None else f"token {greedy.id}"
    there = "nothing" if echoed is None else f"{echoed.text or echoed.id or ''!r} with {echoed.logprob}"
    return f"{name} was generated with {greedy.logprob} nats and is echoed as {there}"


def _sum(tokens: Sequence[Token], option: str) -> float:
    values = [token.logprob for token in tokens]
    if any(value is None or not math.isfinite(value) or value > 1e-6 for value in values):
        raise UnscorableError(f"the server gives {values} as log-probabilities of the option {option!r}")
    return math.fsum(value for value in values if value is not None)


def _first_token(option: str, likeliest: Sequence[Token]) -> float:
    """Log-probability of the first token of an option that has nothing but punctuation behind it."""
    whole = [token for token in likeliest if token.text and _is_all_but_punctuation(token.text, option)]
    if not whole:
        raise _outside(option, likeliest)
    return _sum([max(whole, key=lambda token: len(token.text or ""))], option)


def _is_all_but_punctuation(text: str, option: str) -> bool:
    rest = option.removeprefix(text)
    return option.startswith(text) and not any(character.isalnum() for character in rest)


def _outside(option: str, likeliest: Sequence[Token]) -> UnscorableError:
    return UnscorableError(f"the option {option!r} is not among the {len(likeliest)} likeliest next tokens")
