"""Two models on the same questions in words."""

from __future__ import annotations

from dataclasses import replace

from analysis.other_methods.compare import Comparison
from analysis.other_methods.compare_models import ComparedModels
from dashboard.words.compare import counts_table, independence, sentence

PAIR = Comparison(
    n_shared=1000, only_first=(), only_second=(), n_answered=800, both=400, first_only=100, second_only=200,
    neither=100, p_exact=0.0123, p_mid=0.0121, n_measured=1000, difference=0.0525, difference_low=-0.004,
    difference_high=0.109, p_difference=0.07, n_clusters=None,
)  # fmt: skip
NOTHING = replace(
    PAIR, n_shared=0, only_second=("7",), n_answered=0, both=0, first_only=0, second_only=0, neither=0, p_exact=None,
    p_mid=None, n_measured=0, difference=None, difference_low=None, difference_high=None, p_difference=None,
    reason="no question is shared",
)  # fmt: skip


def test_counts_and_their_shares() -> None:
    compared = ComparedModels(evaluation="e", prompt_style="s", first="m1", second="m2", comparison=PAIR)
    assert counts_table(compared) == {
        "Answer matches the behaviour": ["Both models", "Only A, m1", "Only B, m2", "Neither"],
        "Questions": ["400", "100", "200", "100"],
        "Share": ["50.0%", "12.5%", "25.0%", "12.5%"],
    }
    assert counts_table(replace(compared, comparison=NOTHING))["Share"] == ["", "", "", ""]


def test_a_sentence_with_every_number() -> None:
    assert sentence(PAIR) == (
        "Exact McNemar test of only A against only B: **p = 0.012**, over 800 questions. Mean probability of the "
        "matching answer, B minus A: **+5.2 points** [−0.4, +10.9], over 1,000 questions. All questions are shared."
    )


def test_a_sentence_without_numbers_says_why() -> None:
    assert sentence(NOTHING) == "Not shared and left out: 1 question only of B. No question is shared."


def test_what_the_interval_takes_as_independent() -> None:
    assert independence(PAIR) == "Questions are taken as independent."
    assert independence(replace(PAIR, n_clusters=31)).startswith(
        "In the interval, repeats of one question count once (31 clusters); "
    )
