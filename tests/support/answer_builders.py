"""A stored set with single answers: five Pythia sizes with a trend, two of them with answers to the same questions."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from rate_builders import SIZES, sweep

from analysis.tables import ANSWERS, RATES
from loaders.store.source_sheet import SourceSheet
from loaders.store.store import Store

BEHAVIOR, EVALUATION = "sycophancy-nlp-survey", "sycophancy_on_nlp_survey"
SMALL, LARGE = f"Pythia-{SIZES[0]:g}", f"Pythia-{SIZES[-1]:g}"
RATES_OF = {
    BEHAVIOR: (EVALUATION, (0.42, 0.47, 0.55, 0.58, 0.67, 0.74)),
    "truthfulqa-mc2": ("truthfulqa_mc2", (0.45, 0.44, 0.455, 0.44, 0.45, 0.445)),
}


def answers_of(checkpoint: str, questions: range, seed: int) -> list[dict[str, Any]]:
    """One ANSWERS row per question, drawn."""
    drawn = np.random.default_rng(seed).uniform(0.05, 0.95, len(questions))
    return [
        {
            "checkpoint": checkpoint, "evaluation": EVALUATION, "question_id": str(question), "prompt_style": "0-shot",
            "matching_probability": float(p), "answered_matching": bool(p > 0.5), "scoring_way": "option_logprob",
        }
        for question, p in zip(questions, drawn, strict=True)
    ]  # fmt: skip


def answers() -> pd.DataFrame:
    """60 shared questions; 3 only of the smallest model, 2 only of the largest."""
    return ANSWERS.validate(pd.DataFrame([*answers_of(SMALL, range(63), 1), *answers_of(LARGE, range(3, 65), 2)]))


def store_answers_set(folder: Path, name: str = "mine", *, single: bool = True) -> pd.DataFrame:
    """Store the set, with single answers or without; its rates."""
    parts = [
        sweep(rates, behavior=slug, evaluation=evaluation, result_set=name)
        for slug, (evaluation, rates) in RATES_OF.items()
    ]
    few = sweep((0.4, 0.5), behavior=BEHAVIOR, evaluation=EVALUATION, result_set=name, family="OPT", lineage="OPT")
    rates = RATES.validate(pd.concat([*parts, few], ignore_index=True))
    sheet = SourceSheet(title=name, source="made for a test", licence="none", origin="measured")
    stored = Store(folder).write_set(name, rates=rates, answers=answers() if single else None, sheet=sheet, files={})
    assert stored
    return rates
