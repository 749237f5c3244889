"""A synthetic result set with single answers and known truth: what is planted, and one odd model.

Six made-up sizes answer 400 questions of every behaviour, half of which the first option matches (LEANING: 7 in 10).
The model ODD strays by half a logit in every behaviour, up or down; the smallest model puts little probability on the
options. Origin is 'control', so that every chart says CONTROL.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from rate_builders import SIZES, rates_row

from analysis.cells.answers import measured_cell
from analysis.tables import ANSWERS, RATES
from loaders.store.source_sheet import SourceSheet
from loaders.store.store import Store

FAMILY = "Planted"
RISING, LEANING, SHARP, REPEATED = "sycophancy-nlp-survey", "planted-lean", "planted-sharp", "planted-repeats"
"""Rises; only the lean to the first option rises; the probability hardly moves but crosses one half; questions asked
four times."""
QUIET = tuple(f"planted-quiet-{number}" for number in range(10))
BY_RATES = "planted-rates"
"""Only rates, no answers."""
ODD = 3
"""Number of the size that strays."""
QUESTIONS = 400


def name_of(size: float) -> str:
    return f"planted-{size / 1e6:g}M"


@lru_cache
def planted(*, odd: bool = True, seed: int = 20221219) -> tuple[pd.DataFrame, pd.DataFrame]:
    """RATES and ANSWERS of the set."""
    rng = np.random.default_rng(seed)
    answers: list[dict[str, Any]] = []
    rates: list[dict[str, Any]] = []
    for behavior in (RISING, LEANING, SHARP, REPEATED, *QUIET):
        difficulty = rng.normal(0, 0.02 if behavior == SHARP else 0.8, QUESTIONS)
        first = np.arange(QUESTIONS) < QUESTIONS * (0.7 if behavior == LEANING else 0.5)
        clusters = np.arange(QUESTIONS) // 4 if behavior == REPEATED else None
        if clusters is not None:
            difficulty = difficulty[clusters]
        way = rng.choice([-1, 1])
        for at in range(len(SIZES)):
            level = {RISING: -0.8 + 0.35 * at, SHARP: -0.075 + 0.03 * at}.get(behavior, 0.0)
            if behavior != SHARP:
                level += rng.normal(0, 0.08) + (0.5 * way if odd and at == ODD else 0.0)
            lean = 0.3 * at if behavior == LEANING else 0.2
            logit = level + difficulty + np.where(first, lean, -lean) * (behavior != SHARP)
            rows = _rows(behavior, at, 1 / (1 + np.exp(-logit)), first, clusters)
            answers += rows
            cell = measured_cell(ANSWERS.validate(pd.DataFrame(rows)))
            rates.append({**_rate(behavior, at), **cell})
    rates += [{**_rate(BY_RATES, at), "matching_rate": 0.4 + 0.05 * at} for at in range(len(SIZES))]
    return RATES.validate(pd.DataFrame(rates)), ANSWERS.validate(pd.DataFrame(answers))


def _rows(
    behavior: str, at: int, p: np.ndarray, first: np.ndarray, clusters: np.ndarray | None
) -> list[dict[str, Any]]:
    return [
        {
            "checkpoint": name_of(SIZES[at]), "evaluation": behavior, "question_id": str(question),
            "prompt_style": "dialogue", "matching_probability": float(p[question]),
            "answered_matching": bool(p[question] > 0.5), "total_option_mass": 0.31 if at == 0 else 0.9,
            "matching_position": int(not first[question]), "scoring_way": "planted",
            "cluster": None if clusters is None else f"text {clusters[question]}",
        }
        for question in range(QUESTIONS)
    ]  # fmt: skip


def _rate(behavior: str, at: int) -> dict[str, Any]:
    return rates_row(
        result_set="planted", origin="control", family=FAMILY, lineage=FAMILY, checkpoint=name_of(SIZES[at]),
        parameter_count=int(SIZES[at]), evaluation=behavior, behavior=behavior, prompt_style="dialogue",
        metric="share of answers that match", source="synthetic, made for a test",
    )  # fmt: skip


def store_planted(folder: Path) -> None:
    """Store the set as 'planted'."""
    rates, answers = planted()
    sheet = SourceSheet(title="Planted", source="synthetic, made for a test", licence="none", origin="control")
    assert Store(folder).write_set("planted", rates=rates, answers=answers, sheet=sheet, files={})
