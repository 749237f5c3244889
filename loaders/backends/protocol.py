"""What a scoring backend is: questions in, ANSWERS rows out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Protocol

import pandas as pd

from analysis.errors import ScalewatchError
from analysis.records import Question


class ScorerError(ScalewatchError):
    """A model or server that cannot be loaded, is not trusted or does not answer; the text says what to do."""


class AnswerScorer(Protocol):
    """Scores the options of questions with one checkpoint."""

    checkpoint: str
    """Name of the checkpoint, as rows carry it."""
    method: str
    """How the probabilities are obtained ('option_logprob, packed, float32'): recorded on every row."""

    def score(
        self, questions: Sequence[Question | Mapping[str, Any]], prompt_style: str, *, evaluation: str = ""
    ) -> pd.DataFrame:
        """ANSWERS rows, one a question in their order (Question, or an object in the released format).

        A question that cannot be scored has null measurements and the reason in `missing_reason`. Raises ScorerError
        where nothing can.
        """
        ...

    def stream(
        self, questions: Sequence[Question], prompt_style: str, *, evaluation: str = ""
    ) -> Iterator[pd.DataFrame]:
        """The same rows as frames, as they are ready, in any order of questions: progress for long suites."""
        ...

    def close(self) -> None:
        """Give memory and connections back."""
        ...
