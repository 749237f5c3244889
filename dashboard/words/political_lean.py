"""Rates between two poles as a dot plot: the newest round, a row per model, topics as thin marks. Pure."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from analysis.findings.finding import Finding
from analysis.records import Behavior
from dashboard.figures.spec import DotRow
from dashboard.words.numbers import plural


@dataclass(frozen=True, slots=True)
class Lean:
    """One scale between two poles, and where models stand on it."""

    rows: tuple[DotRow, ...]
    """Highest rate first."""
    poles: tuple[str, str]
    """What 0 and 1 stand for."""
    finding: Finding
    """One of the findings, for set, source and licence."""
    behaviours: frozenset[str]
    """Slugs that the plot takes in: the scale and its topics."""
    metric: str
    """What the score is, in the source's words."""
    round: str
    """How the newest round was asked, e.g. 'asked in 2026-05'."""

    @property
    def sentence(self) -> str:
        """'4 models, 80 statements each, asked in 2026-05. Neither pole …' (Markdown)."""
        asked = {row.n for row in self.rows if row.n is not None}
        each = f", {plural(next(iter(asked)), 'statement')} each" if len(asked) == 1 else ""
        return (
            f"{plural(len(self.rows), 'model')}{each}, {self.round}. Score: {self.metric}. "
            "Neither pole is treated as right or wrong; a change would be called a *shift*."
        )

    @property
    def caption(self) -> str:
        """What dots, lines and marks are, and where the numbers come from."""
        marks = " Thin marks: means by topic." if any(row.marks for row in self.rows) else ""
        methods = {point.ci_method for point in self.finding.points if point.ci_low is not None}
        how = f" ({'; '.join(sorted(methods))})" if methods else ""
        interval = f", with 95% interval{how}" if methods else ""
        source = f"Source: {self.finding.source}, {self.finding.licence}."
        return f"Dot: mean over statements, 0 to 100{interval}.{marks} {source}"


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
