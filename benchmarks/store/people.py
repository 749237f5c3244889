"""What one person and twenty saw: how long answers took, and what went wrong."""

from __future__ import annotations

import argparse
import statistics
from collections.abc import Sequence
from pathlib import Path


def arguments(about: str | None) -> argparse.Namespace:
    """Which results folder, how many people, for how long."""
    parser = argparse.ArgumentParser(description=about)
    parser.add_argument("--results", type=Path, required=True)
    parser.add_argument("--people", type=int, default=20)
    parser.add_argument("--minutes", type=float, default=3.0)
    return parser.parse_args()


def report(people: int, alone: Sequence[float], together: Sequence[float], errors: Sequence[str], server: str) -> int:
    """Prints a Markdown table of the seconds, how many errors, and what the server took; 1 where there are errors."""
    print("| who | clicks | median s | 95 % s |\n|---|---|---|---|")
    for who, seconds in (("one alone", alone), (f"{people} together", together)):
        high = statistics.quantiles(seconds, n=20)[-1]
        print(f"| {who} | {len(seconds)} | {statistics.median(seconds):.2f} | {high:.2f} |")
    print(f"\n{len(errors)} errors; {server}")
    print("\n".join(sorted(set(errors))[:5]))
    return 1 if errors else 0
