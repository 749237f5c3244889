"""Two models of a result set on the same questions: which rows are compared, and the comparison."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from analysis.errors import ScalewatchError, UnknownNameError
from analysis.other_methods.compare import Comparison, compare


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparedModels:
    """What was compared, and what came of it."""

    evaluation: str
    prompt_style: str
    first: str
    """Checkpoint, model A."""
    second: str
    """Checkpoint, model B."""
    comparison: Comparison


def evaluation_named(name: str, rates: pd.DataFrame) -> str:
    """The evaluation of a behaviour that has one in the set's RATES; any other name as it is."""
    evaluations = rates.loc[rates["behavior"] == name, "evaluation"].unique()
    return str(evaluations[0]) if len(evaluations) == 1 else name


def compare_models(
    answers: pd.DataFrame, first: str, second: str, *, evaluation: str, prompt_style: str | None = None
) -> ComparedModels:
    """Compare two checkpoints on ANSWERS rows; questions in clusters where the first model's rows name any.

    `prompt_style` may be left out where both were asked in one and the same way. Raises ScalewatchError with what there
    is instead, for an evaluation or model without answers, one model named twice, or no common prompt style.
    """
    evaluations = sorted(answers["evaluation"].unique())
    if evaluation not in evaluations:
        raise UnknownNameError.of("evaluation with single answers", evaluation, evaluations)
    asked = answers[answers["evaluation"] == evaluation]
    models = sorted(asked["checkpoint"].unique())
    for model in (first, second):
        if model not in models:
            raise UnknownNameError.of(f"model with answers to {evaluation}", model, models)
    if first == second:
        raise ScalewatchError(f"{first} is named twice.", "Name two models")
    style = _shared_style(asked, first, second, prompt_style)
    rows = asked[asked["run_settings"] == style]
    of_first, of_second = (rows[rows["checkpoint"] == model] for model in (first, second))
    comparison = compare(of_first, of_second, clustered=bool(of_first["cluster"].notna().any()))
    return ComparedModels(evaluation=evaluation, prompt_style=style, first=first, second=second, comparison=comparison)


def _shared_style(asked: pd.DataFrame, first: str, second: str, style: str | None) -> str:
    """The prompt style in which both were asked: the one named, or the only one."""
    of_both = [set(asked.loc[asked["checkpoint"] == model, "run_settings"]) for model in (first, second)]
    shared = sorted(of_both[0] & of_both[1])
    if not shared:
        seen = "; ".join(", ".join(sorted(styles)) for styles in of_both)
        raise ScalewatchError(
            f"{first} and {second} were asked {asked['evaluation'].iloc[0]} in different ways: {seen}.",
            "Name two others",
        )
    if style is None and len(shared) > 1:
        raise ScalewatchError(f"Both were asked in several ways: {', '.join(shared)}.", "Name one with --prompt-style")
    style = style or shared[0]
    if style not in shared:
        raise UnknownNameError.of("prompt style", style, shared)
    return str(style)
