"""A backend without a model: log-probabilities as given, or from a small rule that is the same on every run; marked as
made up.

For tests, demonstrations and documentation. By the rule, a question's matching options get a planted logit; every
option gets noise of its own, part of which all models share.
"""

from __future__ import annotations

import hashlib
import math
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from statistics import NormalDist

import pandas as pd

from analysis.cells.scoring import Scoring
from analysis.records import Question, checkpoint_name
from loaders.backends.protocol import ScorerError
from loaders.backends.streaming import StreamingScorer, Told
from loaders.evaluations.prompts import prompt_style as style_named
from loaders.models.registry import find_checkpoint

Answer = Sequence[float] | Told
"""Log-probabilities (nats) of a question's options; as `Told`, also how they were obtained or why there are none."""
Answers = Mapping[str, Answer] | Sequence[Answer] | Callable[[Question, str, str], Answer | None]
METHOD = Scoring("scripted")
_BATCH = 64
_NORMAL = NormalDist()


class ScriptedScorer(StreamingScorer):
    """Answers as it is told to. Raises ScorerError for options it does not know what to do with.

    answers: what to say, by question id (others are answered by rule), or in a list one question after the other in
    the order they are asked, or as a function of (question, prompt style, checkpoint), None for by rule.
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
        answers: Answers | None = None,
        logits: Mapping[str, float] | None = None,
        logit_per_decade: float = 0.5,
        option_mass: float = 0.9,
        seconds_per_question: float = 0.0,
    ) -> None:
        del device, dtype, batch_tokens
        if not 0 < option_mass <= 1:
            raise ScorerError(f"option_mass is {option_mass!r}, not a share above 0.", "Correct it in the options.")
        self.checkpoint = checkpoint_name(model, revision)
        self.method = METHOD.text
        self._given = _reader(answers)
        self._log_mass, self._wait_s = math.log(option_mass), seconds_per_question
        known = find_checkpoint(model, revision)
        size = known.log10_parameters if known else None
        by_size = 0.0 if size is None else logit_per_decade * (size - 9)
        self._logit = (logits or {}).get(self.checkpoint, by_size)

    def stream(
        self, questions: Sequence[Question], prompt_style: str, *, evaluation: str = ""
    ) -> Iterator[pd.DataFrame]:
        """The same rows, 64 questions at a time; the index says which question a row belongs to.

        Raises UnknownNameError for an unknown style, ScorerError where `answers` do not fit the questions.
        """
        style = style_named(prompt_style).name
        for start in range(0, len(questions), _BATCH):
            batch = questions[start : start + _BATCH]
            told = {start + at: self._told(question, style) for at, question in enumerate(batch)}
            time.sleep(self._wait_s * len(batch))
            yield self._frame(questions, told, style, evaluation)

    def close(self) -> None:
        """Nothing is held."""

    def _told(self, question: Question, style: str) -> Told:
        given = self._given(question, style, self.checkpoint)
        if isinstance(given, Told):
            return given
        logprobs = self._by_rule(question) if given is None else given
        if len(logprobs) != len(question.options):
            raise ScorerError(
                f"answers give {len(logprobs)} log-probabilities for question '{question.id}', which has "
                f"{len(question.options)} options.",
                "Give one for each.",
            )
        return Told(logprobs, METHOD)

    def _by_rule(self, question: Question) -> list[float]:
        scores = [
            (self._logit if place in question.matching else 0.0)
            + _noise(question.text, question.stem, option)
            + 0.5 * _noise(self.checkpoint, question.text, question.stem, option)
            for place, option in enumerate(question.options)
        ]
        top = max(scores)
        log_total = top + math.log(sum(math.exp(score - top) for score in scores))
        return [score - log_total + self._log_mass for score in scores]


def _reader(answers: Answers | None) -> Callable[[Question, str, str], Answer | None]:
    """What is said of a question; None for those left to the rule. Raises ScorerError, also once a list has ended."""
    if answers is None:
        return lambda question, style, checkpoint: None
    if callable(answers):
        return answers
    if isinstance(answers, Mapping):
        by_id = {str(id): answer for id, answer in answers.items()}  # a sweep file's 1 is a number
        return lambda question, style, checkpoint: by_id.get(question.id)
    if not isinstance(answers, list | tuple):  # the text of a command line is a sequence too
        raise ScorerError(f"answers is {answers!r}.", "Give a mapping, a list or a function.")
    left: Iterator[Answer] = iter(answers)

    def following(question: Question, style: str, checkpoint: str) -> Answer:
        answer = next(left, None)
        if answer is None:
            raise ScorerError(
                f"answers end after {len(answers)}, before question '{question.id}'.", "Give one for every question."
            )
        return answer

    return following


def _noise(*parts: str) -> float:
    """A draw from the standard normal that only depends on the texts."""
    number = int.from_bytes(hashlib.sha256("\0".join(parts).encode()).digest()[:6])
    return _NORMAL.inv_cdf((number + 0.5) / 2**48)
