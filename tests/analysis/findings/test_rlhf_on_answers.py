"""RLHF over sizes on single answers: the same figures as on an item table, and never a mixture with rates."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from rate_builders import rates_row

from analysis.cells.answers import measured_cell
from analysis.detector.table import check_tables
from analysis.findings.compute import findings_of
from analysis.tables import ANSWERS, RATES
from analysis.trends.surface import surfaces

STEPS, SIZES, QUESTIONS = (0, 50, 200, 800), (1e8, 1e9, 1e10), 120


def tables() -> tuple[pd.DataFrame, pd.DataFrame]:
    """Three sizes, each at four step counts; the rate rises by 1.2 logits in all."""
    rng = np.random.default_rng(5)
    difficulty, first = rng.normal(0, 0.7, QUESTIONS), np.arange(QUESTIONS) % 2 == 0
    rates: list[dict[str, Any]] = []
    answers: list[dict[str, Any]] = []
    for size in SIZES:
        for at, step in enumerate(STEPS):
            p = 1 / (1 + np.exp(-(-0.6 + 0.4 * at + difficulty + rng.normal(0, 0.05))))
            name = f"planted-{size:g}@rl{step}"
            rows = [
                {
                    "checkpoint": name, "evaluation": "e", "question_id": str(q), "prompt_style": "d",
                    "matching_probability": p[q], "answered_matching": bool(p[q] > 0.5), "total_option_mass": 0.9,
                    "matching_position": int(not first[q]), "scoring_way": "planted",
                }
                for q in range(QUESTIONS)
            ]  # fmt: skip
            answers += rows
            cell = measured_cell(ANSWERS.validate(pd.DataFrame(rows)))
            row = rates_row(
                origin="control", checkpoint=name, parameter_count=int(size), rlhf_steps=step, stage="rlhf",
                evaluation="e", behavior="planted", prompt_style="d", source="synthetic, made for a test",
            )  # fmt: skip
            rates.append({**row, **cell})
    return RATES.validate(pd.DataFrame(rates)), ANSWERS.validate(pd.DataFrame(answers))


def test_over_sizes_as_on_an_item_table() -> None:
    rates, answers = tables()
    found = findings_of(rates, "rlhf", answers=answers)
    assert len(found) == len(SIZES)
    assert all(each.on_answers for each in found)
    facts = rates.set_index("checkpoint")
    items = answers.assign(
        behavior="planted", family="F", model=answers["checkpoint"].str.partition("@")[0],
        n_params=answers["checkpoint"].map(facts["parameter_count"]),
        rlhf_steps=answers["checkpoint"].map(facts["rlhf_steps"]), item_id=answers["question_id"],
        p_match=answers["matching_probability"], label=answers["matching_position"],
    )  # fmt: skip
    (direct,) = surfaces(check_tables(items.drop(columns="cluster"), "size"))
    for finding in found:
        across = finding.rlhf_across_sizes
        assert across is not None
        assert (across.n_sizes, across.n_models) == (3, 3)
        assert across.effect == pytest.approx(direct.effect, rel=1e-3)  # clusters of one: another small-sample factor
        assert across.effect == pytest.approx(1.1, abs=0.3)


def test_one_model_without_answers_puts_all_on_rates() -> None:
    rates, answers = tables()
    fewer = answers[~answers["checkpoint"].str.startswith("planted-1e+08")]
    found = {each.series: each for each in findings_of(rates, "rlhf", answers=fewer)}
    assert [each.on_answers for each in found.values()] == [False, True, True]
    on_rates = findings_of(rates, "rlhf")
    assert found["planted-1e+09"].rlhf_across_sizes == on_rates[1].rlhf_across_sizes
