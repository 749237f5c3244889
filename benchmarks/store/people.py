"""What one person and twenty saw: how often they click, how long answers took, and what went wrong."""

from __future__ import annotations

import argparse
import asyncio
import statistics
import time
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from pathlib import Path
from typing import Any

from benchmarks.store.served import Server, served

PAUSE_S = 5.0


async def clicks(click: Callable[[], Awaitable[None]], wait: float, ends: float) -> None:
    """A click every five seconds until `ends` (monotonic), the first after `wait` (0-1) of them."""
    await asyncio.sleep(wait * PAUSE_S)
    while time.monotonic() < ends:
        started = time.monotonic()
        await click()
        await asyncio.sleep(max(0.0, PAUSE_S - (time.monotonic() - started)))


def run(about: str | None, measure: Callable[[Server, int, float], Coroutine[Any, Any, int]]) -> int:
    """Start a server of the results folder that was asked for, measure it (people, minutes), stop it."""
    parser = argparse.ArgumentParser(description=about)
    parser.add_argument("--results", type=Path, required=True)
    parser.add_argument("--people", type=int, default=20)
    parser.add_argument("--minutes", type=float, default=3.0)
    args = parser.parse_args()
    with served(args.results) as server:
        return asyncio.run(measure(server, args.people, args.minutes))


def report(people: int, alone: Sequence[float], together: Sequence[float], errors: Sequence[str], server: str) -> int:
    """Prints a Markdown table of the seconds, how many errors, and what the server took; 1 where there are errors."""
    print("| who | clicks | median s | 95 % s |\n|---|---|---|---|")
    for who, seconds in (("one alone", alone), (f"{people} together", together)):
        high = statistics.quantiles(seconds, n=20)[-1]
        print(f"| {who} | {len(seconds)} | {statistics.median(seconds):.2f} | {high:.2f} |")
    print(f"\n{len(errors)} errors; {server}")
    print("\n".join(sorted(set(errors))[:5]))
    return 1 if errors else 0
