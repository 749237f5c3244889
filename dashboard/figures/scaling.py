"""One behaviour in one result set, by size or by RL steps."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from analysis.catalogue.nouns import quantity_of
from analysis.findings.finding import Finding
from analysis.findings.ranking import strength
from analysis.verdicts import TESTED, AxisKind
from dashboard.figures.parts import notes as words
from dashboard.figures.parts.axes import labelled_ticks, percent_range, range_text, tick_label, x_axis
from dashboard.figures.parts.colour_places import colour_place
from dashboard.figures.parts.line_styles import MAX_COLOURED, LineStyle, natural, styles_of
from dashboard.figures.parts.lines import line_of
from dashboard.figures.parts.ramp import ramp_steps
from dashboard.figures.spec import Axis, FigureSpec, Line

DEFAULT_COLOURED = 4
"""Series in colour before the reader chooses."""


def default_coloured(findings: Sequence[Finding]) -> list[str]:
    """Names of the series to colour at first: four, tested ones with the strongest evidence first.

    A series whose colour is taken waits until the others are in; the one with the most points is always in.
    """
    ranked = sorted(findings, key=strength)
    first: dict[int, str] = {}
    for finding in ranked:
        if finding.result.verdict in TESTED:
            first.setdefault(colour_place(finding.lineage), finding.name)
    names = list(dict.fromkeys((*first.values(), *(finding.name for finding in ranked))))[:DEFAULT_COLOURED]
    longest = max(findings, key=lambda finding: len(finding.points), default=None)
    if longest is not None and longest.name not in names:
        names = [*names[: DEFAULT_COLOURED - 1], longest.name]
    return names


def scaling_figure(findings: Sequence[Finding], *, coloured: Sequence[str], focus: str | None) -> FigureSpec:
    """Chart of the findings of one behaviour in one result set along one axis (size or RL steps).

    `coloured` are names of findings drawn in a family colour (at most six); the rest is context grey.
    `focus` is the one drawn strongest, or None.

    Raises ValueError for no finding, more than one behaviour, set or axis, or more than six names.
    """
    first = _one_behaviour(findings)
    if len(set(coloured)) > MAX_COLOURED:
        raise ValueError(f"{len(set(coloured))} series to colour; at most {MAX_COLOURED}. Choose fewer.")
    kind: AxisKind = first.result.axis
    styles = styles_of([finding for finding in findings if finding.name in coloured])
    lines = sorted(_ordered(findings, styles, focus), key=_drawing_order)
    chance = next((finding.chance for finding in findings if finding.chance is not None), None)
    y_range = percent_range(heights(lines, chance))
    axis = figure_axis(kind, lines)
    heading = words.heading(quantity_of(first.behavior, first.measure), kind)
    hidden = words.intervals_hidden(lines, y_range)
    return FigureSpec(
        behavior=first.behavior,
        title=first.title,
        heading=heading,
        heading_note=range_text(y_range),
        lines=tuple(lines),
        axis=axis,
        y_range=y_range,
        chance=chance,
        watermark=words.watermark(findings),
        notes=words.notes(lines, kind, marks_hide_intervals=hidden),
        provenance=words.provenance(findings),
        alt=words.alt_text(first.title, heading, lines, chance),
    )


def _ordered(findings: Sequence[Finding], styles: Mapping[str, LineStyle], focus: str | None) -> list[Line]:
    """The lines; where those in colour are one family's, hue tells nothing: they go from faint to strong by name, which
    orders them by size or by RL steps."""
    lines = [line_of(finding, styles, focus=focus) for finding in findings]
    families = {finding.family for finding in findings if finding.name in styles}
    if len(families) > 1 or len(styles) < 2:
        return lines
    names = sorted(styles, key=natural)
    steps = dict(zip(names, ramp_steps(len(names)), strict=True))
    return [
        replace(
            line, label=finding.series or finding.name, place=steps[line.name].place, ramp=True,
            line_width=steps[line.name].width, marker="circle", marker_size=6, fill="filled", dash=(),
        )
        if line.name in steps
        else line
        for finding, line in zip(findings, lines, strict=True)
    ]  # fmt: skip


def figure_axis(kind: AxisKind, lines: Sequence[Line]) -> Axis:
    """The axis over all lines, with the ticks that carry text chosen for the coloured ones."""
    main = [x for line in lines if line.place is not None for x in line.x]
    others = sorted(x for line in lines if line.place is None for x in line.x)
    reach = [part.x[-1] for line in lines for part in line.fit]
    bare = x_axis(kind, main=main, others=others, reach=reach)
    in_focus = [x for line in lines if line.focus for x in line.x]
    shown = main or others
    ends = [min(shown), max(shown)] if shown else []
    kept = labelled_ticks(bare, ends=ends, focus=in_focus, others=(*shown, *others[:1], *others[-1:]))
    return Axis(
        kind=kind,
        title=bare.title,
        range=bare.range,
        ticks=bare.ticks if shown else (),
        labels=tuple((value, tick_text(kind, value, lines)) for value in kept),
    )


def tick_text(kind: AxisKind, value: float, lines: Sequence[Line]) -> str:
    """'6.9B' as the checkpoint itself is called, focus first; '1,000' on the RLHF axis, '300B' along training."""
    if kind == "size":
        for line in reversed(lines):
            for point in line.points:
                if point.x == value:
                    return point.label
    return tick_label(kind, value)


def _drawing_order(line: Line) -> tuple[bool, bool, str]:
    return line.place is not None, line.focus, line.name


def heights(lines: Sequence[Line], chance: float | None) -> list[float]:
    """Every rate that must be inside the axis: points, intervals in colour, fitted lines, chance."""
    rates = [y for line in lines for y in line.y]
    coloured = [line for line in lines if line.place is not None]
    rates += [end for line in coloured for end in (*line.lo, *line.hi) if end is not None]
    rates += [y for line in coloured for part in line.fit for y in part.y]
    return rates if chance is None else [*rates, chance]


def _one_behaviour(findings: Sequence[Finding]) -> Finding:
    kinds = {(finding.result_set, finding.behavior, finding.result.axis) for finding in findings}
    if len(kinds) != 1:
        seen = ", ".join("/".join(kind) for kind in sorted(kinds)) or "none"
        raise ValueError(f"A scaling chart shows one behaviour of one set along one axis; given: {seen}.")
    return findings[0]
