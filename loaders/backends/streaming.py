"""What scorers that give their rows batch by batch have in common: the frame of a batch, and all rows in order."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import pandas as pd

from analysis.cells.answers import answer_row
from analysis.records import Question
from analysis.tables import ANSWERS
from loaders.evaluations.released import question_of


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
        told: Mapping[int, tuple[Sequence[float] | None, str]],
        prompt_style: str,
        evaluation: str,
    ) -> pd.DataFrame:
        """Rows of some questions: position -> log-probabilities (nats) of the options and how they were obtained, or
        None and why there are none."""
        rows = [
            answer_row(
                questions[position], logprobs, checkpoint=self.checkpoint, evaluation=evaluation,
                prompt_style=prompt_style, scoring_method=method,
            )
            for position, (logprobs, method) in told.items()
        ]  # fmt: skip
        return ANSWERS.typed(pd.DataFrame(rows, index=list(told)))
