"""Tokens of texts already encoded in this process, so that a sweep tokenises once a tokenizer, not once a checkpoint.

Kept flat, 4 bytes a token: the paper's 154 sets of 1,000 questions are some 10 million. The key holds the tokenizer's
content and the texts themselves, so what is found is what encoding would give.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Sequence
from hashlib import blake2b
from typing import Any
from weakref import WeakKeyDictionary

MOST_TOKENS = 1 << 24
"""64 MB in every process that scores."""
Encoded = tuple[tuple[int, ...], ...] | str
"""Token ids of a question's texts, or the reason why it has none that can be scored."""


class TokenCache:
    """Suites encoded by one tokenizer, as many as there is room for; another tokenizer empties it.

    What is full stays as it is: a sweep asks for its suites in turns, where dropping the oldest would drop each just
    before it is asked for again.
    """

    def __init__(self, most_tokens: int = MOST_TOKENS) -> None:
        self._most_tokens = most_tokens
        self._n_tokens = 0
        self._of: bytes | None = None
        self._suites: dict[bytes, tuple[array[int], list[str]]] = {}
        self._fingerprints: WeakKeyDictionary[Any, bytes | None] = WeakKeyDictionary()

    def encoded(self, tokenizer: Any, texts: object, encode: Callable[[], list[Encoded]]) -> list[Encoded]:
        """What `encode()` gives for this tokenizer and these texts (anything whose repr tells them apart)."""
        if tokenizer not in self._fingerprints:
            self._fingerprints[tokenizer] = _fingerprint(tokenizer)
        fingerprint = self._fingerprints[tokenizer]
        if fingerprint is None:
            return encode()
        if fingerprint != self._of:
            self._of, self._n_tokens = fingerprint, 0
            self._suites.clear()
        key = blake2b(repr(texts).encode(errors="surrogatepass")).digest()
        if key in self._suites:
            return _unfolded(*self._suites[key])
        found = encode()
        suite = _flat(found)
        if self._n_tokens + len(suite[0]) <= self._most_tokens:
            self._n_tokens += len(suite[0])
            self._suites[key] = suite
        return found


def _fingerprint(tokenizer: Any) -> bytes | None:
    """Everything the ids of a text depend on; None where a tokenizer is written in Python and does not tell."""
    backend = getattr(tokenizer, "backend_tokenizer", None)
    if backend is None:
        return None
    kind = type(tokenizer)
    settings = f"{kind.__module__}.{kind.__qualname__} {tokenizer.split_special_tokens}"
    return blake2b((settings + backend.to_str()).encode(errors="surrogatepass")).digest()


def _flat(encoded: Sequence[Encoded]) -> tuple[array[int], list[str]]:
    """For every question the number of its texts (0: a reason instead), their lengths and their tokens."""
    numbers, reasons = array("i"), []
    for each in encoded:
        if isinstance(each, str):
            numbers.append(0)
            reasons.append(each)
            continue
        numbers.append(len(each))
        numbers.extend(map(len, each))
        for ids in each:
            numbers.extend(ids)
    return numbers, reasons


def _unfolded(numbers: array[int], reasons: Sequence[str]) -> list[Encoded]:
    """What `_flat` was given."""
    flat, reason, at = numbers.tolist(), iter(reasons), 0
    encoded: list[Encoded] = []
    while at < len(flat):
        n, at = flat[at], at + 1
        lengths, at = flat[at : at + n], at + n
        texts = []
        for length in lengths:
            texts.append(tuple(flat[at : at + length]))
            at += length
        encoded.append(tuple(texts) if texts else next(reason))
    return encoded
