"""Ordered lines: faint to strong, thin to thick."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

MOST = 8
"""Most lines that each have a place of their own."""
PLACES: dict[int, tuple[int, ...]] = {
    1: (10,),
    2: (5, 10),
    3: (4, 7, 10),
    4: (4, 6, 8, 10),
    5: (4, 6, 7, 9, 10),
    6: (4, 5, 6, 7, 9, 10),
    7: (3, 4, 5, 6, 7, 9, 10),
    8: (3, 4, 5, 6, 7, 8, 9, 10),
}
"""Number of lines -> places of the ramp (1-10): places 3-10 have the contrast a line needs."""
FAINTEST_WIDTH, WIDTH_STEP = 1.3, 0.12
"""Stroke of the first line, and what each further one adds."""


@dataclass(frozen=True, slots=True)
class Step:
    """How one line of an ordered set is drawn."""

    place: int | None
    """1-10; None: context grey."""
    width: float
    """Stroke."""


def ramp_steps(number: int) -> tuple[Step, ...]:
    """How `number` ordered lines are drawn; of more than eight the first, the last and three between are coloured."""
    shown = _coloured(number)
    places = dict(zip(shown, PLACES[len(shown)], strict=True)) if shown else {}
    nth = {line: i for i, line in enumerate(shown)}
    return tuple(
        Step(places[line], FAINTEST_WIDTH + WIDTH_STEP * nth[line]) if line in places else Step(None, 0.7)
        for line in range(number)
    )


def _coloured(number: int) -> Sequence[int]:
    if number <= MOST:
        return range(number)
    return [round(i * (number - 1) / 4) for i in range(5)]
