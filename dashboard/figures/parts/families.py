"""Colour place, marker and dash of each series: a place belongs to a lineage, and there is no seventh hue."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from loaders.models.registry import COLOUR_PLACE

MAX_COLOURED = 6
"""Most series in colour on one chart."""

_SHAPES: tuple[tuple[str, float, tuple[int, ...]], ...] = (
    ("circle", 9, ()),
    ("square", 8.5, (14, 3)),
    ("triangle-up", 10.5, (11, 3, 3, 3)),
    ("diamond", 10, ()),
    ("triangle-down", 10.5, (14, 3)),
    ("hexagon2", 10, (11, 3, 3, 3)),
)
"""Marker, its size in pixels and the dash inside the data, by place 1-6."""

_CONTROLS = {"Control positive": 1, "Control negative": 2}
"""Places of lineages the registry does not hold: control models."""
_FILLS = ("", "-open", "-open-dot")
"""First, second, third series that share a place on one chart; a fourth starts over."""


def natural(name: str) -> tuple[tuple[str, float], ...]:
    """Sort key that puts 'OLMo 2 7B' before 'OLMo 2 13B'."""
    return tuple((text.lower(), float(number or 0)) for text, number in re.findall(r"([^\d]*)(\d+\.?\d*)?", name))


class Named(Protocol):
    """A series and the lineage its colour comes from: a finding, or a line of correlations."""

    @property
    def name(self) -> str:
        """What 'Families in colour' and the table call it."""
        ...

    @property
    def lineage(self) -> str:
        """Line of families that shares a colour."""
        ...


@dataclass(frozen=True, slots=True)
class Mark:
    """How one series is told apart."""

    place: int
    marker: str
    marker_size: float
    fill: str
    dash: tuple[int, ...]


def place_of(lineage: str) -> int:
    """Colour place 1-6 of a lineage; a lineage the registry does not know takes place 6."""
    return COLOUR_PLACE.get(lineage) or _CONTROLS.get(lineage, MAX_COLOURED)


def marks_of(findings: Sequence[Named]) -> Mapping[str, Mark]:
    """Name -> mark, for the series in colour on one chart.

    Series that share a place are told apart by the fill of their marker, in the order of the registry and
    then of their names, so that the order in which the reader chose them changes nothing.
    """
    taken: dict[int, int] = {}
    marks: dict[str, Mark] = {}
    named = {finding.name: finding.lineage for finding in findings}
    registry = list(COLOUR_PLACE)
    order = {lineage: registry.index(lineage) for lineage in named.values() if lineage in COLOUR_PLACE}
    for name in sorted(named, key=lambda name: (order.get(named[name], len(registry)), natural(name))):
        lineage = named[name]
        place = place_of(lineage)
        marker, size, dash = _SHAPES[place - 1]
        nth = taken.get(place, 0)
        taken[place] = nth + 1
        marks[name] = Mark(place, marker, size, _FILLS[nth % len(_FILLS)], dash)
    return marks
