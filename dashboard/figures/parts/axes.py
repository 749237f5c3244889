"""Axes: positions, real sizes as ticks, the few that carry text, a percent range that never exaggerates."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

from analysis.sizes import size_label
from analysis.verdicts import AxisKind
from dashboard.figures.spec import Axis
from dashboard.words.numbers import step_label, token_label

STEP_SCALE = 25
"""RL steps s sit at log10(1 + s/25), so that zero has a place."""
TOKEN_SCALE = 100_000_000
"""Training tokens t sit at log10(1 + t/100M): zero has a place, and the first few steps do not take half the axis."""
ZERO_SCALE = {"rlhf": STEP_SCALE, "training": TOKEN_SCALE}
"""Unit of the axes that hold zero."""
BEYOND = 0.3
"""Decades of room beyond the largest size, for the dotted part."""
LABEL_GAP = 0.11
"""Smallest distance of two tick texts, as a share of the way from first to last tick: right from 390 px."""
STEP_CHARACTER = 0.04
"""Room of one character of a step or token count, as a share of the axis."""
MIN_TALL = 40
"""Least height of the percent axis in points."""


def position(kind: AxisKind, x: float) -> float:
    """Place on the axis of a size (log10), a step count (log10(1 + s/25)) or tokens (log10(1 + t/100M))."""
    return math.log10(x) if kind == "size" else math.log10(1 + x / ZERO_SCALE[kind])


def value_at(kind: AxisKind, place: float) -> float:
    """Size, step count or tokens at a position: the inverse of `position`."""
    return 10**place if kind == "size" else (10**place - 1) * ZERO_SCALE[kind]


def axis_title(kind: AxisKind, values: Sequence[float]) -> str:
    """Title under the axis."""
    if kind == "size":
        return "Parameters (log scale)"
    what = "RL steps" if kind == "rlhf" else "Training tokens"
    return f"{what} (log scale, zero included)" if 0 in values else f"{what} (log scale)"


def tick_label(kind: AxisKind, value: float) -> str:
    """'6.9B' parameters, '1,000' steps, '300B' tokens."""
    return {"size": size_label, "rlhf": step_label, "training": token_label}[kind](value)


def x_axis(kind: AxisKind, *, main: Sequence[float], others: Sequence[float], reach: Iterable[float] = ()) -> Axis:
    """Axis without texts over sizes in colour (`main`), the grey ones (`others`), the ends of fits (`reach`).

    From the smallest size less 2.5 % of the span to 0.3 decade beyond the largest in colour, or just past the
    largest in grey if that is farther. On axes with a zero the room is what the fits take.
    """
    values = sorted({*main, *others}) or [1.0]
    places = [position(kind, value) for value in values]
    span = places[-1] - places[0] or 1.0
    largest = position(kind, max(main or values))
    if kind == "size":
        high = max(largest + BEYOND, places[-1] + 0.025 * span)
    else:
        high = max([places[-1], *(position(kind, value) for value in reach)]) + 0.025 * span
    low = places[0] - 0.025 * span
    if len(values) == 1:
        low, high = places[0] - 0.5, places[0] + 0.5
    return Axis(kind=kind, title=axis_title(kind, values), range=(low, high), ticks=tuple(values), labels=())


def labelled_ticks(
    axis: Axis, *, ends: Sequence[float], focus: Sequence[float], others: Sequence[float]
) -> tuple[float, ...]:
    """Ticks that carry text: the ends first, then the focus from its largest down, then the others likewise.

    A tick is kept if it is at least 11 % of the axis (first to last tick) away from all kept before it; step
    counts with many digits need more.
    """
    width = position(axis.kind, axis.ticks[-1]) - position(axis.kind, axis.ticks[0]) if axis.ticks else 1.0
    kept: list[float] = []
    for value in (*ends, *sorted(focus, reverse=True), *sorted(others, reverse=True)):
        place = position(axis.kind, value)
        if all(abs(place - position(axis.kind, other)) >= _gap(axis, value, other) * width for other in kept):
            kept.append(value)
    return tuple(sorted(kept))


def _gap(axis: Axis, a: float, b: float) -> float:
    if axis.kind == "size":
        return LABEL_GAP
    return max(LABEL_GAP, STEP_CHARACTER * (len(tick_label(axis.kind, a)) + len(tick_label(axis.kind, b))) / 2)


def spread_ticks(axis: Axis, values: Sequence[float]) -> tuple[float, ...]:
    """At most three ticks for a small panel: smallest, largest, and the one nearest their middle."""
    ordered = sorted(set(values))
    if len(ordered) <= 2:
        return tuple(ordered)
    low, high = position(axis.kind, ordered[0]), position(axis.kind, ordered[-1])
    middle = min(ordered[1:-1], key=lambda value: abs(position(axis.kind, value) - (low + high) / 2))
    return (ordered[0], middle, ordered[-1])


def percent_range(rates: Iterable[float]) -> tuple[float, float]:
    """Multiples of ten points (as shares) that hold all rates, at least 40 points tall, inside 0-1."""
    values = list(rates) or [0.0, 1.0]
    low = max(0, 10 * math.floor(10 * min(values) + 1e-9))
    high = min(100, 10 * math.ceil(10 * max(values) - 1e-9))
    low = min(low, high)
    while high - low < MIN_TALL:
        room_below, room_above = min(values) * 100 - low, high - max(values) * 100
        if high == 100 or (low > 0 and room_below <= room_above):
            low -= 10
        else:
            high += 10
    return low / 100, high / 100


def range_text(y_range: tuple[float, float]) -> str:
    """'axis 20–70%'."""
    return f"axis {100 * y_range[0]:.0f}–{100 * y_range[1]:.0f}%"


def percent_ticks(y_range: tuple[float, float], step: int = 10) -> tuple[tuple[float, str], ...]:
    """(rate, text) at the multiples of `step` points; the sign on the top tick only."""
    low, high = round(100 * y_range[0]), round(100 * y_range[1])
    ticks = [tick for tick in range(low, high + 1, 10) if tick % step == 0]
    return tuple((tick / 100, f"{tick}%" if tick == ticks[-1] else str(tick)) for tick in ticks)
