"""What the agreement page says: how far models prefer the same behaviours, in sentences and tables. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from statistics import median
from typing import Any

from analysis.cells.model_facts import ModelFacts
from analysis.preferences.agreement import LEAST_SHARED, Pair, Reversal
from analysis.records import Stage
from dashboard.text.markdown import Markdown
from dashboard.words.numbers import percent, plural

QUESTION = "Do models prefer the same behaviours?"
NO_SET = (
    "No result set here has two models with rates or answers on at least "
    f"{LEAST_SHARED} behaviours of two balanced answers. Score two models on the released evaluations, or import "
    "results:"
)
ALL = "all"
PAIRED: tuple[Stage, Stage] = ("preference_model", "rlhf")
PM_RLHF = " x ".join(PAIRED)
"""Preference models beside the models trained with them."""


def choices(models: Sequence[ModelFacts]) -> dict[str, str]:
    """Comparisons these models allow: key -> words. The first is shown at first."""
    stages = {model.stage: model.stage_words for model in models}
    offered = {}
    if set(PAIRED) <= set(stages):
        offered[PM_RLHF] = "Preference models × RLHF"
    offered[ALL] = "All models"
    if len(stages) > 1:
        counts = {stage: sum(model.stage == stage for model in models) for stage in stages}
        offered |= {stage: f"Only {words}" for stage, words in stages.items() if counts[stage] > 1}
    return offered


def sides(choice: str, models: Sequence[ModelFacts]) -> tuple[list[str], list[str]]:
    """Checkpoints of the rows and of the columns."""
    if choice == PM_RLHF:
        return tuple(  # type: ignore[return-value]
            [model.checkpoint for model in models if model.stage == stage] for stage in PAIRED
        )
    chosen = [model.checkpoint for model in models if choice in (ALL, model.stage)]
    return chosen, chosen


def summary(pairs: Sequence[Pair], models: Mapping[str, ModelFacts], n_behaviours: int) -> Markdown:
    """'16 models, 33 behaviours. Two models of one family agree on a median of 88% …'."""
    shown = [pair for pair in pairs if pair.n >= LEAST_SHARED]
    n_models = len({name for pair in pairs for name in (pair.first, pair.second)})
    sentences: list[str] = [f"{plural(n_models, 'model')}, {plural(n_behaviours, 'behaviour')} of two answers."]
    same = [pair for pair in shown if models[pair.first].family == models[pair.second].family]
    other = [pair for pair in shown if models[pair.first].family != models[pair.second].family]
    for group, who in ((same, "Two models of one family"), (other, "Models of different families")):
        if group:
            middle = median(pair.agreement or 0 for pair in group)
            low, high = (chosen(pair.agreement or 0 for pair in group) for chosen in (min, max))
            between = f"; {percent(low, 0)} to {percent(high, 0)}" if len(group) > 1 else ""
            agree = Markdown("{} agree on **{}** (median of {}{}).")
            sentences.append(agree.format(who, percent(middle, 0), plural(len(group), "pair"), between))
    if shown:
        chance = median(pair.expected or 0 for pair in shown)
        sentences.append(f"Unrelated models that prefer as many would agree on {percent(chance, 0)}.")
    return Markdown(" ").join(sentences)


def definition(*, from_answers: bool) -> str:
    """How a preference is told."""
    if from_answers:
        return (
            "A model prefers a behaviour where the log-likelihood of the matching answers exceeds that of the others "
            "over the data set, labels weighing alike (Perez et al. 2022, appendix A)."
        )
    return (
        "A model prefers a behaviour where its rate is above 50%. This set holds rates only, so the log-likelihoods "
        "that Perez et al. 2022 compare (appendix A) are not known. Only evaluations of two answers with balanced "
        "labels count."
    )


def reversal_sentence(reversals: Sequence[Reversal]) -> str:
    """How many behaviours flip inside a family."""
    if not reversals:
        return "No behaviour is clearly preferred by one model of a family and clearly dispreferred by another."
    flips = len({each.behavior for each in reversals})
    return (
        f"{plural(flips, 'behaviour')} {'is' if flips == 1 else 'are'} clearly preferred by one model of a family and "
        "clearly dispreferred by another: both 95% intervals exclude a tie. With many comparisons some do so by chance."
    )


def reversal_rows(
    found: Sequence[Reversal], names: Mapping[str, str], titles: Mapping[str, str]
) -> list[dict[str, Any]]:
    """The behaviours that flip, a row each."""
    return [
        {
            "Behaviour": titles.get(each.behavior, each.behavior),
            "Prefer it": ", ".join(names[name] for name in each.prefer),
            "Prefer the opposite": ", ".join(names[name] for name in each.disprefer),
        }
        for each in found
    ]
