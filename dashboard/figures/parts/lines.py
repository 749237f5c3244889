"""A finding as a line of a chart: points with their hover text, and the fitted curve in its two parts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from analysis.cells.rates import no_interval_reason
from analysis.findings.finding import Finding, Point
from analysis.findings.training_curves import TrainingPoint
from analysis.trends.result import CurvePoint
from dashboard.figures.parts.line_styles import LineStyle
from dashboard.figures.spec import CurvePart, Line, SpecPoint
from dashboard.words.numbers import level_interval, percent, plural, signed_points


def line_of(finding: Finding, styles: Mapping[str, LineStyle], *, focus: str | None = None) -> Line:
    """The finding's line: in its family's colour if `styles` names it, else context grey without a fit."""
    placed = [point for point in finding.points if point.x is not None]
    several = len({point.x for point in placed}) < len(placed)
    points: list[SpecPoint] = []
    previous: Point | None = None
    for point in placed:
        points.append(_spec_point(finding, point, None if several else previous, named=several))
        previous = point if not point.mark else previous
    unplaced = tuple(_spec_point(finding, point, None) for point in finding.points if point.x is None)
    style = styles.get(finding.name)
    label = finding.short_name
    if style is None:
        return Line(name=finding.name, label=label, points=tuple(points), unplaced=unplaced, marker_size=3)
    return Line(
        name=finding.name,
        label=label,
        points=tuple(points),
        unplaced=unplaced,
        place=style.place,
        marker=style.marker,
        marker_size=style.marker_size,
        fill=style.fill,
        dash=style.dash,
        focus=finding.name == focus,
        fit=fit_parts(finding.result.curve),
    )


def fit_parts(curve: Sequence[CurvePoint]) -> tuple[CurvePart, ...]:
    """The curve cut at the ends of the data; a part outside starts where its neighbour inside ends."""
    runs: list[list[CurvePoint]] = []
    for point in curve:
        if runs and runs[-1][-1].inside == point.inside:
            runs[-1].append(point)
        else:
            runs.append([point])
    parts = []
    for i, run in enumerate(runs):
        joined = list(run)
        if not run[0].inside and i > 0:
            joined.insert(0, runs[i - 1][-1])
        if not run[0].inside and i == 0 and len(runs) > 1:
            joined.append(runs[1][0])
        parts.append(
            CurvePart(
                inside=run[0].inside,
                x=tuple(point.x for point in joined),
                y=tuple(point.estimate for point in joined),
                lo=tuple(point.low for point in joined),
                hi=tuple(point.high for point in joined),
            )
        )
    return tuple(parts)


def _spec_point(finding: Finding, point: Point, previous: Point | None, *, named: bool = False) -> SpecPoint:
    """`named`: several models share a size, so the hover says which this is and compares it with none."""
    return SpecPoint(
        id=point.checkpoint,
        label=point.label,
        x=point.x,
        y=point.rate,
        lo=point.ci_low,
        hi=point.ci_high,
        n=point.n_questions,
        method=point.ci_method,
        x_is_estimate=point.x_is_estimate,
        left_out=point.mark,
        hover=_hover(finding, point, previous, (point.checkpoint,) if named else ()),
        residual=finding.residuals.get(point.checkpoint),
        argmax=point.argmax_rate,
        label_gap=point.label_gap,
        option_mass=point.option_mass,
        warning=point.warning,
    )


def measured(point: Point | TrainingPoint) -> list[str]:
    """What was measured, as lines of a hover text: rate with interval or why there is none, and questions."""
    interval = level_interval(point.ci_low, point.ci_high)
    lines = [f"{percent(point.rate)} {interval}".strip()]
    if not interval:
        lines.append(f"no interval: {no_interval_reason(point.ci_method) or point.ci_method}")
    asked = point.n_questions
    return [*lines, "number of questions not given" if asked is None else f"n = {plural(asked, 'question')}"]


def _hover(finding: Finding, point: Point, previous: Point | None, names: tuple[str, ...]) -> tuple[str, ...]:
    comma = "," if finding.result.axis == "rlhf" else ""
    lines = [f"{finding.name}{comma} {point.label}", *names, *measured(point)]
    if previous is not None:
        lines.append(f"{signed_points(point.rate - previous.rate)} points vs {previous.label}")
    if point.x_is_estimate and finding.result.axis == "size":
        lines.append("estimated size")
    if point.argmax_rate is not None:
        lines.append(f"{percent(point.argmax_rate)} of the likeliest answers match")
    if point.mark:
        lines.append(f"left out: {point.mark}")
    if point.warning:
        lines += point.warning.split("; ")
    return tuple(lines)
