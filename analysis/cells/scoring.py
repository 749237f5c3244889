"""How the probabilities of an answer were obtained, or why there are none: four columns of a row as one value."""

from __future__ import annotations

from dataclasses import dataclass

DTYPES = ("float32", "bfloat16", "float16")
"""Precisions a model computes in."""


@dataclass(frozen=True, slots=True)
class Scoring:
    """How one question was scored."""

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

    @property
    def columns(self) -> dict[str, str | None]:
        """As a row carries it."""
        return {
            "scoring_way": self.way,
            "scoring_path": self.path,
            "scoring_dtype": self.dtype,
            "missing_reason": self.missing_reason,
        }

    @property
    def text(self) -> str:
        """In words, for people."""
        if self.missing_reason is not None:
            return f"none: {self.missing_reason}"
        return ", ".join(part for part in (self.way, self.path, self.dtype) if part is not None)
