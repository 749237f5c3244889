"""How far RLHF took control models: KL to the start model, and probability on the allowed answers, by RL steps."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

from analysis.sizes import size_label
from dashboard.figures.parts.axes import percent_range, range_text
from dashboard.figures.parts.notes import CONTROL_MARK
from dashboard.figures.parts.ramp import ramp_steps
from dashboard.figures.scaling import figure_axis
from dashboard.figures.spec import FigureSpec, Line, SpecPoint
from dashboard.words.numbers import count, percent
from loaders.controls.training_log import TrainedCheckpoint

KL_STEP = 0.1
"""Least distance of two grid lines, nats."""
MOST_TICKS = 6
NOTES = ("A line a model, faint to strong as size grows.",)


def kl_figure(checkpoints: Sequence[TrainedCheckpoint], provenance: str) -> FigureSpec:
    """KL of each model of one arm to the model it started from, nats a reply. Raises ValueError without a model."""
    lines = _lines(checkpoints, lambda each: each.kl, lambda kl: f"KL {kl:.2f} nats a reply")
    largest = max(y for line in lines for y in line.y)
    step = KL_STEP * math.ceil(max(largest, KL_STEP) / (KL_STEP * MOST_TICKS))
    top = step * max(1, math.ceil(largest / step))
    ticks = tuple((step * i, f"{step * i:.1f}" if i else "0") for i in range(round(top / step) + 1))
    title = "KL to the start model"
    heading = f"{title}, by RL steps"
    return FigureSpec(
        title=title, heading=heading, heading_note="nats a reply", lines=tuple(lines), axis=figure_axis("rlhf", lines),
        y_range=(0.0, top), y_name="KL, nats a reply", y_ticks=ticks, watermark=CONTROL_MARK, notes=NOTES,
        provenance=provenance, alt=_alt(heading, lines),
    )  # fmt: skip


def allowed_figure(checkpoints: Sequence[TrainedCheckpoint], provenance: str) -> FigureSpec:
    """Mean probability each model of one arm puts on the allowed answers. Raises ValueError without a model."""
    lines = _lines(checkpoints, lambda each: each.allowed_share, lambda share: f"{percent(share)} on the answers")
    y_range = percent_range(y for line in lines for y in line.y)
    title = "Probability on the allowed answers"
    heading = f"{title}, by RL steps"
    return FigureSpec(
        title=title, heading=heading, heading_note=range_text(y_range), lines=tuple(lines),
        axis=figure_axis("rlhf", lines), y_range=y_range, watermark=CONTROL_MARK, notes=NOTES, provenance=provenance,
        alt=_alt(heading, lines),
    )  # fmt: skip


def _alt(heading: str, lines: Sequence[Line]) -> str:
    courses = " ".join(f"{line.name}: {line.points[-1].hover[1]} after {line.points[-1].label}." for line in lines)
    return f"Chart of control models. {heading}. {courses}"


def _lines(
    checkpoints: Sequence[TrainedCheckpoint],
    value: Callable[[TrainedCheckpoint], float | None],
    said: Callable[[float], str],
) -> list[Line]:
    """A line per model, smallest first; models of one size are told apart by their seed."""
    models: dict[tuple[int, int], list[TrainedCheckpoint]] = {}
    for each in sorted(checkpoints, key=lambda each: (each.parameters, each.seed, each.step)):
        models.setdefault((each.parameters, each.seed), []).append(each)
    sizes = [parameters for parameters, _ in models]
    lines = []
    for ((parameters, seed), mine), step in zip(models.items(), ramp_steps(len(models)), strict=True):
        label = size_label(parameters)
        if sizes.count(parameters) > 1:
            label = f"{label} ({seed})"
        points = tuple(_point(label, each, y, said(y)) for each in mine if (y := value(each)) is not None)
        lines.append(
            Line(
                name=label, label=label, points=points, place=step.place, ramp=step.place is not None,
                line_width=step.width, marker_size=5,
            )
        )  # fmt: skip
    return lines


def _point(label: str, each: TrainedCheckpoint, y: float, said: str) -> SpecPoint:
    steps = f"{count(each.step)} steps"
    return SpecPoint(
        id=each.checkpoint, label=steps, x=float(each.step), y=y, lo=None, hi=None, n=None, method="",
        x_is_estimate=False, left_out="", hover=(f"{label}, {steps}", said),
    )  # fmt: skip
