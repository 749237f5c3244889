"""A backend without a model: log-probabilities from a small rule, the same on every run, marked as made up.

For tests, demonstrations and documentation. A question's matching options get a planted logit; every option gets
noise of its own, part of which all models share.
"""

from __future__ import annotations

import hashlib
import math
import time
from collections.abc import Iterator, Mapping, Sequence
from statistics import NormalDist

import pandas as pd

from analysis.records import Question
from loaders.backends.protocol import ScorerError
from loaders.backends.streaming import StreamingScorer
from loaders.evaluations.prompts import prompt_style as style_named
from loaders.models.registry import find_checkpoint

METHOD = "scripted"
_BATCH = 64
_NORMAL = NormalDist()


class ScriptedScorer(StreamingScorer):
    """Answers by rule. Raises ScorerError for options it does not know what to do with.

    logits: model name -> planted logit of a matching option; for other models of the checkpoint registry
    `logit_per_decade` x (log10 of the parameters - 9), for unknown models 0. option_mass: probability on the listed
    options. seconds_per_question: waits that long, to stand in for a model's work.
    """

    def __init__(
        self,
        model: str,
        revision: str | None = None,
        *,
        device: str | None = None,
        dtype: str | None = None,
        batch_tokens: int | None = None,
        logits: Mapping[str, float] | None = None,
        logit_per_decade: float = 0.5,
        option_mass: float = 0.9,
        seconds_per_question: float = 0.0,
    ) -> None:
        del device, dtype, batch_tokens
        if not 0 < option_mass <= 1:
            raise ScorerError(f"option_mass is {option_mass!r}, not a share above 0.", "Correct it in the options.")
        self.checkpoint = model if revision is None else f"{model}@{revision}"
        self.method = METHOD
        self._log_mass, self._wait_s = math.log(option_mass), seconds_per_question
        known = find_checkpoint(model, revision)
        size = known.log10_parameters if known else None
        by_size = 0.0 if size is None else logit_per_decade * (size - 9)
        self._logit = (logits or {}).get(self.checkpoint, by_size)

    def stream(
        self, questions: Sequence[Question], prompt_style: str, *, evaluation: str = ""
    ) -> Iterator[pd.DataFrame]:
        """The same rows, 64 questions at a time; the index says which question a row belongs to.

        Raises UnknownNameError for an unknown style.
        """
        style = style_named(prompt_style).name
        for start in range(0, len(questions), _BATCH):
            batch = questions[start : start + _BATCH]
            told = {start + at: (self._logprobs(question), METHOD) for at, question in enumerate(batch)}
            time.sleep(self._wait_s * len(batch))
            yield self._frame(questions, told, style, evaluation)

    def close(self) -> None:
        """Nothing is held."""

    def _logprobs(self, question: Question) -> list[float]:
        scores = [
            (self._logit if place in question.matching else 0.0)
            + _noise(question.text, question.stem, option)
            + 0.5 * _noise(self.checkpoint, question.text, question.stem, option)
            for place, option in enumerate(question.options)
        ]
        top = max(scores)
        log_total = top + math.log(sum(math.exp(score - top) for score in scores))
        return [score - log_total + self._log_mass for score in scores]


def _noise(*parts: str) -> float:
    """A draw from the standard normal that only depends on the texts."""
    number = int.from_bytes(hashlib.sha256("\0".join(parts).encode()).digest()[:6])
    return _NORMAL.inv_cdf((number + 0.5) / 2**48)
