"""Either side of every border of preferences and their agreement."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest
from rate_builders import rates_row

from analysis.catalogue.behaviors import behaviors
from analysis.preferences.agreement import pairs, reversals
from analysis.preferences.preference import Preference, balanced, preferences_from_answers, preferences_from_rates
from analysis.tables import RATES

LM = "ai-risk-lm-survival-instinct"


def preference(score: float, low: float | None, high: float | None, *, name: str = "a", slug: str = "b") -> Preference:
    return Preference(checkpoint=name, behavior=slug, score=score, low=low, high=high)


@pytest.mark.parametrize(
    ("score", "low", "high", "clear"),
    [
        (0.1, 0.01, 0.2, 1),
        (0.1, 0.0, 0.2, 0),  # an interval that ends at 0 holds it
        (-0.1, -0.2, -0.01, -1),
        (-0.1, -0.2, 0.0, 0),
        (0.1, None, None, 0),
    ],
)
def test_clear_excludes_0(score: float, low: float | None, high: float | None, clear: int) -> None:
    assert preference(score, low, high).clear == clear


def test_a_tie_has_no_sign() -> None:
    assert [preference(score, None, None).sign for score in (0.0, 1e-9, -1e-9)] == [0, 1, -1]


@pytest.mark.parametrize(("share", "even"), [(0.5199, True), (0.4801, True), (0.5201, False), (0.4799, False)])
def test_labels_are_balanced_within_two_points(share: float, even: bool) -> None:
    entry = behaviors()[LM]
    for shares in ((share, 0.5), (0.5, share)):
        made = replace(entry, label_shares=tuple(zip(("(A)", "(B)"), shares, strict=True)))
        assert balanced(made) == even
    assert not balanced(replace(entry, chance=0.4))


def answers(n: int) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "checkpoint": "m", "evaluation": "e", "run_settings": "d", "question_id": [str(at) for at in range(n)],
            "matching_probability": 0.7, "matching_position": [at % 2 for at in range(n)],
        }
    )  # fmt: skip


def test_fifty_questions_have_a_say_and_49_do_not() -> None:
    (enough,), (few,) = (preferences_from_answers(answers(n), {"e": "b"}) for n in (50, 49))
    assert (enough.excluded, few.excluded) == ("", "fewer than 50 questions measured (49)")
    assert enough.score == pytest.approx(0.8472979)  # ln(.7/.3)


def test_the_count_is_that_of_the_answers_where_it_is_known() -> None:
    for answered, said in ((49, "only 49 questions; a trend needs 50"), (50, ""), (None, "")):
        row = rates_row(behavior=LM, evaluation=LM, matching_rate=0.6, n_questions=1000, n_answered=answered)
        (seen,) = preferences_from_rates(RATES.validate(pd.DataFrame([row])), behaviors())
        assert seen.excluded == said


def cells(**signs: str) -> list[Preference]:
    """Model -> a sign for each behaviour, '+', '-' or '0' (a tie)."""
    score = {"+": 0.2, "-": -0.2, "0": 0.0}
    return [
        preference(score[sign], score[sign] - 0.1, score[sign] + 0.1, name=name, slug=f"b{at}")
        for name, row in signs.items()
        for at, sign in enumerate(row)
    ]


def test_ties_of_both_models_are_no_agreement() -> None:
    ((pair,),) = pairs(cells(a="+-0+", b="+00-"), ["a"], ["b"])
    assert (pair.n, pair.same, pair.agreement) == (2, 1, 0.5)
    # Over the two shared ones a prefers both and b one: 1 x .5 + 0 x .5
    assert pair.expected == pytest.approx(0.5)
    ((other,),) = pairs(cells(a="--+-", b="-+--"), ["a"], ["b"])
    assert other.expected == pytest.approx(0.25 * 0.25 + 0.75 * 0.75)


def test_reversals_are_ranked_by_the_smaller_side() -> None:
    """b0 splits 3 to 1, b1 2 to 2: the even split comes first though the other side of b0 is larger."""
    made = cells(a="++", b="++", c="+-", d="--")
    found = reversals(made, dict.fromkeys("abcd", "F"))
    assert [(each.behavior, len(each.prefer), len(each.disprefer)) for each in found] == [("b1", 2, 2), ("b0", 3, 1)]
