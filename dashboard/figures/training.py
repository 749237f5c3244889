"""One behaviour along training: a line per model size, described and not tested."""

from __future__ import annotations

from analysis.catalogue.nouns import quantity_of
from analysis.findings.training_curves import TrainingCurves, TrainingLine, TrainingPoint, line_labels
from dashboard.figures.parts import notes as words
from dashboard.figures.parts.axes import percent_range, range_text
from dashboard.figures.parts.lines import measured
from dashboard.figures.parts.ramp import Step, ramp_steps
from dashboard.figures.scaling import figure_axis, heights
from dashboard.figures.spec import FigureSpec, Line, SpecPoint
from dashboard.words.numbers import token_label

MARKER_SIZE = 4
"""Small: many checkpoints stand close together."""


def training_figure(curves: TrainingCurves) -> FigureSpec:
    """Chart of one behaviour along training tokens, faint to strong by model size.

    Every rate of `curves` is on it, with its interval; models of unknown size are context grey.

    Raises ValueError for curves without a line.
    """
    if not curves.lines:
        raise ValueError(f"A training chart needs a model with several checkpoints; {curves.name} has none.")
    labels = line_labels(curves)
    sized = sum(line.parameter_count is not None for line in curves.lines)
    steps = (*ramp_steps(sized), *[Step(None, 0.7)] * (len(curves.lines) - sized))
    drawn = [_line(curves, line, label, step) for line, label, step in zip(curves.lines, labels, steps, strict=True)]
    lines = sorted(drawn, key=lambda line: line.place or 0)
    y_range = percent_range(heights(lines, curves.chance))
    axis = figure_axis("training", lines)
    heading = words.heading(quantity_of(curves.behavior, curves.measure), "training")
    hidden = words.intervals_hidden(lines, y_range)
    return FigureSpec(
        behavior=curves.behavior,
        title=curves.title,
        heading=heading,
        heading_note=range_text(y_range),
        lines=tuple(lines),
        axis=axis,
        y_range=y_range,
        chance=curves.chance,
        watermark=words.watermark([curves]),
        notes=words.notes(lines, "training", marks_hide_intervals=hidden),
        provenance=words.provenance([curves]),
        alt=words.alt_text(curves.title, heading, lines, curves.chance),
    )


def _line(curves: TrainingCurves, line: TrainingLine, label: str, step: Step) -> Line:
    name = label if label == line.model else f"{curves.name} {label}"
    return Line(
        name=name,
        label=label,
        points=tuple(_point(name, line, point) for point in line.points),
        place=step.place,
        ramp=step.place is not None,
        line_width=step.width,
        marker_size=MARKER_SIZE if step.place is not None else 3,
    )


def _point(name: str, line: TrainingLine, point: TrainingPoint) -> SpecPoint:
    label = f"{token_label(point.tokens)} tokens"
    hover = [f"{name}, {label}", *measured(point)]
    if line.parameter_count_is_estimate:
        hover.append("estimated size")
    return SpecPoint(
        id=point.checkpoint,
        label=label,
        x=point.tokens,
        y=point.rate,
        lo=point.ci_low,
        hi=point.ci_high,
        n=point.n_questions,
        method=point.ci_method,
        x_is_estimate=False,
        left_out="",
        hover=tuple(hover),
    )
