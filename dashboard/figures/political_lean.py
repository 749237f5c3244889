"""Rates between two poles: the newest round, a row per model, topics as thin marks."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from analysis.findings.finding import Finding
from analysis.records import Behavior
from dashboard.figures.dots import DotRow, DotSpec, dots_figure
from dashboard.figures.parts.notes import watermark


@dataclass(frozen=True, slots=True)
class Lean:
    """One scale between two poles, and where models stand on it."""

    rows: tuple[DotRow, ...]
    """Highest rate first."""
    poles: tuple[str, str]
    """What 0 and 1 stand for."""
    finding: Finding
    """One of the findings, for set, source and licence."""
    behaviors: frozenset[str]
    """Slugs that the plot takes in: the scale and its topics."""
    metric: str
    """What the score is, in the source's words."""
    round: str
    """How the newest round was asked, e.g. 'asked in 2026-05'."""


def lean_of(findings: Sequence[Finding], entry_of: Callable[[str], Behavior | None]) -> Lean | None:
    """The scale with poles, its topics as marks; None where no set has one."""
    scales = [f for f in findings if f.result.axis == "size" and (e := entry_of(f.behavior)) is not None and e.poles]
    if not scales:
        return None
    main = min({f.behavior for f in scales}, key=lambda slug: (len(slug), slug))
    whole = [f for f in scales if f.behavior == main]
    newest = max(f.prompt_style for f in whole)
    whole = [f for f in whole if f.prompt_style == newest]
    topics = [f for f in scales if f.behavior.startswith(f"{main}-") and f.prompt_style == newest]
    marks: dict[str, list[tuple[str, float]]] = {}
    for finding in topics:
        for point in finding.points:
            marks.setdefault(point.checkpoint, []).append((finding.title.partition(": ")[2], point.rate))
    rows = [
        DotRow(
            label=point.checkpoint, rate=point.rate, lo=point.ci_low, hi=point.ci_high, n=point.n_questions,
            marks=tuple(marks.get(point.checkpoint, ())),
        )
        for finding in whole
        for point in finding.points
    ]  # fmt: skip
    entry = entry_of(main)
    poles = entry.poles if entry is not None and entry.poles is not None else ("0", "100")
    rows.sort(key=lambda row: -row.rate)
    return Lean(tuple(rows), poles, whole[0], frozenset(f.behavior for f in scales), whole[0].metric, newest)


def lean_figure(lean: Lean, title: str) -> DotSpec:
    """The scale as a dot plot; `title` says what it shows."""
    methods = {point.ci_method for point in lean.finding.points if point.ci_low is not None}
    how = f" ({'; '.join(sorted(methods))})" if methods else ""
    interval = f", with 95% interval{how}" if methods else ""
    dots = f"Dot: mean over statements, 0 to 100{interval}."
    return dots_figure(
        lean.rows,
        title=title,
        low_pole=lean.poles[0],
        high_pole=lean.poles[1],
        notes=(dots, "Thin marks: means by topic.") if any(row.marks for row in lean.rows) else (dots,),
        provenance=f"Source: {lean.finding.source}, {lean.finding.licence}.",
        watermark=watermark([lean.finding]),
    )
