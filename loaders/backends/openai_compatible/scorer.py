"""The scorer behind `backend: openai_compatible`: questions to a server, several at a time, ANSWERS rows back."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait
from dataclasses import replace
from typing import Any

import pandas as pd

from analysis.cells.answers import answer_row
from analysis.records import Question, checkpoint_name
from analysis.tables import ANSWERS
from loaders.backends.openai_compatible.calibration import choose_way
from loaders.backends.openai_compatible.connection import Connection, UnansweredError, UnscorableError
from loaders.backends.openai_compatible.tokenizer import LocalTokenizer
from loaders.backends.protocol import ScorerError
from loaders.backends.streaming import StreamingScorer, Told
from loaders.evaluations import prompts
from loaders.evaluations.prompts import PromptError, PromptStyle, options_of, render

_SILENT_AFTER = 10
"""So many questions in a row without any answer: the server is gone, not the questions hard."""
TOLERANCE_NATS = {"float32": 1e-3}
"""How far a generated and an echoed token may differ, by the dtype the server is said to compute in; else 0.05."""


class OpenAICompatibleScorer(StreamingScorer):
    """Scores a model that a server holds. The way is settled on opening and stands in `method`."""

    def __init__(
        self,
        model: str,
        revision: str | None = None,
        *,
        device: str | None = None,
        dtype: str | None = None,
        batch_tokens: int | None = None,
        base_url: str | None = None,
        api_key: str | None = None,
        tokenizer: str | None = None,
        end_of_text: str | None = None,
        endpoint: str = "completions",
        how: str = "auto",
        n_samples: int = 100,
        seed: int = 0,
        concurrency: int = 8,
        timeout_s: float = 120.0,
        max_retries: int = 5,
        pause_s: float = 0.5,
    ) -> None:
        """`model` is the name the server knows; `revision` and `dtype` are what it is said to serve, recorded and not
        checked; device and batch_tokens are the server's own matter.

        base_url: up to and with '/v1'. api_key: None takes OPENAI_API_KEY. tokenizer: folder or hub id, so that token
        ids are sent and the border of each option is known. end_of_text: the token's text, for prompt styles that need
        it without a tokenizer. endpoint: 'completions', or 'chat' for servers of nothing else (the server's own
        template: prompt styles 'chat' and 'chat-stripped'). how: calibration.HOW. n_samples, seed: for sampling.
        Raises ScorerError where the server cannot be reached or passes no way.
        """
        if not base_url:
            raise ScorerError("The backend 'openai_compatible' needs base_url, as in http://127.0.0.1:8000/v1.")
        if min(concurrency, n_samples) < 1 or max_retries < 0 or timeout_s <= 0:
            raise ScorerError(
                f"concurrency {concurrency}, n_samples {n_samples}, timeout_s {timeout_s}, max_retries {max_retries}: "
                "the first three must be above 0, the last at least 0."
            )
        self.checkpoint = checkpoint_name(model, revision)
        self._tokenizer = LocalTokenizer(tokenizer) if tokenizer else None
        self._end_of_text = end_of_text
        self._is_chat = endpoint == "chat"
        self._concurrency = concurrency
        self._connection = Connection(
            base_url,
            api_key=api_key or os.environ.get("OPENAI_API_KEY"),
            timeout_s=timeout_s,
            max_retries=max_retries,
            pause_s=pause_s,
            connections=concurrency,
        )
        try:
            self._way = choose_way(
                self._connection, model, self._tokenizer, endpoint=endpoint, how=how, n_samples=n_samples, seed=seed,
                tolerance=TOLERANCE_NATS.get(dtype or "", 0.05),
            )  # fmt: skip
        except BaseException:
            self.close()
            raise
        self._connection.is_calibrating = False
        self._scoring = replace(self._way.scoring, dtype=dtype or None)
        self.method = self._scoring.text

    def stream(
        self, questions: Sequence[Question], prompt_style: str, *, evaluation: str = ""
    ) -> Iterator[pd.DataFrame]:
        """The same rows as frames, as answers come; a row's index is its question's position, from 0.

        A question the server was silent about is asked once more behind all others. Raises ScorerError where the
        server stops answering: what was finished has been given by then.
        """
        style = prompts.prompt_style(prompt_style)
        silent, asked_again = 0, set[int]()
        executor = ThreadPoolExecutor(self._concurrency)
        try:
            waiting = {
                executor.submit(self._row, question, style, evaluation): position
                for position, question in enumerate(questions)
            }
            while waiting:
                done, _ = wait(waiting, return_when=FIRST_COMPLETED)
                as_asked = [future for future in waiting if future in done]  # what "in a row" means
                positions = {waiting.pop(future): future for future in as_asked}
                failures = [failure for future in done if (failure := future.exception()) is not None]
                finished = {at: future.result() for at, future in positions.items() if future.exception() is None}
                again = {at for at, (_, reason) in finished.items() if reason and at not in asked_again}
                asked_again |= again
                rows = {at: row for at, (row, _) in finished.items() if at not in again}
                if rows:
                    yield ANSWERS.typed(pd.DataFrame(list(rows.values()), index=list(rows)))
                if failures:
                    raise failures[0]
                for _, reason in finished.values():
                    silent = silent + 1 if reason else 0
                    if silent >= _SILENT_AFTER:
                        raise ScorerError(
                            f"{self._connection.base_url}: {silent} questions in a row got no answer, "
                            f"the last: {reason}.",
                            "Look at the server, then run again.",
                        )
                waiting |= {executor.submit(self._row, questions[at], style, evaluation): at for at in sorted(again)}
        finally:
            self._connection.is_stopping.set()
            executor.shutdown(cancel_futures=True)
            self._connection.is_stopping.clear()

    def close(self) -> None:
        """Give the connections back."""
        self._connection.close()

    def _row(self, question: Question, style: PromptStyle, evaluation: str) -> tuple[dict[str, Any], str]:
        """The question's row, and why the server was silent about it ('' where it was not)."""
        silence = ""
        try:
            logprobs = self._way.option_logprobs(self._prompt(question, style), options_of(style, question))
            told = Told(logprobs, self._scoring)
        except UnscorableError as error:
            told = Told.nothing(error)
            silence = str(error) if isinstance(error, UnansweredError) else ""
        row = answer_row(
            question, told.logprobs, checkpoint=self.checkpoint, evaluation=evaluation, prompt_style=style.name,
            scoring=told.scoring, n_samples=self._way.n_samples,
        )  # fmt: skip
        return row, silence

    def _prompt(self, question: Question, style: PromptStyle) -> str:
        if self._is_chat:
            if "{chat}" not in style.template:
                raise PromptError(
                    f"The chat endpoint puts its own template: prompt style '{style.name}' cannot be used there.",
                    "Use 'chat' or 'chat-stripped', or endpoint: completions.",
                )
            if question.stem:
                raise UnscorableError("the chat endpoint cannot continue what the assistant has begun to say")
            return question.text
        known = self._tokenizer
        return render(
            style,
            question,
            eot=self._end_of_text or (known.eot if known else None),
            bos=known.bos if known else "",
            chat=known.chat if known and known.has_chat_template else None,
        )
