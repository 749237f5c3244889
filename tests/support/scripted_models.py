"""Scripted models for commands, which pass on no functions: classes to put into the registry for the scripted one."""

from __future__ import annotations

import math
from typing import Any

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
