"""The models page in words: who strays, how much the behaviours count, what a residual is. Pure text, no Streamlit."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from analysis.findings.finding import Finding
from analysis.findings.stray import BY_CHANCE, FAR, ModelOff
from dashboard.figures.parts.notes import provenance
from dashboard.figures.stray import StraySpec
from dashboard.words.findings import listed
from dashboard.words.numbers import count, percent, plural, signed_points

QUESTION = "Does one model stray in many behaviours?"
NOTHING = "No series here was tested, so there is nothing that models could stray from."
LEAST_BEHAVIORS = 3
"""Tested behaviours a series needs to be on the page."""
HEADING = f"**Distance from what the other models predict** :gray[:small[right: share off by more than {FAR:g} sd]]"
EXPLAINED = (
    "Each point is left out in turn: the others, and how jumpy the family's behaviours are without that model, say "
    "where it should be. The distance is in standard deviations (sd) of that prediction, which holds the error from "
    "questions and the usual scatter between models.",
    f"An ordinary model is off by more than {FAR:g} sd in about {percent(BY_CHANCE, 0)} of behaviours. One that is in "
    "many is odd for a reason of its own: a lean to one answer, another prompt, a broken run. Look at its points "
    "before a trend is read off the family.",
    "Where sizes stray in an orderly way, one after the other, no test inside one family can tell that from a trend.",
)


def title(name: str, models: Sequence[ModelOff]) -> str:
    """What was found about the models of a series."""
    odd = [model.label for model in models if model.odd]
    if not odd:
        return f"No model of {name} strays in many behaviours"
    return f"{listed(odd)} of {name} {'strays' if len(odd) == 1 else 'stray'} in many behaviours"


def summary(name: str, models: Sequence[ModelOff], findings: Sequence[Finding]) -> str:
    """How often models are far off, and what the family's behaviours count as (Markdown)."""
    most = max(models, key=lambda model: model.share_far)
    asked, chance = plural(len(findings), "tested behaviour"), percent(BY_CHANCE, 0)
    if most.n_far == 0:
        said = f"In none of {asked} is a model off by more than {FAR:g} standard deviations."
    else:
        said = (
            f"Of {asked}, **{most.label}** is off by more than {FAR:g} standard deviations in "
            f"**{percent(most.share_far, 0)}**. No model is more often; by chance it would be about {chance}."
        )
    first = findings[0].result
    if first.n_effective is None or first.n_family < 2:
        return said
    if first.kappa is None:
        return f"{said} How much of the scatter is common to them cannot be told from fewer than five places."
    return (
        f"{said} Of the scatter around trend and bend, **{percent(first.kappa, 0)}** is common to the behaviours of "
        f"{name}, so they count as **{first.n_effective:.0f}** of {count(first.n_family)}."
    )


def caption(spec: StraySpec, findings: Sequence[Finding]) -> str:
    """Columns from the left, what hatching is, and the source."""
    themes = ", ".join(f"{theme} {columns}" for theme, columns in spec.themes)
    hatched = " Hatched: not tested." if any(cell.off is None for row in spec.cells for cell in row) else ""
    return f"A column is a behaviour; from the left: {themes}.{hatched} {provenance(findings)}."


def model_rows(models: Sequence[ModelOff]) -> dict[str, list[str]]:
    """The table by model, column -> cells; lean and answer mass only where there are single answers."""
    rows = {
        "Model": [model.label for model in models],
        f"Off by more than {FAR:g} sd": [f"{model.n_far} of {model.n_behaviors}" for model in models],
    }
    if any(model.label_gap is not None for model in models):
        rows["First option less others, points"] = [
            "" if model.label_gap is None else signed_points(model.label_gap, 0) for model in models
        ]
    if any(model.option_mass is not None for model in models):
        rows["On the options"] = [
            "" if model.option_mass is None else percent(model.option_mass, 0) for model in models
        ]
    return rows


def number_rows(spec: StraySpec) -> list[dict[str, Any]]:
    """The numbers of the chart: a row per behaviour, a column per model."""
    themes = [theme for theme, columns in spec.themes for _ in range(columns)]
    labels = [model.label for model in spec.models]
    names = labels if len(set(labels)) == len(labels) else [model.checkpoint for model in spec.models]
    return [
        {"Behaviour": title, "Theme": theme, **{name: spec.cells[i][j].off for i, name in enumerate(names)}}
        for j, (title, theme) in enumerate(zip(spec.behaviors, themes, strict=True))
    ]
