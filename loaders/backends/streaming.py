"""What scorers that give their rows batch by batch have in common: the frame of a batch, and all rows in order."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from analysis.cells.answers import answer_row
from analysis.cells.scoring import Scoring
from analysis.records import Question
from analysis.tables import ANSWERS
from loaders.evaluations.released import question_of


@dataclass(frozen=True, slots=True)
class Told:
    """What a model says of one question."""

    logprobs: Sequence[float] | None
    """Log-probability (nats) of each option, in their order; None where nothing was measured."""
    scoring: Scoring
    """How they were obtained, or why there are none."""

    @classmethod
    def nothing(cls, reason: object) -> Told:
        """Of a question that cannot be scored."""
        return cls(None, Scoring.missing(reason))


class StreamingScorer(ABC):
    """A scorer (protocol.AnswerScorer) of which only `stream` is left to write."""

    checkpoint: str

    @abstractmethod
    def stream(
        self, questions: Sequence[Question], prompt_style: str, *, evaluation: str = ""
    ) -> Iterator[pd.DataFrame]:
        """ANSWERS rows as frames, as they are ready; a row's index is its question's position, from 0."""

    def score(
        self, questions: Sequence[Question | Mapping[str, Any]], prompt_style: str, *, evaluation: str = ""
    ) -> pd.DataFrame:
        """ANSWERS rows, one a question in their order (Question, or an object in the released format)."""
        asked = [
            each if isinstance(each, Question) else question_of(each, str(number))
            for number, each in enumerate(questions, start=1)
        ]
        frames = list(self.stream(asked, prompt_style, evaluation=evaluation))
        return ANSWERS.typed(pd.concat(frames).sort_index()) if frames else ANSWERS.empty()

    def _frame(
        self,
        questions: Sequence[Question],
        told: Mapping[int, Told],
        prompt_style: str,
        evaluation: str,
    ) -> pd.DataFrame:
        """Rows of some questions: position -> what the model says of it."""
        rows = [
            answer_row(
                questions[position], each.logprobs, checkpoint=self.checkpoint, evaluation=evaluation,
                prompt_style=prompt_style, scoring=each.scoring,
            )
            for position, each in told.items()
        ]  # fmt: skip
        return ANSWERS.typed(pd.DataFrame(rows, index=list(told)))
