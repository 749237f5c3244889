"""How the probabilities of an answer were obtained, or why there are none: what `scoring_method` holds as one text."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

DTYPES = ("float32", "bfloat16", "float16")
"""Precisions a model computes in."""
_MISSING = "none: "


@dataclass(frozen=True, slots=True)
class Scoring:
    """How one question was scored. Text and value hold the same: `Scoring.of(text).text == text`."""

    way: str | None
    """Kind of measurement: 'option_logprob', 'preference_model softmax', 'top_logprobs', 'sampled', 'generated_text',
    'scripted'; None where nothing was measured."""
    path: str | None = None
    """How it was computed or asked for: 'packed, all rows', 'prompt_logprobs, token ids'; None where there is one way
    only."""
    dtype: str | None = None
    """Precision the model computed in, one of DTYPES; None where it is not known."""
    missing_reason: str | None = None
    """Why nothing was measured; None where something was."""

    @classmethod
    def missing(cls, reason: object) -> Scoring:
        """Of a question that has no measurement."""
        return cls(None, missing_reason=str(reason))

    @classmethod
    def of(cls, text: str) -> Scoring:
        """What a `scoring_method` says."""
        if text.startswith(_MISSING):
            return cls.missing(text.removeprefix(_MISSING))
        way, *rest = text.split(", ")
        dtype = rest.pop() if rest and rest[-1] in DTYPES else None
        return cls(way, ", ".join(rest) if rest else None, dtype)

    @property
    def text(self) -> str:
        """As rows carry it."""
        if self.missing_reason is not None:
            return f"{_MISSING}{self.missing_reason}"
        return ", ".join(part for part in (self.way, self.path, self.dtype) if part is not None)


def unscored(methods: pd.Series[str]) -> pd.Series[bool]:
    """Which rows of a `scoring_method` column have no measurement; the same index."""
    return methods.isin([text for text in methods.unique() if Scoring.of(text).missing_reason is not None])
