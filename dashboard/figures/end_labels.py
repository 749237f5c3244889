"""Names at the ends of lines, kept apart: only vertical distance counts, so they hold at every width."""

from __future__ import annotations

from collections.abc import Sequence

from dashboard.figures.axes import value_at
from dashboard.figures.spec import Axis, EndLabel, Series

GAP = 5.0
"""Pixels between the end of a line, or the mark on it, and its label."""
APART = 17.0
"""Least vertical distance of two labels, pixels."""
LEADER_FROM = 7.0
"""A label moved farther than this, in pixels, gets a hairline to its line."""


def end_labels(
    series: Sequence[Series],
    *,
    axis: Axis,
    y_range: tuple[float, float],
    plot_height: float,
    chance: float | None,
) -> tuple[EndLabel, ...]:
    """Labels of the coloured series and of chance, lowest first, 17 pixels apart or more, order kept."""
    wanted: list[tuple[float, float, str, int | None, bool, float]] = []
    for line in series:
        end = line_end(line)
        if line.place is not None and end is not None:
            wanted.append(
                (end[1], end[0], line.name, line.place, line.focus, 0.0 if line.fit else line.marker_size / 2)
            )
    if chance is not None:
        wanted.append((chance, value_at(axis.kind, axis.range[1]), "chance", None, False, 0.0))
    wanted.sort(key=lambda label: (label[0], label[2]))
    scale = plot_height / (y_range[1] - y_range[0])
    desired = [(label[0] - y_range[0]) * scale for label in wanted]
    placed = spread(desired, apart=APART, low=0.0, high=plot_height)
    return tuple(
        EndLabel(
            text=text,
            x=x,
            y=y,
            place=place,
            bold=bold,
            gap=GAP + past,
            shift=at - want,
            leader=abs(at - want) > LEADER_FROM,
        )
        for (y, x, text, place, bold, past), want, at in zip(wanted, desired, placed, strict=True)
    )


def line_end(line: Series) -> tuple[float, float] | None:
    """(x, rate) where the line stops: the end of the dotted part, else of the fit, else the last point."""
    if line.fit:
        return line.fit[-1].x[-1], line.fit[-1].y[-1]
    if line.points:
        return line.x[-1], line.y[-1]
    return None


def spread(desired: Sequence[float], *, apart: float, low: float, high: float) -> list[float]:
    """Ascending places at least `apart` apart and as near to the desired ones as possible (least squares).

    Pool-adjacent-violators on the places less their minimal offsets. They stay within `low` and `high` where
    there is room for all.
    """
    blocks: list[tuple[float, int]] = []
    for i, want in enumerate(desired):
        mean, size = want - i * apart, 1
        while blocks and blocks[-1][0] > mean:
            before, members = blocks.pop()
            mean = (before * members + mean * size) / (members + size)
            size += members
        blocks.append((mean, size))
    flat = [mean for mean, size in blocks for _ in range(size)]
    ceiling = max(low, high - apart * (len(desired) - 1))
    return [min(max(value, low), ceiling) + i * apart for i, value in enumerate(flat)]
