"""A heat map of models against behaviours: how far each rate is off what the other models predict."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from analysis.findings.finding import Finding
from analysis.findings.stray import ModelOff, models_off
from analysis.verdicts import SHOWN
from dashboard.figures.parts.notes import watermark
from dashboard.words.numbers import MINUS, percent

ROW, HEAD = 30, 78
"""Pixels of a row, and of colour bar and foot together."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StrayCell:
    """One model on one behaviour."""

    off: float | None
    """Standard deviations above what the other models predict; None where it was not tested."""
    hover: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class StraySpec:
    """Rows of models against columns of behaviours, theme after theme."""

    models: tuple[ModelOff, ...]
    """From the top down, smallest or earliest first."""
    behaviors: tuple[str, ...]
    """Titles, from the left."""
    themes: tuple[tuple[str, int], ...]
    """Theme and its number of columns, from the left."""
    cells: tuple[tuple[StrayCell, ...], ...]
    """(models, behaviours)"""
    watermark: str
    alt: str
    height: int
    """Pixels."""


def stray_figure(findings: Sequence[Finding]) -> StraySpec:
    """The heat map of findings of one series along one axis. Raises ValueError where none was tested."""
    shown = sorted(
        (each for each in findings if each.residuals), key=lambda each: (each.group, each.title, each.metric)
    )
    if not shown:
        raise ValueError("A heat map of models needs a tested behaviour; none given.")
    models = _told_apart(models_off(shown))
    return StraySpec(
        models=tuple(models),
        behaviors=tuple(each.title for each in shown),
        themes=tuple((theme, len(list(members))) for theme, members in groupby(shown, key=lambda each: each.group)),
        cells=tuple(tuple(_cell(model, finding) for finding in shown) for model in models),
        watermark=watermark(shown),
        alt=_alt(models, len(shown)),
        height=HEAD + ROW * len(models),
    )


def _told_apart(models: Sequence[ModelOff]) -> list[ModelOff]:
    """Models of one size numbered in order: '5.46K (1)', '5.46K (2)'."""
    sizes = [model.label for model in models]
    nth = [sizes[: i + 1].count(size) for i, size in enumerate(sizes)]
    return [
        model if sizes.count(model.label) == 1 else replace(model, label=f"{model.label} ({number})")
        for model, number in zip(models, nth, strict=True)
    ]


def sd_text(off: float) -> str:
    """'+3.1', '−0.4'."""
    return f"{off:+.1f}".replace("-", MINUS)


def _cell(model: ModelOff, finding: Finding) -> StrayCell:
    off = finding.residuals.get(model.checkpoint)
    if off is None:
        mark = next((p.mark for p in finding.points if p.checkpoint == model.checkpoint), "")
        return StrayCell(off=None, hover=(f"{model.label}: {finding.title}", mark or "not measured"))
    said = f"{sd_text(off)} standard deviations off the others"
    return StrayCell(off=off, hover=(f"{model.label}: {finding.title}", said, SHOWN[finding.result.verdict].text))


def _alt(models: Sequence[ModelOff], n_behaviors: int) -> str:
    shares = ", ".join(f"{model.label} {percent(model.share_far, 0)}" for model in models)
    return (
        f"Heat map of {len(models)} models against {n_behaviors} behaviours: distance of each rate from what the other "
        f"models predict. Share of behaviours in which each is off by more than 2 standard deviations: {shares}."
    )
