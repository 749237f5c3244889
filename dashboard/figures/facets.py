"""Small multiples: one panel per behaviour."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from analysis.catalogue.nouns import quantity_of
from analysis.findings.finding import Finding
from analysis.findings.ranking import strength
from analysis.verdicts import CLAIMS, SHOWN, TESTED, AxisKind, shown_along
from dashboard.figures.parts import notes as words
from dashboard.figures.parts.axes import percent_range, position, range_text, spread_ticks, x_axis
from dashboard.figures.parts.line_styles import MAX_COLOURED, LineStyle, styles_of
from dashboard.figures.parts.lines import line_of
from dashboard.figures.scaling import tick_text
from dashboard.figures.spec import Axis, Line, Spec
from dashboard.words.numbers import points_interval, signed_points

MAX_PANELS = 6
PADDING = 0.09
"""Room beside the first and last tick of a panel, as a share of the way between them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Panel:
    """One small chart of a facet figure."""

    title: str
    """The behaviour's title, without words before a colon that all share."""
    strongest: tuple[str, ...]
    """'◆ Pythia' and '−14 [−18, −9]', the change of the strongest tested series; or why there is none."""
    lines: tuple[Line, ...]
    chance: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyEntry:
    """One family in the key above the facets."""

    name: str
    style: LineStyle


@dataclass(frozen=True, slots=True, kw_only=True)
class FacetSpec(Spec):
    """Small multiples: one panel per behaviour, one shared axis."""

    panels: tuple[Panel, ...]
    """At most six."""
    key: tuple[KeyEntry, ...]
    axis: Axis
    y_range: tuple[float, float]


def facets_figure(groups: Sequence[tuple[str, Sequence[Finding]]], title: str) -> FacetSpec:
    """One panel per (behaviour title, its findings) on shared axes; families in colour, marker and dash.

    `title` says what they are about. At most six series are in colour over all panels: those in most panels, then
    those with most claims.

    Raises ValueError for no panel, more than six, or panels along different axes.
    """
    everything = [finding for _, findings in groups for finding in findings]
    kinds = {finding.result.axis for finding in everything}
    if not 0 < len(groups) <= MAX_PANELS or len(kinds) != 1:
        raise ValueError(
            f"A facet figure has 1 to {MAX_PANELS} panels along one axis; "
            f"given: {len(groups)} panels, axes {sorted(kinds) or 'none'}."
        )
    kind: AxisKind = everything[0].result.axis
    styles = _coloured_styles(everything)
    panels = tuple(
        Panel(
            title=short,
            strongest=strongest(findings),
            lines=tuple(sorted((line_of(finding, styles) for finding in findings), key=_drawing_order)),
            chance=next((finding.chance for finding in findings if finding.chance is not None), None),
        )
        for short, (_, findings) in zip(short_titles([full for full, _ in groups]), groups, strict=True)
    )
    lines = [line for panel in panels for line in panel.lines]
    y_range = percent_range(_heights(panels))
    rates = list(dict.fromkeys(quantity_of(finding.behavior, finding.measure) for finding in everything))
    heading = words.heading(rates[0] if len(rates) == 1 else "rate of each behaviour", kind)
    return FacetSpec(
        title=title,
        heading=heading,
        heading_note=f"one shared {range_text(y_range)}; {_glyphs(groups)}change in points [95% interval]",
        panels=panels,
        key=_key(styles, lines),
        axis=_axis(kind, lines),
        y_range=y_range,
        watermark=words.watermark(everything),
        notes=words.notes(lines, kind, dotted=False),
        provenance=words.provenance(everything),
        alt=_alt(heading, panels),
    )


def _alt(heading: str, panels: Sequence[Panel]) -> str:
    """Each panel's title, strongest series and courses."""
    parts = [f"{len(panels)} small charts. {heading}."]
    for panel in panels:
        courses = " ".join(words.course(line) for line in panel.lines if line.place is not None and line.points)
        parts.append(f"{panel.title} ({' '.join(panel.strongest)}): {courses}")
    return " ".join(parts)


