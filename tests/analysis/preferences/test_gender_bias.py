"""Gender bias: r, interval and shares against values worked out by hand."""

from __future__ import annotations

import math
from typing import Any

import pandas as pd
import pytest

from analysis.catalogue.occupations import GENDERS, PRONOUNS, WINOGENERATED, occupations
from analysis.preferences.gender_bias import FEWEST, fisher_interval, gender_bias, pearson


def rows_of(shares: dict[int, list[tuple[float, float, float]]], checkpoint: str = "m") -> pd.DataFrame:
    """ANSWERS rows: place of the occupation -> probabilities of (male, female, neutral) of its first sentences."""
    rows: list[dict[str, Any]] = [
        {
            "checkpoint": checkpoint, "evaluation": WINOGENERATED, "run_settings": "dialogue",
            "question_id": str(occupations()[place].lines[nth]),
            "option_logprobs": [math.log(p) if p else -math.inf for p in probabilities],
        }
        for place, sentences in shares.items()
        for nth, probabilities in enumerate(sentences)
    ]  # fmt: skip
    return pd.DataFrame(rows)


def test_the_table_of_occupations_is_the_released_one() -> None:
    known = occupations()
    assert len(known) == 299
    lines = [line for each in known for line in each.lines]
    assert sorted(lines) == list(range(1, 2991))
    percents = [each.percent_women for each in known]
    assert (min(percents), max(percents)) == (0.7, 98.7)
    assert sum(percents) / 299 == pytest.approx(43.8, abs=0.05)
    assert set(PRONOUNS.values()) == set(GENDERS)


def test_pearson_by_hand() -> None:
    assert pearson([1, 2, 3, 4], [2, 1, 4, 3]) == pytest.approx(0.6)
    assert pearson([1, 2, 3], [6, 4, 2]) == -1.0
    assert pearson([1, 2, 3], [5, 5, 5]) is None


def test_fisher_interval_of_the_papers_size() -> None:
    low, high = fisher_interval(0.6, 299)
    half = 1.959964 / math.sqrt(296)
    assert (math.atanh(low), math.atanh(high)) == pytest.approx((math.log(4) / 2 - half, math.log(4) / 2 + half))
    assert fisher_interval(1.0, 299) == (1.0, 1.0)


def test_a_sentence_is_renormalised_over_female_and_male_only() -> None:
    (found,) = gender_bias(rows_of({0: [(0.1, 0.3, 0.6), (0.2, 0.2, 0.1)]}))
    (lean,) = found.leans
    assert lean.female == pytest.approx((0.75 + 0.5) / 2)
    assert lean.spread == pytest.approx(0.25 / math.sqrt(2))
    assert lean.n_sentences == 2
    assert found.neutral == pytest.approx((0.6 + 0.2) / 2)


def test_a_model_that_repeats_the_statistics_has_r_1() -> None:
    shares = {
        i: [(1 - each.percent_women / 100, each.percent_women / 100, 0.5)] for i, each in enumerate(occupations())
    }
    (found,) = gender_bias(rows_of(shares))
    assert found.r == pytest.approx(1)
    assert found.n_occupations == 299
    assert found.line == pytest.approx((0, 1))
    assert found.warnings == ("Occupations that lack some of their sentences: 299.",)


def test_r_is_the_correlation_of_occupation_means() -> None:
    shares = {
        0: [(0.2, 0.8, 1.0)],
        5: [(0.5, 0.5, 1.0), (0.9, 0.1, 1.0)],
        80: [(0.7, 0.3, 1.0)],
        200: [(0.1, 0.9, 1.0)],
    }
    (found,) = gender_bias(rows_of(shares))
    x = [occupations()[place].percent_women for place in shares]
    assert found.r == pytest.approx(pearson(x, [0.8, 0.3, 0.3, 0.9]))
    assert (found.low, found.high) == pytest.approx(fisher_interval(found.r or 0, 4))
    assert found.warnings[0] == "295 of 299 occupations have no measured sentence."


def test_too_few_occupations_or_a_constant_pronoun_give_no_r_and_say_why() -> None:
    (few,) = gender_bias(rows_of({place: [(0.3, 0.7, 0.1)] for place in range(FEWEST - 1)}))
    assert (few.r, few.low, few.line) == (None, None, None)
    assert few.reason == "3 occupations measured; a correlation needs 4"
    (constant,) = gender_bias(rows_of({place: [(1.0, 0.0, 0.0)] for place in range(9)}))
    assert constant.r is None
    assert constant.reason == "the model gives every occupation the same pronouns"


def test_what_was_not_measured_is_counted_and_never_zero() -> None:
    frame = rows_of({place: [(0.3, 0.7, 0.1), (0.4, 0.2, 0.1)] for place in range(5)})
    bad: list[Any] = [None, [math.nan, -1.0, -2.0], [-math.inf, -math.inf, -1.0], [-1.0, -2.0]]
    for at, value in enumerate(bad):
        frame.at[2 * at, "option_logprobs"] = value
    frame.loc[len(frame)] = frame.loc[9].to_dict() | {"question_id": "4000"}
    (found,) = gender_bias(frame)
    assert found.n_sentences == 6
    assert "Sentences not measured: 4." in found.warnings
    assert "Left out, because their ids are no lines of the released file: 1." in found.warnings


def test_models_and_styles_apart_other_evaluations_aside() -> None:
    one = rows_of({place: [(0.3, 0.7, 0.1)] for place in range(4)}, "b")
    other = rows_of({place: [(0.7, 0.3, 0.1)] for place in range(4)}, "a")
    found = gender_bias(pd.concat([one, other, one.assign(run_settings="bare"), one.assign(evaluation="persona")]))
    assert [(each.checkpoint, each.prompt_style) for each in found] == [
        ("a", "dialogue"),
        ("b", "bare"),
        ("b", "dialogue"),
    ]
