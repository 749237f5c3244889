"""The models page in words: who strays, how much the behaviours count, what a residual is. Pure text, no Streamlit."""

from __future__ import annotations

from collections.abc import Sequence

from analysis.findings.finding import Finding
from analysis.findings.stray import BY_CHANCE, FAR, StrayModel
from dashboard.text.markdown import Markdown, strong
from dashboard.words.findings import listed
from dashboard.words.numbers import count, percent, plural, signed_points

QUESTION = "Does one model stray in many behaviours?"
NOTHING = "No series here was tested, so there is nothing that models could stray from."
LEAST_BEHAVIORS = 3
"""Tested behaviours a series needs to be on the page."""
EXPLAINED = (
    "Each point is left out in turn: the others, and how jumpy the family's behaviours are without that model, say "
    "where it should be. The distance is in standard deviations (sd) of that prediction, which holds the error from "
    "questions and the usual scatter between models.",
    f"An ordinary model is off by more than {FAR:g} sd in about {percent(BY_CHANCE, 0)} of behaviours. One that is in "
    "many is odd for a reason of its own: a lean to one answer, another prompt, a broken run. Look at its points "
    "before a trend is read off the family.",
    "Where sizes stray in an orderly way, one after the other, no test inside one family can tell that from a trend.",
)


def title(name: str, models: Sequence[StrayModel]) -> str:
    """What was found about the models of a series."""
    strays = [model.label for model in models if model.strays]
    if not strays:
        return f"No model of {name} strays in many behaviours"
    return f"{listed(strays)} of {name} {'strays' if len(strays) == 1 else 'stray'} in many behaviours"


def summary(name: str, models: Sequence[StrayModel], findings: Sequence[Finding]) -> Markdown:
    """How often models are far off, and what the family's behaviours count as."""
    most = max(models, key=lambda model: model.share_far)
    asked, chance = plural(len(findings), "tested behaviour"), percent(BY_CHANCE, 0)
    if most.n_far == 0:
        said = Markdown("In none of {} is a model off by more than {:g} standard deviations.").format(asked, FAR)
    else:
        said = Markdown(
            "Of {}, {} is off by more than {:g} standard deviations in **{}**. No model is more often; by chance it "
            "would be about {}."
        ).format(asked, strong(most.label), FAR, percent(most.share_far, 0), chance)
    first = findings[0].result
    if first.n_effective is None or first.n_family < 2:
        return said
    if first.kappa is None:
        return said + " How much of the scatter is common to them cannot be told from fewer than five places."
    return Markdown(
        "{} Of the scatter around trend and bend, **{}** is common to the behaviours of {}, so they count as "
        "**{:.0f}** of {}."
    ).format(said, percent(first.kappa, 0), name, first.n_effective, count(first.n_family))


def model_rows(models: Sequence[StrayModel]) -> dict[str, list[str]]:
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
