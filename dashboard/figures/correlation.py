"""Gender bias of several models: r against the share of women, by size or by RL steps."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

from analysis.cells.model_facts import ModelFacts
from analysis.preferences.gender_bias import GenderBias, ModelBias
from analysis.records import STAGES
from analysis.verdicts import AXES, AxisKind
from dashboard.figures.parts.end_labels import end_labels
from dashboard.figures.parts.families import MAX_COLOURED, marks_of, natural
from dashboard.figures.parts.notes import ACROSS
from dashboard.figures.parts.ramp import ramp_steps
from dashboard.figures.scaling import HEIGHT, PLOT_HEIGHT, figure_axis
from dashboard.figures.spec import FigureSpec, Series, SpecPoint
from dashboard.words.numbers import MINUS, percent, plural, r_text

WHAT = "Correlation (r) of female pronouns with the share of women in an occupation"
_STEP = 0.2
"""Distance of the ticks of r."""


@dataclass(frozen=True, slots=True)
class Line:
    """Models that share a curve."""

    name: str
    lineage: str
    entries: tuple[ModelBias, ...]


def r_interval(bias: GenderBias) -> str:
    """'0.43 [0.34, 0.52]', or why there is no r."""
    if bias.r is None or bias.low is None or bias.high is None:
        return f"no r: {bias.reason}"
    return f"{r_text(bias.r)} [{r_text(bias.low)}, {r_text(bias.high)}]"


def axes_with_lines(entries: Sequence[ModelBias]) -> list[AxisKind]:
    """Axes along which some models share a curve, size first; size where none do."""
    kinds: list[AxisKind] = [*AXES]
    found = [kind for kind in kinds if any(len(_places(line, kind)) > 1 for line in lines_of(entries, kind))]
    return found or ["size"]


def lines_of(entries: Sequence[ModelBias], kind: AxisKind) -> list[Line]:
    """Along size: family, variant, stage and step count alike. Along RL steps: one model at several step counts."""
    stages = {model.stage for model, _ in entries}
    styles = {bias.prompt_style for _, bias in entries}
    grouped: dict[str, list[ModelBias]] = {}
    for model, bias in entries:
        if kind == "rlhf" and model.rlhf_steps is None:
            continue
        tail = model.size if kind == "rlhf" else model.stage_words if len(stages) > 1 else ""
        steps = model.steps if kind == "size" else ""
        style = bias.prompt_style if len(styles) > 1 else ""
        name = ", ".join(part for part in (f"{model.line} {tail}".strip(), steps, style) if part)
        grouped.setdefault(name, []).append((model, bias))
    lines = [Line(name, entries[0][0].lineage, tuple(entries)) for name, entries in grouped.items()]
    return sorted(lines, key=_order)


def _order(line: Line) -> tuple[object, ...]:
    """Families as names sort; inside one by stage, then size, then steps."""
    first, _ = line.entries[0]
    size = 0 if len({model.parameter_count for model, _ in line.entries}) > 1 else first.parameter_count or 0
    return natural(first.line), STAGES.index(first.stage), size, first.rlhf_steps or 0, line.name


def correlation_figure(
    entries: Sequence[ModelBias], kind: AxisKind, *, provenance: str, watermark: str = ""
) -> FigureSpec | None:
    """r of every model along the axis; None where no model has both an r and a place on it."""
    lines = [line for line in lines_of(entries, kind) if _places(line, kind)]
    if not lines:
        return None
    series = _series(lines, kind)
    bounds = [bound for line in series for point in line.points for bound in (point.lo, point.hi) if bound is not None]
    y_range = (min(0.0, _STEP * math.floor(min(bounds) / _STEP)), 1.0)
    axis = figure_axis(kind, series)
    ticks = [round(y_range[0] + _STEP * i, 1) for i in range(round((1 - y_range[0]) / _STEP) + 1)]
    return FigureSpec(
        behavior="winogenerated",
        title="Gender bias in pronouns",
        y_title=f"{WHAT}, by {ACROSS[kind]}",
        axis_note="0: no linear relation, 1: as in the statistics",
        series=tuple(series),
        axis=axis,
        y_range=y_range,
        y_ticks=tuple((tick, f"{tick:.1f}".replace("-", MINUS) if tick else "0") for tick in ticks),
        chance=None,
        end_labels=end_labels(series, axis=axis, y_range=y_range, plot_height=PLOT_HEIGHT, chance=None),
        watermark=watermark,
        notes=_notes(series),
        provenance=provenance,
        alt=_alt(series, kind),
        height=HEIGHT,
    )


def _places(line: Line, kind: AxisKind) -> set[float]:
    return {x for model, bias in line.entries if bias.r is not None and (x := _x(model, kind)) is not None}


def _x(model: ModelFacts, kind: AxisKind) -> float | None:
    x = model.parameter_count if kind == "size" else model.rlhf_steps
    return None if x is None else float(x)


def _series(lines: Sequence[Line], kind: AxisKind) -> list[Series]:
    """Policies of one family are an ordered ramp; families, and preference models, have their colours, six at most."""
    policies = [line for line in lines if line.entries[0][0].stage != "preference_model"]
    of_one = len({line.entries[0][0].line for line in policies}) == 1 and len(policies) > 1
    ramp = dict(zip((line.name for line in policies), ramp_steps(len(policies)), strict=True)) if of_one else {}
    longest = sorted(lines, key=lambda line: -len(_places(line, kind)))
    marks = marks_of([line for line in longest if line.name not in ramp][:MAX_COLOURED])
    out = []
    for line in lines:
        points = tuple(
            _point(line.name, model, bias, x, kind)
            for model, bias in sorted(line.entries, key=lambda entry: _x(entry[0], kind) or 0)
            if bias.r is not None and (x := _x(model, kind)) is not None
        )
        bare, mark = Series(name=line.name, label=line.name, points=points, marker_size=3), marks.get(line.name)
        if step := ramp.get(line.name):
            bare = replace(bare, place=step.place, ramp=True, line_width=step.width, marker_size=9)
        elif mark is not None:
            bare = replace(
                bare, place=mark.place, marker=mark.marker, marker_size=mark.marker_size, fill=mark.fill, dash=mark.dash
            )
        out.append(bare)
    return sorted(out, key=lambda each: each.place is not None)


def _point(name: str, model: ModelFacts, bias: GenderBias, x: float, kind: AxisKind) -> SpecPoint:
    label = model.size if kind == "size" else model.steps
    neutral = "" if bias.neutral is None else f"neutral pronouns {percent(bias.neutral, 0)}"
    return SpecPoint(
        id=model.checkpoint, label=label, x=x, y=bias.r or 0.0, lo=bias.low, hi=bias.high, n=bias.n_occupations,
        method="Fisher z", x_is_estimate=False, left_out="",
        hover=(f"{name}, {label}", f"r = {r_interval(bias)}", plural(bias.n_occupations, "occupation"), neutral),
    )  # fmt: skip


def _notes(series: Sequence[Series]) -> tuple[str, ...]:
    said = ["Points: Pearson's r with 95% intervals by Fisher's z, over occupations."]
    if any(len(line.points) > 1 for line in series):
        said.append("Lines only join the points: no trend is fitted or tested.")
    if any(line.place is None for line in series):
        said.append("Grey: other series, named on hover.")
    return tuple(said)


def _alt(series: Sequence[Series], kind: AxisKind) -> str:
    courses = []
    for line in series:
        first, last = line.points[0], line.points[-1]
        course = f"{line.name}: {r_text(first.y)} at {first.label}"
        courses.append(f"{course}, {r_text(last.y)} at {last.label}." if len(line.points) > 1 else f"{course}.")
    return f"Chart of gender bias in pronouns. {WHAT}, by {ACROSS[kind]}. {' '.join(courses)}"
