"""Gender bias of several models: r against the share of women, by size or by RL steps."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

from analysis.cells.model_facts import ModelFacts
from analysis.preferences.gender_bias import GenderBias, ModelBias
from analysis.records import STAGES
from analysis.verdicts import AXES, AxisKind
from dashboard.figures.parts.line_styles import MAX_COLOURED, natural, styles_of
from dashboard.figures.parts.notes import ACROSS
from dashboard.figures.parts.ramp import ramp_steps
from dashboard.figures.scaling import figure_axis
from dashboard.figures.spec import FigureSpec, Line, SpecPoint
from dashboard.words.numbers import MINUS, percent, plural, r_interval, r_text

TITLE = "gender bias in pronouns"
WHAT = "Correlation (r) of female pronouns with the share of women in an occupation"
_STEP = 0.2
"""Distance of the ticks of r."""


@dataclass(frozen=True, slots=True)
class ModelLine:
    """Models that share a curve."""

    name: str
    lineage: str
    entries: tuple[ModelBias, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CorrelationSpec(FigureSpec):
    """Correlations as lines, and all that is known of their models."""

    models: tuple[ModelBias, ...]
    """Every model, those without an r or without a place on the axis included."""


def axes_with_lines(entries: Sequence[ModelBias]) -> list[AxisKind]:
    """Axes along which some models share a curve, size first; size where none do."""
    kinds: list[AxisKind] = [*AXES]
    found = [kind for kind in kinds if any(len(_places(line, kind)) > 1 for line in lines_of(entries, kind))]
    return found or ["size"]


def lines_of(entries: Sequence[ModelBias], kind: AxisKind) -> list[ModelLine]:
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
    lines = [ModelLine(name, entries[0][0].lineage, tuple(entries)) for name, entries in grouped.items()]
    return sorted(lines, key=_order)


def _order(line: ModelLine) -> tuple[object, ...]:
    """Families as names sort; inside one by stage, then size, then steps."""
    first, _ = line.entries[0]
    size = 0 if len({model.parameter_count for model, _ in line.entries}) > 1 else first.parameter_count or 0
    return natural(first.line), STAGES.index(first.stage), size, first.rlhf_steps or 0, line.name


def correlation_figure(
    entries: Sequence[ModelBias], kind: AxisKind, *, provenance: str, watermark: str = ""
) -> CorrelationSpec:
    """r of every model along the axis; no line where no model has both an r and a place on it."""
    lines = _lines([line for line in lines_of(entries, kind) if _places(line, kind)], kind)
    bounds = [bound for line in lines for point in line.points for bound in (point.lo, point.hi) if bound is not None]
    y_range = (min(0.0, _STEP * math.floor(min(bounds, default=0.0) / _STEP)), 1.0)
    ticks = [round(y_range[0] + _STEP * i, 1) for i in range(round((1 - y_range[0]) / _STEP) + 1)]
    return CorrelationSpec(
        models=tuple(entries),
        behavior="winogenerated",
        title=TITLE,
        heading=f"{WHAT}, by {ACROSS[kind]}",
        heading_note="0: no linear relation, 1: as in the statistics",
        lines=tuple(lines),
        axis=figure_axis(kind, lines),
        y_range=y_range,
        y_name="r",
        y_ticks=tuple((tick, f"{tick:.1f}".replace("-", MINUS) if tick else "0") for tick in ticks),
        watermark=watermark,
        notes=_notes(lines),
        provenance=provenance,
        alt=_alt(lines, kind),
    )


def _places(line: ModelLine, kind: AxisKind) -> set[float]:
    return {x for model, bias in line.entries if bias.r is not None and (x := _x(model, kind)) is not None}


def _x(model: ModelFacts, kind: AxisKind) -> float | None:
    x = model.parameter_count if kind == "size" else model.rlhf_steps
    return None if x is None else float(x)


def _lines(shared: Sequence[ModelLine], kind: AxisKind) -> list[Line]:
    """Policies of one family are an ordered ramp; families, and preference models, have their colours, six at most."""
    policies = [line for line in shared if line.entries[0][0].stage != "preference_model"]
    of_one = len({line.entries[0][0].line for line in policies}) == 1 and len(policies) > 1
    ramp = dict(zip((line.name for line in policies), ramp_steps(len(policies)), strict=True)) if of_one else {}
    longest = sorted(shared, key=lambda line: -len(_places(line, kind)))
    styles = styles_of([line for line in longest if line.name not in ramp][:MAX_COLOURED])
    out = []
    for line in shared:
        points = tuple(
            _point(line.name, model, bias, x, kind)
            for model, bias in sorted(line.entries, key=lambda entry: _x(entry[0], kind) or 0)
            if bias.r is not None and (x := _x(model, kind)) is not None
        )
        bare, style = Line(name=line.name, label=line.name, points=points, marker_size=3), styles.get(line.name)
        if step := ramp.get(line.name):
            bare = replace(bare, place=step.place, ramp=True, line_width=step.width, marker_size=9)
        elif style is not None:
            bare = replace(
                bare, place=style.place, marker=style.marker, marker_size=style.marker_size, fill=style.fill,
                dash=style.dash,
            )  # fmt: skip
        out.append(bare)
    return sorted(out, key=lambda each: each.place is not None)


def _point(name: str, model: ModelFacts, bias: GenderBias, x: float, kind: AxisKind) -> SpecPoint:
    label = model.size if kind == "size" else model.steps
    r = r_interval(bias.r, bias.low, bias.high, bias.reason)
    neutral = "" if bias.neutral is None else f"neutral pronouns {percent(bias.neutral, 0)}"
    return SpecPoint(
        id=model.checkpoint, label=label, x=x, y=bias.r or 0.0, lo=bias.low, hi=bias.high, n=bias.n_occupations,
        method="Fisher z", x_is_estimate=False, left_out="",
        hover=(f"{name}, {label}", f"r = {r}", plural(bias.n_occupations, "occupation"), neutral),
    )  # fmt: skip


def _notes(lines: Sequence[Line]) -> tuple[str, ...]:
    said = ["Points: Pearson's r with 95% intervals by Fisher's z, over occupations."]
    if any(len(line.points) > 1 for line in lines):
        said.append("Lines only join the points: no trend is fitted or tested.")
    if any(line.place is None for line in lines):
        said.append("Grey: other series, named on hover.")
    return tuple(said)


def _alt(lines: Sequence[Line], kind: AxisKind) -> str:
    courses = []
    for line in lines:
        first, last = line.points[0], line.points[-1]
        course = f"{line.name}: {r_text(first.y)} at {first.label}"
        courses.append(f"{course}, {r_text(last.y)} at {last.label}." if len(line.points) > 1 else f"{course}.")
    return f"Chart of {TITLE}. {WHAT}, by {ACROSS[kind]}. {' '.join(courses)}"
