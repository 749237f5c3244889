"""Pythia's shapes: enough to build a model of one, and to count the operations it needs."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType

VOCABULARY = 50_304
"""Rows of the embedding and of the output head."""

TOKENS = 50_254
"""Entries of Pythia's own tokenizer; the embedding is padded beyond it."""


@dataclass(frozen=True, slots=True)
class Shape:
    """A GPT-NeoX body: `width` and `inner` are hidden and MLP width, in numbers per token."""

    layers: int
    width: int
    heads: int
    inner: int

    @property
    def body_weights(self) -> int:
        """Weights of the matrices every token passes through."""
        return self.layers * (4 * self.width**2 + 2 * self.width * self.inner)


SHAPES = MappingProxyType(
    {
        "70m": Shape(layers=6, width=512, heads=8, inner=2048),
        "410m": Shape(layers=24, width=1024, heads=16, inner=4096),
        "1.4b": Shape(layers=24, width=2048, heads=16, inner=8192),
    }
)
"""Name -> shape, after Biderman et al. 2023, table 1."""
