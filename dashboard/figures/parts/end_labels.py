"""Names at the ends of lines, kept apart: only vertical distance counts, so they hold at every width.

For renderers, which know how tall their plot is. Lengths are in the unit of that height; the constants suit text of 13.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

from dashboard.figures.parts.axes import value_at
from dashboard.figures.spec import Axis, FigureSpec, Line

GAP = 5.0
"""Between the end of a line, or the mark on it, and its label."""
APART = 17.0
"""Vertical room of one line of a label: the least distance of two labels."""
LEADER_FROM = 7.0
"""A label moved farther than this gets a hairline to its line."""
SIDEWAYS = 5.0
"""What a mark on the RLHF axis may stand right of its step count."""
LINE_WIDTH = 16
"""Most characters of a label's line: a longer one leaves no room for the chart on a phone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EndLabel:
    """A name at the end of a line."""

    lines: tuple[str, ...]
    """The name, broken where it is long."""
    x: float
    y: float
    """Height at the end of the line."""
    place: int | None
    """Colour place; None: muted text (chance)."""
    ink: bool
    """In ink whatever the place: the lines of an ordered ramp."""
    bold: bool
    gap: float
    """To the right of the line's end."""
    shift: float
    """Upwards from the line's end, so that labels stay apart."""
    leader: bool
    """Moved so far that a hairline ties it to its line."""

    @property
    def text(self) -> str:
        """The name in one line."""
        return " ".join(self.lines)


class _End(NamedTuple):
    y: float
    x: float
    lines: tuple[str, ...]
    place: int | None
    bold: bool
    past: float
    ink: bool


def end_labels(spec: FigureSpec, plot_height: float) -> tuple[EndLabel, ...]:
    """Labels of the coloured lines and of chance, lowest first, a text line's height apart, order kept."""
    axis, y_range = spec.axis, spec.y_range
    ends = [
        _End(end[1], end[0], label_lines(line.label), line.place, line.focus, _past(line, axis), line.ramp)
        for line in spec.coloured
        if (end := line_end(line)) is not None
    ]
    if spec.chance is not None:
        ends.append(_End(spec.chance, value_at(axis.kind, axis.range[1]), ("chance",), None, False, 0.0, False))
    ends.sort(key=lambda end: (end.y, end.lines))
    scale = plot_height / (y_range[1] - y_range[0])
    desired = [(end.y - y_range[0]) * scale for end in ends]
    placed = spread(desired, heights=[APART * len(end.lines) for end in ends], low=0.0, high=plot_height)
    return tuple(
        EndLabel(
            lines=end.lines,
            x=end.x,
            y=end.y,
            place=end.place,
            ink=end.ink,
            bold=end.bold,
            gap=GAP + end.past,
            shift=at - want,
            leader=abs(at - want) > LEADER_FROM,
        )
        for end, want, at in zip(ends, desired, placed, strict=True)
    )


def label_lines(name: str) -> tuple[str, ...]:
    """A name in lines of at most 16 characters, broken after spaces and hyphens; longer words stay whole."""
    lines = [""]
    for word in re.findall(r"[^ -]*[ -]?", name):
        if lines[-1] and len((lines[-1] + word).rstrip()) > LINE_WIDTH:
            lines.append("")
        lines[-1] += word
    return tuple(line.strip() for line in lines)


def _past(line: Line, axis: Axis) -> float:
    """How far a mark at the very end of the line reaches beyond it; on the RLHF axis marks stand sideways."""
    if line.fit and not line.fit[-1].inside:
        return 0.0
    return line.marker_size / 2 + (SIDEWAYS if axis.kind == "rlhf" else 0.0)


def line_end(line: Line) -> tuple[float, float] | None:
    """(x, rate) where the line stops: the end of the dotted part, else of the fit, else the last point."""
    if line.fit:
        return line.fit[-1].x[-1], line.fit[-1].y[-1]
    if line.points:
        return line.x[-1], line.y[-1]
    return None


def spread(desired: Sequence[float], *, heights: Sequence[float], low: float, high: float) -> list[float]:
    """Ascending centres of boxes of the given heights that do not overlap, as near to the desired as can be.

    Least squares by pool-adjacent-violators on the places less their minimal offsets. Their outer lines stay within
    `low` and `high` where there is room for all.
    """
    offsets = [0.0]
    for below, above in pairwise(heights):
        offsets.append(offsets[-1] + (below + above) / 2)
    blocks: list[tuple[float, int]] = []
    for want, offset in zip(desired, offsets, strict=False):
        mean, size = want - offset, 1
        while blocks and blocks[-1][0] > mean:
            before, members = blocks.pop()
            mean = (before * members + mean * size) / (members + size)
            size += members
        blocks.append((mean, size))
    flat = [mean for mean, size in blocks for _ in range(size)]
    floor = low + (heights[0] - APART) / 2 if heights else low
    ceiling = max(floor, high - offsets[-1] - (heights[-1] - APART) / 2 if heights else high)
    return [min(max(value, floor), ceiling) + offset for value, offset in zip(flat, offsets, strict=False)]
