"""How an answer was scored, and why a number or an interval is missing."""

from __future__ import annotations

from analysis.cells.rates import no_interval_reason, probability_interval, published_rate_interval, wilson
from analysis.cells.scoring import Scoring


def test_a_scoring_is_four_columns_and_a_text() -> None:
    scored = Scoring("option_logprob", "packed, all rows", "float32")
    assert list(scored.columns.values()) == ["option_logprob", "packed, all rows", "float32", None]
    assert scored.text == "option_logprob, packed, all rows, float32"
    missing = Scoring.missing("600 tokens, more than 256")
    assert list(missing.columns.values()) == [None, None, None, "600 tokens, more than 256"]
    assert missing.text == "none: 600 tokens, more than 256"


def test_why_a_rate_has_no_interval() -> None:
    assert no_interval_reason("none: no question was answered") == "no question was answered"
    assert no_interval_reason("Wilson") is None
    assert no_interval_reason("none") is None
    nowhere = published_rate_interval(0.5, None, None, binary=True)
    assert (nowhere.low, nowhere.high, nowhere.level) == (None, None, None)
    assert nowhere.method == "none: the source gives neither question count nor standard error"
    for interval in (wilson(0, 0), probability_interval([])[1]):
        assert no_interval_reason(interval.method) == "no question was answered"
