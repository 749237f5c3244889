"""Is a path exact for this model and these prompts? Compared with the reference on a few real items, on the spot."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import Protocol

from loaders.backends.transformers_backend.tokens import Item

TOLERANCE_NATS = {"float32": 1e-4, "bfloat16": 0.15, "float16": 0.02}
"""Largest difference allowed between a path and the reference in the same type. Half precision rounds differently in
every order of summation, so there the bound only catches a wrong computation, not a rounded one; yardstick.py is
stricter where it can be."""


class ScoringPath(Protocol):
    """One way to score."""

    name: str
    """How rows name it."""

    def score(self, items: Sequence[Item]) -> Iterator[list[tuple[int, list[float]]]]:
        """(index, log-probabilities of its options in nats) of every item, as they are ready, in any order."""
        ...


def scored(path: ScoringPath, items: Sequence[Item]) -> list[list[float]]:
    """Log-probabilities of every item, in the items' order."""
    found: dict[int, list[float]] = {}
    for batch in path.score(items):
        found.update(batch)
    return [found[index] for index in range(len(items))]


def largest_difference(first: Sequence[Sequence[float]], second: Sequence[Sequence[float]]) -> float:
    """In nats, over all options; values that are both undefined or both the same infinity agree."""
    worst = 0.0
    for one, other in zip(first, second, strict=True):
        for a, b in zip(one, other, strict=True):
            if a == b or (math.isnan(a) and math.isnan(b)):
                continue
            difference = abs(a - b)
            worst = max(worst, math.inf if math.isnan(difference) else difference)
    return worst


def sample(items: Sequence[Item]) -> list[Item]:
    """At most five items: the shortest, the longest, the two that share the longest beginning and the one with most
    option tokens."""
    ordered = sorted(set(items), key=lambda item: (len(item.prompt), item.prompt))
    if len(ordered) <= 2:
        return ordered
    by_text = sorted(ordered[:200], key=lambda item: item.prompt)
    alike = max(range(1, len(by_text)), key=lambda i: shared(by_text[i - 1].prompt, by_text[i].prompt))
    branched = max(ordered, key=lambda item: item.n_fed)
    return list(dict.fromkeys([ordered[0], ordered[-1], by_text[alike - 1], by_text[alike], branched]))


def shared(first: Sequence[int], second: Sequence[int]) -> int:
    """Number of tokens two sequences begin with alike."""
    for index, (a, b) in enumerate(zip(first, second, strict=False)):
        if a != b:
            return index
    return min(len(first), len(second))
