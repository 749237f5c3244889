"""Colour place, marker and dash of each line: a place belongs to a lineage, and there is no seventh hue."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from dashboard.figures.parts.colour_places import PLACES, colour_place, colour_places
from dashboard.figures.spec import Fill, Marker

MAX_COLOURED = PLACES
"""Most lines in colour on one chart."""

_SHAPES: tuple[tuple[Marker, float, tuple[int, ...]], ...] = (
    ("circle", 9, ()),
    ("square", 8.5, (14, 3)),
    ("triangle_up", 10.5, (11, 3, 3, 3)),
    ("diamond", 10, ()),
    ("triangle_down", 10.5, (14, 3)),
    ("hexagon", 10, (11, 3, 3, 3)),
)
"""Marker, its size and the dash inside the data, by place 1-6."""
_FILLS: tuple[Fill, ...] = ("filled", "open", "dotted")
"""First, second, third line that share a place on one chart; a fourth starts over."""


def natural(name: str) -> tuple[tuple[str, float], ...]:
    """Sort key that puts 'OLMo 2 7B' before 'OLMo 2 13B'."""
    return tuple((text.lower(), float(number or 0)) for text, number in re.findall(r"([^\d]*)(\d+\.?\d*)?", name))


class Named(Protocol):
    """A line and the lineage its colour comes from: a finding, or models with a correlation each."""

    @property
    def name(self) -> str:
        """What 'Families in colour' and the table call it."""
        ...

    @property
    def lineage(self) -> str:
        """Line of families that shares a colour."""
        ...


@dataclass(frozen=True, slots=True)
class LineStyle:
    """How one line is told apart."""

    place: int
    marker: Marker
    marker_size: float
    fill: Fill
    dash: tuple[int, ...]


def styles_of(findings: Sequence[Named]) -> Mapping[str, LineStyle]:
    """Name -> style, for the lines in colour on one chart.

    Lines that share a place are told apart by the fill of their marker, in the order of the registry and
    then of their names, so that the order in which the reader chose them changes nothing.
    """
    taken: dict[int, int] = {}
    styles: dict[str, LineStyle] = {}
    named = {finding.name: finding.lineage for finding in findings}
    registry = list(colour_places())
    order = {lineage: registry.index(lineage) for lineage in named.values() if lineage in colour_places()}
    for name in sorted(named, key=lambda name: (order.get(named[name], len(registry)), natural(name))):
        place = colour_place(named[name])
        marker, size, dash = _SHAPES[place - 1]
        nth = taken.get(place, 0)
        taken[place] = nth + 1
        styles[name] = LineStyle(place, marker, size, _FILLS[nth % len(_FILLS)], dash)
    return styles
