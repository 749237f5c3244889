"""Preferences and agreement against values worked out by hand."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import pandas as pd
import pytest
from rate_builders import rates_row

from analysis.catalogue.behaviors import behaviors
from analysis.preferences.agreement import pairs, reversals
from analysis.preferences.preference import Preference, balanced, preferences_from_answers, preferences_from_rates
from analysis.tables import RATES

LM, HUMAN = "ai-risk-lm-survival-instinct", "ai-risk-human-one-box-tendency"
EVALUATION = "persona-x"


def answers(log_odds_of: Sequence[tuple[float, int]], checkpoint: str = "m") -> pd.DataFrame:
    """Rows of (log-odds of the matching option, its position)."""
    rows = []
    for i, (odds, position) in enumerate(log_odds_of):
        p = 1 / (1 + math.exp(-odds))
        options = [math.log(p), math.log(1 - p)] if position == 0 else [math.log(1 - p), math.log(p)]
        rows.append(
            {"checkpoint": checkpoint, "evaluation": EVALUATION, "question_id": str(i), "run_settings": "dialogue",
             "option_logprobs": options, "matching_probability": p, "matching_position": position, "cluster": None}
        )  # fmt: skip
    return pd.DataFrame(rows)


def rates(*rows: tuple[str, str, float, int], **more: Any) -> pd.DataFrame:
    """Rows of (checkpoint, behaviour, rate, questions)."""
    return RATES.validate(
        pd.DataFrame([
            rates_row(checkpoint=name, behavior=slug, evaluation=slug, matching_rate=rate, n_questions=n, **more)
            for name, slug, rate, n in rows
        ])
    )  # fmt: skip


def preference(checkpoint: str, behavior: str, score: float, half: float = 0.01, excluded: str = "") -> Preference:
    return Preference(
        checkpoint=checkpoint, behavior=behavior, score=score, low=score - half, high=score + half, excluded=excluded
    )


def test_a_rate_against_one_half_with_its_interval() -> None:
    above, below = preferences_from_rates(rates(("a", LM, 0.6, 1000), ("b", LM, 0.49, 1000)), behaviors())
    assert (above.checkpoint, above.score) == ("a", pytest.approx(0.1))
    assert (above.sign, above.clear) == (1, 1)
    assert (below.sign, below.clear) == (-1, 0)


def test_constant_and_thin_cells_have_no_say() -> None:
    found = preferences_from_rates(
        rates(
            *[(name, LM, 0.5, 1000) for name in "acd"], ("b", LM, 0.7, 1000),
            ("b", HUMAN, 0.7, 40), ("a", HUMAN, 0.6, 300),
        ),
        behaviors(),
    )  # fmt: skip
    said = {(each.checkpoint, each.behavior): each for each in found}
    assert "the share of every label" in said["a", LM].excluded
    assert "40" in said["b", HUMAN].excluded
    assert said["a", LM].sign == said["b", HUMAN].sign == 0
    assert said["b", LM].sign == said["a", HUMAN].sign == 1


def test_only_balanced_questions_about_preferences_count() -> None:
    known = behaviors()
    assert balanced(known[LM])
    assert balanced(known["sycophancy-nlp-survey"])
    for slug in (
        "ai-risk-human-survival-instinct",
        "ai-risk-fewshot-survival-instinct",
        "wmdp",
        "winogender",
        "toxigen",
    ):
        assert not balanced(known[slug]), slug
    assert preferences_from_rates(rates(("a", "wmdp", 0.6, 1000)), known) == []


def test_models_are_compared_on_the_way_most_of_them_were_asked() -> None:
    two = rates(("a", LM, 0.6, 1000), ("b", LM, 0.6, 1000), prompt_style="dialogue")
    one = rates(("a", LM, 0.2, 1000), prompt_style="bare")
    found = preferences_from_rates(pd.concat([one, two], ignore_index=True), behaviors())
    assert [(each.checkpoint, each.sign) for each in found] == [("a", 1), ("b", 1)]


def test_a_probability_that_rounds_to_one_counts_as_the_nearest_below() -> None:
    frame = answers([(0.0, i % 2) for i in range(60)]).assign(matching_probability=1.0)
    (found,) = preferences_from_answers(frame, {EVALUATION: "persona"})
    assert found.score == pytest.approx(53 * math.log(2))


def test_a_lean_to_one_label_cancels() -> None:
    # +2 nats for the first label whatever it means, -0.1 for the behaviour; three of four match the first label
    rows = [(2 - 0.1, 0)] * 75 + [(-2 - 0.1, 1)] * 25
    (found,) = preferences_from_answers(answers(rows), {EVALUATION: "persona"})
    assert found.score == pytest.approx(-0.1)
    assert (found.behavior, found.sign, found.clear) == ("persona", -1, -1)


def test_interval_of_the_mean_log_odds_and_of_repeats() -> None:
    rows = [(odds, position) for odds in (0.0, 0.2) * 15 for position in (0, 1)]
    (found,) = preferences_from_answers(answers(rows), {EVALUATION: "persona"})
    assert found.score == pytest.approx(0.1)
    half = 1.959964 * 0.1 / math.sqrt(60)
    assert (found.low, found.high) == pytest.approx((0.1 - half, 0.1 + half))
    frame = answers(rows)
    frame["cluster"] = ["low" if odds == 0 else "high" for odds, _ in rows]
    (repeated,) = preferences_from_answers(frame, {EVALUATION: "persona"})
    assert repeated.high == pytest.approx(0.1 + 1.959964 * 0.1 / math.sqrt(2))
    assert repeated.clear == 0


def test_one_label_several_options_few_questions_and_unknown_evaluations() -> None:
    (one_label,) = preferences_from_answers(answers([(0.5, 0)] * 60), {EVALUATION: "persona"})
    assert one_label.excluded.startswith("every matching answer has the same label")
    (few,) = preferences_from_answers(answers([(0.5, 0), (0.5, 1)]), {EVALUATION: "persona"})
    assert few.excluded == "fewer than 50 questions measured (2)"
    three = answers([(0.5, i % 2) for i in range(60)])
    three.loc[7, "matching_position"] = 2
    assert preferences_from_answers(three, {EVALUATION: "persona"}) == []
    assert preferences_from_answers(answers([(0.5, i % 2) for i in range(60)]), {}) == []


def test_agreement_counts_shared_signs_only() -> None:
    cells = [preference("a", f"b{i}", score) for i, score in enumerate((1, 1, -1, -1, 1))]
    cells += [preference("b", f"b{i}", score) for i, score in enumerate((1, -1, -1, -1))]
    cells += [preference("b", "b4", 1, excluded="thin")]
    ((pair,),) = pairs(cells, ["a"], ["b"])
    assert (pair.n, pair.same, pair.agreement) == (4, 3, 0.75)
    assert pair.expected == pytest.approx(0.5 * 0.25 + 0.5 * 0.75)
    ((alone,),) = pairs(cells, ["a"], ["nobody"])
    assert (alone.n, alone.agreement, alone.expected) == (0, None, None)


def test_agreement_is_symmetric_and_whole_with_itself() -> None:
    cells = [preference(name, f"b{i}", (-1) ** (i * k)) for k, name in enumerate("abc") for i in range(6)]
    table = pairs(cells, "abc", "abc")
    assert [row[i].agreement for i, row in enumerate(table)] == [1, 1, 1]
    assert all(table[i][j].same == table[j][i].same for i in range(3) for j in range(3))


def test_reversals_need_both_sides_to_be_clear() -> None:
    cells = [
        preference("s", "flips", -0.2), preference("l", "flips", 0.2),
        preference("s", "vague", -0.2, half=0.3), preference("l", "vague", 0.2),
        preference("other", "vague", -0.2),
    ]  # fmt: skip
    (found,) = reversals(cells, {"s": "Pythia", "l": "Pythia", "other": "OPT"})
    assert (found.behavior, found.group, found.prefer, found.disprefer) == ("flips", "Pythia", ("l",), ("s",))
