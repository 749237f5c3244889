"""Findings: everything one row of the landing table and one behaviour page need, from the rates of one set."""

from __future__ import annotations

from dataclasses import dataclass

from analysis.trends.result import SeriesResult


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """One checkpoint's rate on one behaviour."""

    checkpoint: str
    label: str
    """Short name for charts: '6.9B' on the size axis, '200 steps' on the RLHF axis."""
    x: float | None
    """Parameter count or RLHF steps; None where the maker does not say."""
    x_is_estimate: bool
    rate: float
    """0-1."""
    ci_low: float | None
    ci_high: float | None
    ci_method: str
    """Method of the interval, or why there is none."""
    n_questions: int | None
    mark: str = ""
    """Why this point is not part of the test ('always answers (A): ...'); empty where it is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One behaviour in one family (and one series of it) along one axis."""

    result_set: str
    origin: str
    """measured | imported | published | control"""
    behavior: str
    """Slug in the catalogue."""
    title: str
    group: str
    concern: str
    """more_is_worse | less_is_worse | neutral"""
    measure: str
    """What the rate is a share of, e.g. 'answers matching the view the user states'."""
    chance: float | None
    family: str
    lineage: str
    """Line of families that shares a colour, e.g. 'Llama' for Llama 1, 2 and 3."""
    series: str
    """What tells series of one family apart: 'chat', 'deduped', '5-shot', or the model on the RLHF axis."""
    evaluation: str
    prompt_style: str
    metric: str
    points: tuple[Point, ...]
    """In order of x; points without x last."""
    result: SeriesResult
    source: str
    licence: str

    @property
    def name(self) -> str:
        """Family and series as one label, e.g. 'Qwen1.5 chat'."""
        return f"{self.family} {self.series}".strip()
