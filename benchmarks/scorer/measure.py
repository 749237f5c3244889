"""Marginal rates: a program run on few and on many items; the difference is the rate, the rest fixed cost."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from benchmarks.scorer.children import Usage, run

LogProbabilities = list[list[float]]
"""Nats of every option of every item."""


@dataclass(frozen=True, slots=True)
class Run:
    """One run of a program to its end."""

    items: int
    usage: Usage
    found: LogProbabilities


@dataclass(frozen=True, slots=True)
class Pair:
    """The same program on few and on many items."""

    few: Run
    many: Run

    @property
    def rate(self) -> float:
        """Items per CPU-second beyond the fixed cost."""
        return (self.many.items - self.few.items) / (self.many.usage.cpu_seconds - self.few.usage.cpu_seconds)

    @property
    def fixed(self) -> float:
        """CPU-seconds before the first item: import, load, check."""
        return self.few.usage.cpu_seconds - self.few.items / self.rate

    @property
    def peak_gb(self) -> float:
        """Largest resident set, in 1e9 bytes."""
        return self.many.usage.peak_gb


@dataclass(frozen=True, slots=True)
class Spread:
    """Median, least and greatest over the rounds."""

    middle: float
    low: float
    high: float

    @classmethod
    def of(cls, values: Sequence[float]) -> Spread:
        """Of one value a round."""
        return cls(median(values), min(values), max(values))

    def text(self, digits: int, factor: float = 1) -> str:
        """ "5.2 (5.1-5.4)"."""
        low, high = (f"{factor * value:.{digits}f}" for value in (self.low, self.high))
        return f"{factor * self.middle:.{digits}f} ({low}-{high})"


def module(name: str, *arguments: object) -> Usage:
    """Run a file of this folder as a child."""
    return run([sys.executable, "-m", f"benchmarks.scorer.{name}", *map(str, arguments)])


def largest_error(reference: Path, runs: Sequence[Run]) -> float:
    """Largest difference in nats from the naive scores in `reference`, over all options and runs."""
    naive = json.loads(reference.read_text())
    expected: list[tuple[int, list[float]]] = list(zip(naive["at"], naive["option_logprobs"], strict=True))
    return max(
        abs(found - true)
        for each in runs
        for at, row in expected
        for found, true in zip(each.found[at], row, strict=True)
    )
