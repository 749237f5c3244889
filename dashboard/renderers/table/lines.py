"""The numbers of lines: a row per point, for the page and for a file."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from analysis.verdicts import AxisKind
from dashboard.figures.facets import FacetSpec
from dashboard.figures.spec import FigureSpec, Line, SpecPoint
from dashboard.renderers.table.table import Column, Kind, Table, Value

_ACROSS: dict[AxisKind, str] = {"size": "Parameters", "rlhf": "RL steps", "training": "Training tokens"}
_OF_ANSWERS = (
    Column("Likeliest answer matches, %", "share"),
    Column("First option less others, points", "points"),
    Column("On the options, %", "share"),
    Column("Off the others, sd", "sd"),
)
"""Of points with single answers, or of a test; left out where no row has them."""
_WRITTEN: dict[AxisKind, str] = {"size": "parameters", "rlhf": "rlhf_steps", "training": "training_tokens"}


def lines_table(spec: FigureSpec) -> Table:
    """One row per point, placed or not: series, model, size, steps or tokens, height, interval, questions, note."""
    rows = [_row(line, point) for line, point in _readable(spec.lines)]
    table = Table(_columns(spec.axis.kind, spec.y_name, in_percent=spec.in_percent), tuple(rows))
    return table.without_empty(*(column.name for column in _OF_ANSWERS))


def facets_table(spec: FacetSpec) -> Table:
    """As `lines_table`, after the behaviour."""
    rows = [(panel.title, *_row(line, point)) for panel in spec.panels for line, point in _readable(panel.lines)]
    columns = (Column("Behaviour"), *_columns(spec.axis.kind, "Percent", in_percent=True))
    return Table(columns, tuple(rows)).without_empty(*(column.name for column in _OF_ANSWERS))


def lines_file(spec: FigureSpec) -> Table:
    """For a file: the true values (shares 0-1), a row per point in the order of drawing, every column always there."""
    columns = (
        Column("behavior"), Column("series"), Column("checkpoint"), Column(_WRITTEN[spec.axis.kind], "count"),
        Column("rate", "number"), Column("ci_low", "number"), Column("ci_high", "number"),
        Column("n_questions", "count"), Column("ci_method"), Column("left_out"), Column("argmax_rate", "number"),
        Column("label_gap", "number"), Column("total_option_mass", "number"), Column("residual", "number"),
        Column("warning"),
    )  # fmt: skip
    rows = tuple(
        (
            spec.behavior, line.name, point.id, None if point.x is None else int(point.x), point.y, point.lo, point.hi,
            point.n, point.method, point.left_out, point.argmax, point.label_gap, point.option_mass, point.residual,
            point.warning,
        )
        for line in spec.lines
        for point in (*line.points, *line.unplaced)
    )  # fmt: skip
    return Table(columns, rows)


def _columns(kind: AxisKind, y_name: str, *, in_percent: bool) -> tuple[Column, ...]:
    height: Kind = "share" if in_percent else "number"
    return (
        Column("Series"), Column("Model"), Column(_ACROSS[kind], "count"), Column(y_name, height),
        Column("Interval low", height), Column("Interval high", height), Column("Interval method"),
        Column("Questions", "count"), *_OF_ANSWERS, Column("Note"),
    )  # fmt: skip


def _readable(lines: Iterable[Line]) -> Iterator[tuple[Line, SpecPoint]]:
    """Points of the focus and coloured lines first, those of an ordered ramp in its order."""
    for line in sorted(
        lines, key=lambda line: (not line.focus, line.place is None, line.place if line.ramp else 0, line.name)
    ):
        for point in (*line.points, *line.unplaced):
            yield line, point


def _row(line: Line, point: SpecPoint) -> tuple[Value, ...]:
    remarks = [
        "estimated" if point.x_is_estimate else "",
        point.left_out and f"left out: {point.left_out}",
        point.warning,
    ]
    return (
        line.name,
        point.id,
        None if point.x is None else float(point.x),
        point.y,
        point.lo,
        point.hi,
        point.method,
        point.n,
        point.argmax,
        point.label_gap,
        point.option_mass,
        point.residual,
        "; ".join(remark for remark in remarks if remark),
    )
