"""What a chart says, before anything draws it: points, lines, fits, axes, notes. Rates are shares 0-1.

Lengths (marks, strokes, dashes) are in units of which a plot of ordinary height has `ORDINARY_HEIGHT`; a renderer
scales them to its page.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from analysis.verdicts import AxisKind

ORDINARY_HEIGHT = 368
"""Height of an ordinary plot, in the unit of lengths."""
Marker = Literal["circle", "square", "triangle_up", "diamond", "triangle_down", "hexagon"]
Fill = Literal["filled", "open", "dotted"]
"""'open' and 'dotted' (open, with a dot): second and third family that share a colour."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Spec:
    """What every figure says beside its numbers, without markup."""

    title: str
    """What it shows, for a screen reader or the name of a file: 'TruthfulQA', 'which behaviours two models prefer'."""
    heading: str = ""
    """What the numbers are, for the line above the chart: 'Share of answers judged true, by number of parameters'."""
    heading_note: str = ""
    """What stands quietly after it: 'axis 20–70%'."""
    notes: tuple[str, ...] = ()
    """Sentences of the caption: what points, lines and grey are."""
    provenance: str = ""
    """'Source: …, Apache‑2.0'."""
    alt: str
    """What a screen reader says: written from the data."""
    watermark: str = ""
    """'CONTROL', or empty."""

    @property
    def caption(self) -> str:
        """Text under the chart."""
        return " ".join((*self.notes, self.provenance)).strip()


@dataclass(frozen=True, slots=True, kw_only=True)
class SpecPoint:
    """One checkpoint's rate, as drawn and as listed in the table."""

    id: str
    """Checkpoint name: travels as customdata and never carries a typographic minus."""
    label: str
    """Size, steps or tokens in short: '6.9B', '200 steps', '300B tokens'."""
    x: float | None
    """Parameter count, RL steps or training tokens; None where the maker does not say (listed, not drawn)."""
    y: float
    """Rate, 0-1."""
    lo: float | None
    """Lower end of the interval, 0-1; None where there is none."""
    hi: float | None
    n: int | None
    """Questions behind the rate."""
    method: str
    """Method of the interval, or why there is none."""
    x_is_estimate: bool
    left_out: str
    """Why the point is not part of the test; empty where it is. Drawn hollow and grey."""
    hover: tuple[str, ...]
    """Lines of the hover text; the first is its heading."""
    residual: float | None = None
    """How far it is off what the other points predict, in standard deviations; None where nothing was tested."""
    argmax: float | None = None
    """Share of questions answered with a matching option, 0-1, where `y` is a mean probability."""
    label_gap: float | None = None
    """Mean probability where the first option matches less where another does, -1 to 1."""
    option_mass: float | None = None
    """Mean probability on any listed option, 0-1."""
    warning: str = ""
    """What to beware of; the point is part of the test all the same."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CurvePart:
    """A stretch of a fitted curve, with its band: inside the measured range or beyond it."""

    inside: bool
    x: tuple[float, ...]
    """Parameter counts or steps, ascending; a part beyond the data starts at the last measured x."""
    y: tuple[float, ...]
    lo: tuple[float, ...]
    hi: tuple[float, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of a chart: a family (and variant) along the axis."""

    name: str
    """Finding.name: what 'Families in colour' and the table call it."""
    label: str
    """Name at the end of the line: without the family where the series repeats it."""
    points: tuple[SpecPoint, ...]
    """Points with a place on the axis, ascending in x."""
    unplaced: tuple[SpecPoint, ...] = ()
    """Points without x: in the table, not on the chart."""
    place: int | None = None
    """Colour place 1-6; None: context grey."""
    ramp: bool = False
    """`place` is then one of the ordered ramp (1-10, faint to strong), not of the families."""
    line_width: float = 1.0
    """Width of the stroke that joins the points of a line without a fit."""
    marker: Marker = "circle"
    marker_size: float = 9
    """Across."""
    fill: Fill = "filled"
    dash: tuple[int, ...] = ()
    """Lengths of strokes and gaps inside the data; empty: solid. Never short dots, which mean 'outside the data'."""
    focus: bool = False
    fit: tuple[CurvePart, ...] = ()
    """Empty where nothing was fitted: then a thin stroke joins the points."""

    @property
    def x(self) -> tuple[float, ...]:
        """Parameter counts, steps or tokens of the drawn points."""
        return tuple(point.x for point in self.points if point.x is not None)

    @property
    def has_replicates(self) -> bool:
        """Do several models stand at one place? A line from point to point would then go up and down there."""
        return len(set(self.x)) < len(self.x)

    @property
    def y(self) -> tuple[float, ...]:
        """Rates of the drawn points, 0-1."""
        return tuple(point.y for point in self.points)

    @property
    def lo(self) -> tuple[float | None, ...]:
        """Lower ends of the intervals, 0-1."""
        return tuple(point.lo for point in self.points)

    @property
    def hi(self) -> tuple[float | None, ...]:
        """Upper ends of the intervals, 0-1."""
        return tuple(point.hi for point in self.points)

    @property
    def n(self) -> tuple[int | None, ...]:
        """Questions behind each point."""
        return tuple(point.n for point in self.points)

    @property
    def ids(self) -> tuple[str, ...]:
        """Checkpoint names of the drawn points."""
        return tuple(point.id for point in self.points)


@dataclass(frozen=True, slots=True, kw_only=True)
class Axis:
    """Horizontal axis of a scaling chart."""

    kind: AxisKind
    title: str
    """'Parameters (log scale)', 'RL steps (log scale, zero included)', …"""
    range: tuple[float, float]
    """Ends as positions (`dashboard.figures.parts.axes.position`), room for the dotted part included."""
    ticks: tuple[float, ...]
    """Every measured size, step count or token count, ascending."""
    labels: tuple[tuple[float, str], ...]
    """The ticks that carry text, ascending: (value, text)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FigureSpec(Spec):
    """Lines along one axis: one behaviour, many families."""

    behavior: str = ""
    """Slug; empty where the figure is about none."""
    lines: tuple[Line, ...]
    """Context first, then coloured, the focus last: the order of drawing."""
    axis: Axis
    y_range: tuple[float, float]
    """0-1, multiples of 0.1, at least 0.4 apart; where the heights are no shares, what holds them."""
    chance: float | None = None
    y_name: str = "Percent"
    """What a table calls the heights."""
    y_ticks: tuple[tuple[float, str], ...] = ()
    """Heights and texts of the vertical axis where the heights are no shares; empty: percent, every ten points."""

    @property
    def in_percent(self) -> bool:
        """Are the heights shares?"""
        return not self.y_ticks

    @property
    def coloured(self) -> tuple[Line, ...]:
        """Lines drawn in a family colour or in a step of the ordered ramp."""
        return tuple(line for line in self.lines if line.place is not None)
