"""Which way a server is scored by: decided once, before the first question, and never changed after."""

from __future__ import annotations

import logging
from collections.abc import Iterator

from analysis.errors import UnknownNameError
from loaders.backends.openai_compatible.connection import Connection, UnansweredError, UnscorableError
from loaders.backends.openai_compatible.endpoints import Chat, Completions, WayError
from loaders.backends.openai_compatible.tokenizer import LocalTokenizer
from loaders.backends.openai_compatible.ways import EchoWay, SamplingWay, TopTokensWay, Way
from loaders.backends.protocol import ScorerError

HOW = ("auto", "echo", "top_logprobs", "sampled")
"""Ways by name, the most exact first; 'auto' takes the first that the server passes."""
ENDPOINTS = ("completions", "chat")
_log = logging.getLogger(__name__)


def choose_way(
    connection: Connection,
    model: str,
    tokenizer: LocalTokenizer | None,
    *,
    endpoint: str,
    how: str,
    n_samples: int,
    seed: int,
    tolerance: float,
) -> Way:
    """The first way of those allowed by `how` that the server passes; refusals are logged.

    Raises UnknownNameError for another `how` or `endpoint`, ScorerError with every reason where no way is left.
    """
    if how not in HOW:
        raise UnknownNameError.of("way of scoring", how, HOW)
    if endpoint not in ENDPOINTS:
        raise UnknownNameError.of("endpoint", endpoint, ENDPOINTS)
    refusals: dict[str, None] = {}
    if endpoint == "chat":
        ways = _chat_ways(Chat(connection, model), how, n_samples, seed)
    else:
        ways = _completion_ways(connection, model, tokenizer, how, n_samples, seed, tolerance)
    for way in ways:
        try:
            way.calibrate()
        except UnansweredError as error:
            if error.status not in (200, 500):
                raise ScorerError(
                    f"{connection.base_url}: cannot be calibrated now: {error}.", "Run again later."
                ) from error
            refusals[f"{way.scoring.text}: {error}"] = None
            continue
        except (WayError, UnscorableError) as error:
            refusals[f"{way.scoring.text}: {error}"] = None
            continue
        level = logging.INFO if isinstance(way, EchoWay) else logging.WARNING
        for refusal in refusals:
            _log.log(level, "%s does not score by %s", connection.base_url, refusal)
        return way
    reasons = "\n".join(f"  {refusal}" for refusal in refusals) or f"  the chat endpoint has no way '{how}'"
    raise ScorerError(
        f"{connection.base_url}: the model '{model}' cannot be scored there ({how}).",
        f"What was tried:\n{reasons}\n"
        "Check the model's name and base_url; allow another way (how: auto), or, for a server of chat alone, set "
        "endpoint: chat.",
    )


def _completion_ways(
    connection: Connection,
    model: str,
    tokenizer: LocalTokenizer | None,
    how: str,
    n_samples: int,
    seed: int,
    tolerance: float,
) -> Iterator[Way]:
    ids_or_text = (True, False) if tokenizer is not None else (False,)
    dialects = [(Completions(connection, model, more, ids), ids) for ids in ids_or_text for more in (True, False)]
    if how in ("auto", "echo"):
        for server, ids in dialects:
            if server.extensions:
                yield EchoWay(server, "prompt_logprobs", tokenizer, ids=ids, tolerance=tolerance)
            yield EchoWay(server, "echo", tokenizer, ids=ids, tolerance=tolerance)
    if how in ("auto", "top_logprobs"):
        yield from (TopTokensWay(server, tokenizer if ids else None) for server, ids in dialects)
    if how in ("auto", "sampled"):
        yield from (SamplingWay(server, n_samples, seed) for server, ids in dialects if not ids)


def _chat_ways(chat: Chat, how: str, n_samples: int, seed: int) -> Iterator[Way]:
    if how in ("auto", "top_logprobs"):
        yield TopTokensWay(chat, None)
    if how in ("auto", "sampled"):
        yield SamplingWay(chat, n_samples, seed)
