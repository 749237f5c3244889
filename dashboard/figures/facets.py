"""Small multiples: one panel per behaviour."""

from __future__ import annotations

import textwrap
from collections import Counter
from collections.abc import Mapping, Sequence

from analysis.catalogue.nouns import quantity_of
from analysis.findings.finding import Finding
from analysis.findings.ranking import strength
from analysis.verdicts import CLAIMS, SHOWN, TESTED, AxisKind, shown_along
from dashboard.figures.parts import notes as words
from dashboard.figures.parts.axes import percent_range, position, range_text, spread_ticks, x_axis
from dashboard.figures.parts.families import MAX_COLOURED, Mark, marks_of
from dashboard.figures.parts.series import series_of
from dashboard.figures.scaling import tick_text
from dashboard.figures.spec import Axis, FacetSpec, KeyEntry, Panel, Series
from dashboard.words.numbers import points_interval, signed_points

MAX_PANELS = 6
PANEL_HEIGHT = 176
"""Pixels of a panel's plotting area and the ticks below it."""
FOOT = 96
"""Pixels for the axis at the foot and the key at the head."""
PADDING = 0.09
"""Room beside the first and last tick of a panel, as a share of the way between them."""
TITLE_LINE, EVIDENCE_LINE = 18, 16
"""Pixels a line of the header takes."""
TITLE_WIDTH = {1: 46, 2: 21, 3: 15}
EVIDENCE_WIDTH = {1: 56, 2: 25, 3: 16}
"""Characters of a title line and of an evidence line that fit a panel at 390 pixels, by number of columns."""


def facets_figure(groups: Sequence[tuple[str, Sequence[Finding]]]) -> FacetSpec:
    """One panel per (behaviour title, its findings) on shared axes; families in colour, marker and dash.

    At most six series are in colour over all panels: those in most panels, then those with most claims.

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
    marks = _coloured_marks(everything)
    titles = short_titles([title for title, _ in groups])
    columns = columns_for(titles)
    panels = tuple(
        Panel(
            title=_wrapped(title, columns),
            evidence=_in_lines(evidence(findings), columns),
            series=tuple(sorted((series_of(finding, marks) for finding in findings), key=_drawing_order)),
            chance=next((finding.chance for finding in findings if finding.chance is not None), None),
        )
        for title, (_, findings) in zip(titles, groups, strict=True)
    )
    series = [line for panel in panels for line in panel.series]
    y_range = percent_range(_heights(panels))
    rates = list(dict.fromkeys(quantity_of(finding.behavior, finding.measure) for finding in everything))
    title = words.y_title(rates[0] if len(rates) == 1 else "rate of each behaviour", kind)
    header = (
        TITLE_LINE * max(len(panel.title) for panel in panels)
        + EVIDENCE_LINE * max(len(panel.evidence) for panel in panels)
        + 10
    )
    return FacetSpec(
        panels=panels,
        columns=columns,
        key=_key(marks, series),
        y_title=title,
        axis_note=f"one shared {range_text(y_range)}; {_glyphs(groups)}change in points [95% interval]",
        axis=_axis(kind, series),
        y_range=y_range,
        watermark=words.watermark(everything),
        notes=words.notes(series, kind, dotted=False),
        provenance=words.provenance(everything),
        alt=words.panels_alt(title, panels),
        height=FOOT + (PANEL_HEIGHT + header) * -(-len(panels) // columns),
        header_height=header,
    )


def columns_for(titles: Sequence[str]) -> int:
    """Columns of panels: three where that leaves no hole and the titles fit a third of a phone, else two."""
    if len(titles) in (1, 2, 4):
        return min(len(titles), 2)
    lines = 3 if len(titles) == 3 else 2
    return 3 if all(len(_wrapped(title, 3)) <= lines for title in titles) else 2


def _wrapped(title: str, columns: int) -> tuple[str, ...]:
    return tuple(textwrap.wrap(title, TITLE_WIDTH[columns], break_on_hyphens=False))


def _in_lines(parts: tuple[str, ...], columns: int) -> tuple[str, ...]:
    """The evidence in one line where a panel has room for it on a phone."""
    line = " ".join(parts)
    return (line,) if len(line) <= EVIDENCE_WIDTH[columns] else parts


def evidence(findings: Sequence[Finding]) -> tuple[str, ...]:
    """Strongest tested series as ('◆ Pythia', '−14 [−18, −9]'); without one, why none was, most frequent first."""
    first = min(findings, key=strength, default=None)
    if first is None:
        return ("no data",)
    word = SHOWN[first.result.verdict]
    result = first.result
    if result.verdict not in TESTED or result.change_points is None:
        why = Counter(finding.result.verdict for finding in findings).most_common()
        words = [(shown_along(verdict, result.axis), number) for verdict, number in why]
        return tuple(f"{w.glyph} {w.word} ({number})" for w, number in words)
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


def _coloured_marks(findings: Sequence[Finding]) -> Mapping[str, Mark]:
    panels = Counter(finding.name for finding in findings)
    claims = Counter(finding.name for finding in findings if finding.result.verdict in CLAIMS)
    points = Counter[str]()
    for finding in findings:
        points[finding.name] += len(finding.points)
    ranked = sorted(panels, key=lambda name: (-panels[name], -claims[name], -points[name], name))
    chosen = set(ranked[:MAX_COLOURED])
    return marks_of([finding for finding in findings if finding.name in chosen])


def _key(marks: Mapping[str, Mark], series: Sequence[Series]) -> tuple[KeyEntry, ...]:
    drawn = {line.name for line in series if line.points}
    entries = [
        KeyEntry(
            name=name,
            place=mark.place,
            marker=mark.marker,
            marker_size=mark.marker_size,
            fill=mark.fill,
            dash=mark.dash,
        )
        for name, mark in marks.items()
        if name in drawn
    ]
    return tuple(sorted(entries, key=lambda entry: (entry.place, entry.name)))


def _axis(kind: AxisKind, series: Sequence[Series]) -> Axis:
    values = [x for line in series for x in line.x]
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
        labels=tuple((value, tick_text(kind, value, series)) for value in spread_ticks(bare, values)),
    )


def _drawing_order(line: Series) -> tuple[bool, str]:
    return line.place is not None, line.name


def _heights(panels: Sequence[Panel]) -> list[float]:
    heights = [panel.chance for panel in panels if panel.chance is not None]
    for line in (line for panel in panels for line in panel.series):
        heights += line.y
        if line.place is not None:
            heights += [end for end in (*line.lo, *line.hi) if end is not None]
    return heights
