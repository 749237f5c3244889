"""A heat map of models against behaviours: how far each rate is off what the other models predict."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from analysis.findings.finding import Finding
from analysis.findings.stray import FAR, StrayModel, stray_models
from analysis.verdicts import SHOWN
from dashboard.figures.parts.notes import provenance, watermark
from dashboard.figures.spec import Spec
from dashboard.words.numbers import MINUS, percent

HEADING = "Distance from what the other models predict"


@dataclass(frozen=True, slots=True, kw_only=True)
class StrayCell:
    """One model on one behaviour."""

    off: float | None
    """Standard deviations above what the other models predict; None where it was not tested."""
    hover: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class StraySpec(Spec):
    """Rows of models against columns of behaviours, theme after theme."""

    models: tuple[StrayModel, ...]
    """From the top down, smallest or earliest first."""
    behaviors: tuple[str, ...]
    """Titles, from the left."""
    themes: tuple[tuple[str, int], ...]
    """Theme and its number of columns, from the left."""
    cells: tuple[tuple[StrayCell, ...], ...]
    """(models, behaviours)"""


def stray_figure(findings: Sequence[Finding], title: str) -> StraySpec:
    """The heat map of findings of one series along one axis; `title` says what it shows.

    Raises ValueError where none was tested.
    """
    shown = sorted(
        (each for each in findings if each.residuals), key=lambda each: (each.group, each.title, each.metric)
    )
    if not shown:
        raise ValueError("A heat map of models needs a tested behaviour; none given.")
    models = _told_apart(stray_models(shown))
    themes = tuple((theme, len(list(members))) for theme, members in groupby(shown, key=lambda each: each.group))
    cells = tuple(tuple(_cell(model, finding) for finding in shown) for model in models)
    return StraySpec(
        title=title,
        heading=HEADING,
        heading_note=f"right: share off by more than {FAR:g} sd",
        models=tuple(models),
        behaviors=tuple(each.title for each in shown),
        themes=themes,
        cells=cells,
        watermark=watermark(shown),
        notes=_notes(themes, cells),
        provenance=f"{provenance(findings)}.",
        alt=_alt(models, len(shown)),
    )


def _notes(themes: Sequence[tuple[str, int]], cells: Sequence[Sequence[StrayCell]]) -> tuple[str, ...]:
    """Columns from the left, and what hatching is."""
    columns = ", ".join(f"{theme} {number}" for theme, number in themes)
    said = [f"A column is a behaviour; from the left: {columns}."]
    return tuple([*said, "Hatched: not tested."] if any(cell.off is None for row in cells for cell in row) else said)


def _told_apart(models: Sequence[StrayModel]) -> list[StrayModel]:
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


def _cell(model: StrayModel, finding: Finding) -> StrayCell:
    off = finding.residuals.get(model.checkpoint)
    if off is None:
        mark = next((p.mark for p in finding.points if p.checkpoint == model.checkpoint), "")
        return StrayCell(off=None, hover=(f"{model.label}: {finding.title}", mark or "not measured"))
    said = f"{sd_text(off)} standard deviations off the others"
    return StrayCell(off=off, hover=(f"{model.label}: {finding.title}", said, SHOWN[finding.result.verdict].text))


def _alt(models: Sequence[StrayModel], n_behaviors: int) -> str:
    shares = ", ".join(f"{model.label} {percent(model.share_far, 0)}" for model in models)
    return (
        f"Heat map of {len(models)} models against {n_behaviors} behaviours: distance of each rate from what the other "
        f"models predict. Share of behaviours in which each is off by more than 2 standard deviations: {shares}."
    )
