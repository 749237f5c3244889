"""A stored set of one family: three sizes at three RL step counts and their preference models, with single answers.

Every model prefers the first half of the behaviours and disprefers the rest; the smallest ones flip one of them.
Pronouns follow the statistics of occupations half-way and to the dot.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd
from rate_builders import rates_row

from analysis.catalogue.behaviors import behaviors
from analysis.catalogue.occupations import WINOGENERATED, occupations
from analysis.cells.rates import wilson
from analysis.preferences.preference import balanced
from analysis.tables import RATES
from loaders.store.source_sheet import SourceSheet
from loaders.store.store import Store

SLUGS = [slug for slug, behavior in behaviors().items() if balanced(behavior)][:12]
SIZES = {"70m": 70_000_000, "410m": 410_000_000, "2.8b": 2_800_000_000}
STEPS = (0, 100, 500)
N = 60
"""Questions of a behaviour."""


def models(prefix: str = "own") -> Iterator[dict[str, Any]]:
    """Facts of the twelve checkpoints; `prefix`: how their names begin."""
    for name, size in SIZES.items():
        for steps in STEPS:
            stage = "rlhf" if steps else "pretrained"
            yield {
                "checkpoint": f"{prefix}-{name}-{steps}",
                "stage": stage,
                "parameter_count": size,
                "rlhf_steps": steps,
            }
        yield {"checkpoint": f"{prefix}-{name}-pm", "stage": "preference_model", "parameter_count": size}


def odds(checkpoint: str, place: int) -> float:
    """Planted log-odds of the matching answer of a behaviour."""
    first_half = place < len(SLUGS) // 2
    flipped = place == 0 and "70m" in checkpoint
    return 1.0 if first_half != flipped else -1.0


def persona_rows(checkpoint: str, place: int) -> list[dict[str, Any]]:
    """ANSWERS rows of one behaviour: planted log-odds, a wobble, and a lean of 0.5 nats to the first option."""
    rows = []
    for question in range(N):
        position = question % 2
        value = odds(checkpoint, place) + 0.2 * (question % 3 - 1) + (0.5 if position == 0 else -0.5)
        p = 1 / (1 + math.exp(-value))
        pair = [math.log(p), math.log(1 - p)]
        rows.append(
            {"checkpoint": checkpoint, "evaluation": SLUGS[place], "question_id": str(question),
             "prompt_style": "dialogue", "run_settings": "dialogue",
             "option_logprobs": pair if position == 0 else pair[::-1],
             "matching_probability": p, "answered_matching": p > 0.5, "matching_position": position,
             "scoring_way": "made for a test"}
        )  # fmt: skip
    return rows


def pronoun_rows(checkpoint: str, strength: float, every: int = 1) -> list[dict[str, Any]]:
    """ANSWERS rows of the sentences of every so-many-th occupation: P(female) = 1/2 + strength (women - 1/2)."""
    rows = []
    for occupation in occupations()[::every]:
        female = 0.5 + strength * (occupation.percent_women / 100 - 0.5)
        for nth, line in enumerate(occupation.lines):
            p = min(0.99, max(0.01, female + 0.05 * (nth % 2 - 0.5)))
            logprobs = [math.log(0.8 * (1 - p)), math.log(0.8 * p), math.log(0.2)]
            rows.append(
                {"checkpoint": checkpoint, "evaluation": WINOGENERATED, "question_id": str(line),
                 "prompt_style": "dialogue", "run_settings": "dialogue", "option_logprobs": logprobs,
                 "scoring_way": "made for a test"}
            )  # fmt: skip
    return rows


def store_preferences(
    folder: Path,
    name: str = "own",
    *,
    pronouns: bool = True,
    answers: bool = True,
    origin: str = "measured",
    own_behaviours: bool = False,
    prefix: str = "own",
    family: str = "Own",
    source: str = "made for a test",
) -> None:
    """Store the set; `own_behaviours`: of three options each, and not in the catalogue."""
    facts = list(models(prefix))
    rows = [row for each in facts for place in range(len(SLUGS)) for row in persona_rows(each["checkpoint"], place)]
    if pronouns:
        rows += [row for each in facts for row in pronoun_rows(each["checkpoint"], 0.5, every=10)]
    rates = []
    for each in facts:
        for place, slug in enumerate(SLUGS):
            matching = sum(row["answered_matching"] for row in persona_rows(each["checkpoint"], place))
            interval = wilson(matching, N)
            rates.append(
                rates_row(
                    **each, family=family, lineage=family, evaluation=slug, behavior=slug, prompt_style="dialogue",
                    n_questions=N, matching_rate=matching / N, ci_low=interval.low, ci_high=interval.high,
                    ci_level=0.95, ci_method="Wilson", result_set=name, origin=origin,
                )
            )  # fmt: skip
    if own_behaviours:
        for row in rows:
            row |= {"evaluation": f"own {row['evaluation']}", "matching_position": int(row["question_id"]) % 3}
        for rate in rates:
            rate |= {"evaluation": f"own {rate['evaluation']}", "behavior": f"own-{rate['behavior']}"}
    sheet = SourceSheet(title=name, source=source, licence="CC0-1.0", origin=origin)
    Store(folder).write_set(
        name, rates=RATES.validate(pd.DataFrame(rates)), answers=pd.DataFrame(rows) if answers else None, sheet=sheet,
        files={},
    )  # fmt: skip
