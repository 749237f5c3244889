"""Scripted models for commands, which pass on no functions: classes to put into the registry for the scripted one."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import Any, ClassVar

import pandas as pd

from analysis.cells.scoring import Scoring
from analysis.records import Question
from loaders.backends.scripted import ScriptedScorer
from loaders.backends.streaming import Told


def interrupt(question: Question, prompt_style: str, checkpoint: str) -> Told:
    """Ctrl-C while the model thinks."""
    raise KeyboardInterrupt


class Interrupted(ScriptedScorer):
    """Is stopped at its first question."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, answers=interrupt, **options)


class InFloat32(ScriptedScorer):
    """Says that it computes in this precision."""

    dtype = "float32"

    def __init__(self, *args: Any, **options: Any) -> None:
        told = Told([math.log(0.6), math.log(0.3)], Scoring("option_logprob", "packed", self.dtype))
        super().__init__(*args, answers=lambda question, prompt_style, checkpoint: told, **options)


class InBfloat16(InFloat32):
    """The same in the other."""

    dtype = "bfloat16"


class Backwards(ScriptedScorer):
    """Gives rows from the last question to the first, and notes how it is opened and that it is closed."""

    opened: ClassVar[list[tuple[str, str | None, int | None]]] = []
    closed: ClassVar[list[str]] = []

    def __init__(self, model: str, revision: str | None = None, **options: Any) -> None:
        super().__init__(model, revision, **options)
        self.opened.append((model, options["dtype"], options["batch_tokens"]))

    def stream(
        self, questions: Sequence[Question], prompt_style: str, *, evaluation: str = ""
    ) -> Iterator[pd.DataFrame]:
        for frame in super().stream(questions, prompt_style, evaluation=evaluation):
            yield frame.iloc[::-1]

    def close(self) -> None:
        self.closed.append(self.checkpoint)
