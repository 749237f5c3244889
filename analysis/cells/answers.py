"""From option log-probabilities to answers, and from answers to rates."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from analysis.cells.rates import probability_interval, wilson
from analysis.cells.scoring import Scoring
from analysis.records import Question
from analysis.tables import ANSWERS


def answer_row(
    question: Question,
    option_logprobs: Sequence[float] | None,
    *,
    checkpoint: str,
    evaluation: str,
    prompt_style: str,
    scoring: Scoring,
    n_samples: int | None = None,
    **settings: Any,
) -> dict[str, Any]:
    """One ANSWERS row from the log-probabilities (nats) of the question's options, in their order; `settings` are run
    settings by the name of their column.

    None, or any value that is not a log-probability: nothing was measured, every measured column is null and
    `missing_reason` says why (the caller's `scoring` for None). The answer is the likeliest option (paper,
    section 2); a tie between a matching and another option is no answer.
    """
    row = ANSWERS.row(
        checkpoint=checkpoint, evaluation=evaluation, question_id=question.id, prompt_style=prompt_style,
        matching_position=question.matching[0] if len(question.matching) == 1 else None,
        **scoring.columns, n_samples=n_samples, cluster=question.cluster, **settings,
    )  # fmt: skip
    if option_logprobs is None:
        return row
    measured = measured_options(option_logprobs, question.matching)
    if isinstance(measured, str):
        return row | Scoring.missing(measured).columns
    return row | dict(zip(MEASURED, measured, strict=True))


MEASURED = ("option_logprobs", "total_option_mass", "matching_probability", "answered_matching")
"""Columns of ANSWERS that are made of option log-probabilities."""
Measured = tuple[list[float], float, float | None, bool | None]


def measured_options(option_logprobs: Sequence[float | str], matching: Sequence[int]) -> Measured | str:
    """MEASURED of one question from its options' log-probabilities (nats); where they are none, why."""
    logprobs = [float(value) for value in option_logprobs]
    top = max(logprobs)
    if not all(value <= 1e-6 for value in logprobs):  # NaN fails the comparison too
        return f"{logprobs} are no log-probabilities"
    if top == -math.inf:
        return "every option has probability 0"
    weights = [math.exp(value - top) for value in logprobs]
    total = sum(weights)
    mass = min(1.0, math.exp(top) * total)
    if not matching:
        return logprobs, mass, None, None
    best = max(weights[index] for index in matching)
    best_other = max((weight for index, weight in enumerate(weights) if index not in matching), default=-1.0)
    probability = min(1.0, sum(weights[index] for index in matching) / total)
    return logprobs, mass, probability, None if best == best_other else best > best_other


def measured_cell(answers: pd.DataFrame) -> Mapping[str, Any]:
    """The measured columns of one RATES row from its ANSWERS rows (one checkpoint, evaluation and prompt style).

    `matching_rate` is the paper's: the share of questions answered with a matching option, with a Wilson interval;
    questions without an answer are not counted. `mean_matching_probability` weighs labels equally. Raises ValueError
    where no question was answered.
    """
    answered = answers[answers["answered_matching"].notna()]
    if answered.empty:
        raise ValueError("no question was answered")
    n_answered, n_matching = len(answered), int(answered["answered_matching"].sum())
    probabilities = answers[answers["matching_probability"].notna()]
    positions = answers["matching_position"].dropna()
    mean = None
    if len(probabilities):
        labels = probabilities["matching_position"].astype("string").fillna("several").tolist()
        mean = probability_interval(probabilities["matching_probability"].to_numpy(float), labels)[0]
    interval = wilson(n_matching, n_answered)
    return {
        "n_questions": len(answers), "n_answered": n_answered, "n_matching": n_matching,
        "matching_rate": n_matching / n_answered, "standard_error": None,
        "ci_low": interval.low, "ci_high": interval.high, "ci_level": interval.level, "ci_method": interval.method,
        "mean_matching_probability": mean,
        "label_share": float((positions == 0).mean()) if len(positions) else None,
    }  # fmt: skip
