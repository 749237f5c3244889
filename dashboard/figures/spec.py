"""What a chart says, before anything draws it: series, fits, axes, labels, notes. Rates are shares 0-1."""

from __future__ import annotations

from dataclasses import dataclass

from analysis.verdicts import AxisKind


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
class Series:
    """One line of the chart: a family (and variant) along the axis."""

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
    """Pixels of the line that joins the points of a series without a fit."""
    marker: str = "circle"
    """circle | square | triangle-up | diamond | triangle-down | hexagon2."""
    marker_size: float = 9
    """Pixels across."""
    fill: str = ""
    """'' filled, '-open' or '-open-dot': second and third family that share a place."""
    dash: tuple[int, ...] = ()
    """Dash inside the data in pixels; empty: solid. Never short dots, which mean 'outside the data'."""
    focus: bool = False
    fit: tuple[CurvePart, ...] = ()
    """Empty where nothing was fitted: then a thin line joins the points."""

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
class EndLabel:
    """A name at the end of a line."""

    lines: tuple[str, ...]
    """The name, broken where it is long."""
    x: float
    y: float
    """Rate at the end of the line, 0-1."""
    place: int | None
    """Colour place; None: muted text (chance)."""
    ink: bool
    """In ink whatever the place: the lines of an ordered ramp."""
    bold: bool
    gap: float
    """Pixels right of the line's end."""
    shift: float
    """Pixels upwards from the line's end, so that labels stay apart."""
    leader: bool
    """Moved so far that a hairline ties it to its line."""

    @property
    def text(self) -> str:
        """The name in one line."""
        return " ".join(self.lines)


@dataclass(frozen=True, slots=True, kw_only=True)
class FigureSpec:
    """A scaling chart: one behaviour, many series."""

    behavior: str
    title: str
    """Behaviour in words."""
    y_title: str
    """'Share of answers judged true, by number of parameters'."""
    axis_note: str
    """'axis 20–70%'."""
    series: tuple[Series, ...]
    """Context first, then coloured, the focus last: the order of drawing."""
    axis: Axis
    y_range: tuple[float, float]
    """0-1, multiples of 0.1, at least 0.4 apart."""
    chance: float | None
    end_labels: tuple[EndLabel, ...]
    watermark: str
    """'CONTROL', or empty."""
    notes: tuple[str, ...]
    """Sentences of the caption: what points, lines and grey are."""
    provenance: str
    """'Source: …, Apache‑2.0'."""
    alt: str
    """What a screen reader says: written from the data."""
    height: int = 430
    """Pixels."""
    y_ticks: tuple[tuple[float, str], ...] = ()
    """Heights and texts of the vertical axis; empty: percent, every ten points."""

    @property
    def heading(self) -> str:
        """Bold Markdown line above the chart."""
        return f"**{self.y_title}** :gray[:small[{self.axis_note}]]"

    @property
    def caption(self) -> str:
        """Text under the chart."""
        return " ".join((*self.notes, self.provenance)).strip()

    @property
    def coloured(self) -> tuple[Series, ...]:
        """Series drawn in a family colour or in a step of the ordered ramp."""
        return tuple(series for series in self.series if series.place is not None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Panel:
    """One small chart of a facet figure."""

    title: tuple[str, ...]
    """Lines of the behaviour's title, short enough for a phone; words before a colon all share left out."""
    evidence: tuple[str, ...]
    """Lines: '◆ Pythia −14 [−18, −9]', the change of the strongest tested series, or why there is none."""
    series: tuple[Series, ...]
    chance: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyEntry:
    """One family in the key above the facets."""

    name: str
    place: int
    marker: str
    marker_size: float
    fill: str
    dash: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FacetSpec:
    """Small multiples: one panel per behaviour, one shared axis."""

    panels: tuple[Panel, ...]
    """At most six."""
    columns: int
    key: tuple[KeyEntry, ...]
    y_title: str
    axis_note: str
    axis: Axis
    y_range: tuple[float, float]
    watermark: str
    notes: tuple[str, ...]
    provenance: str
    alt: str
    height: int
    """Pixels, headers included."""
    header_height: int
    """Pixels above each row of panels."""

    @property
    def heading(self) -> str:
        """Bold Markdown line above the chart."""
        return f"**{self.y_title}** :gray[:small[{self.axis_note}]]"

    @property
    def caption(self) -> str:
        """Text under the chart."""
        return " ".join((*self.notes, self.provenance)).strip()


@dataclass(frozen=True, slots=True, kw_only=True)
class DotRow:
    """One model of a dot plot."""

    label: str
    rate: float
    """0-1; 0 is the low pole, 1 the high pole."""
    lo: float | None
    hi: float | None
    n: int | None
    marks: tuple[tuple[str, float], ...] = ()
    """Thin marks: (topic, mean 0-1)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DotSpec:
    """A dot plot between two poles, neither of which is right or wrong."""

    rows: tuple[DotRow, ...]
    """From the top down."""
    low_pole: str
    high_pole: str
    alt: str
    height: int
    """Pixels."""
    watermark: str = ""