def strongest(findings: Sequence[Finding]) -> tuple[str, ...]:
    """Strongest tested series as ('◆ Pythia', '−14 [−18, −9]'); without one, why none was, most frequent first."""
    first = min(findings, key=strength, default=None)
    if first is None:
        return ("no data",)
    word = SHOWN[first.result.verdict]
    result = first.result
    if result.verdict not in TESTED or result.change_points is None:
        why = Counter(finding.result.verdict for finding in findings).most_common()
        shown = [(shown_along(verdict, result.axis), number) for verdict, number in why]
        return tuple(f"{w.glyph} {w.word} ({number})" for w, number in shown)
    interval = points_interval(result.change_points_low, result.change_points_high, 0)
    change = f"{signed_points(result.change_points, 0)} {interval}".strip()
    return f"{word.glyph} {first.short_name}", change


def short_titles(titles: Sequence[str]) -> list[str]:
    """Titles without the words before a colon that all share: 'Sycophancy: NLP survey' -> 'NLP survey'."""
    heads = {title.partition(": ")[0] for title in titles}
    if len(titles) > 1 and len(heads) == 1 and all(": " in title for title in titles):
        return [rest[:1].upper() + rest[1:] for rest in (title.partition(": ")[2] for title in titles)]
    return list(titles)


def _glyphs(groups: Sequence[tuple[str, Sequence[Finding]]]) -> str:
    """Key of the glyphs in the headers: '◆ inverse, → flat; '."""
    shown = {min(findings, key=strength).result.verdict for _, findings in groups if findings}
    tested = [word for verdict, word in SHOWN.items() if verdict in shown & TESTED]
    return "".join(f"{word.glyph} {word.word.lower()}, " for word in tested)[:-2] + "; " * bool(tested)


def _coloured_styles(findings: Sequence[Finding]) -> Mapping[str, LineStyle]:
    panels = Counter(finding.name for finding in findings)
    claims = Counter(finding.name for finding in findings if finding.result.verdict in CLAIMS)
    points = Counter[str]()
    for finding in findings:
        points[finding.name] += len(finding.points)
    ranked = sorted(panels, key=lambda name: (-panels[name], -claims[name], -points[name], name))
    chosen = set(ranked[:MAX_COLOURED])
    return styles_of([finding for finding in findings if finding.name in chosen])


def _key(styles: Mapping[str, LineStyle], lines: Sequence[Line]) -> tuple[KeyEntry, ...]:
    drawn = {line.name for line in lines if line.points}
    entries = [KeyEntry(name=name, style=style) for name, style in styles.items() if name in drawn]
    return tuple(sorted(entries, key=lambda entry: (entry.style.place, entry.name)))


def _axis(kind: AxisKind, lines: Sequence[Line]) -> Axis:
    values = [x for line in lines for x in line.x]
    bare = x_axis(kind, main=values, others=[])
    if len(set(values)) > 1:
        first, last = position(kind, bare.ticks[0]), position(kind, bare.ticks[-1])
        ends = first - PADDING * (last - first), last + PADDING * (last - first)
    else:
        ends = bare.range
    return Axis(
        kind=kind,
        title=bare.title,
        range=ends,
        ticks=bare.ticks,
        labels=tuple((value, tick_text(kind, value, lines)) for value in spread_ticks(bare, values)),
    )


def _drawing_order(line: Line) -> tuple[bool, str]:
    return line.place is not None, line.name


def _heights(panels: Sequence[Panel]) -> list[float]:
    heights = [panel.chance for panel in panels if panel.chance is not None]
    for line in (line for panel in panels for line in panel.lines):
        heights += line.y
        if line.place is not None:
            heights += [end for end in (*line.lo, *line.hi) if end is not None]
    return heights
