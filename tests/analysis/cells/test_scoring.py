"""How an answer was scored: one value, one text, nothing lost between them."""

from __future__ import annotations

import pandas as pd
import pytest

from analysis.cells.rates import no_interval_reason, probability_interval, published_rate_interval, wilson
from analysis.cells.scoring import DTYPES, Scoring, unscored

PATHS = ("packed", "packed, all rows", "equal length", "one by one")
"""Of the transformers backend."""
ECHOES = [f"{form}, {sent}" for form in ("prompt_logprobs", "echo") for sent in ("token ids", "text")]
SERVERS = [
    ("option_logprob", None, None),
    ("generated_text", None, None),
    ("scripted", None, None),
    *(("option_logprob", path, dtype) for path in PATHS for dtype in DTYPES),
    *(("preference_model softmax", path, dtype) for path in PATHS[2:] for dtype in DTYPES),
    *(
        ("option_logprob", f"{echo}{begin}", dtype)
        for echo in ECHOES
        for begin in ("", ", begin-of-text added by the server")
        for dtype in (None, *DTYPES)
    ),
    *(("top_logprobs", path, dtype) for path in ("token ids", "first token") for dtype in (None, *DTYPES)),
    *(("sampled", None, dtype) for dtype in (None, *DTYPES)),
]
"""(way, path, dtype) of everything the backends and importers write."""


@pytest.mark.parametrize(("way", "path", "dtype"), SERVERS)
def test_every_way_is_read_back_from_its_text(way: str, path: str | None, dtype: str | None) -> None:
    scoring = Scoring(way, path, dtype)
    assert scoring.text == ", ".join(part for part in (way, path, dtype) if part)
    assert Scoring.of(scoring.text) == scoring
    assert scoring.missing_reason is None


@pytest.mark.parametrize(
    "reason",
    [
        "the tokenizer merges the option ' Yes' with the end of the prompt",
        "600 tokens, more than the model's context of 256",
        "[nan, -1.0] are no log-probabilities",
        "every option has probability 0",
        "none of 60 samples begins with an option",
        "a sentence that ends in a type, float32",
        "",
    ],
)
def test_a_reason_is_read_back_whole(reason: str) -> None:
    scoring = Scoring.of(f"none: {reason}")
    assert scoring == Scoring(None, missing_reason=reason) == Scoring.missing(reason)
    assert scoring.text == f"none: {reason}"


@pytest.mark.parametrize(
    "text",
    ["planted", "option_logprob, float32", "option_logprob, echo, text, fp8", "nonesuch", "none", "a, , b", "a, ", ""],
)
def test_no_text_is_changed_by_reading_it(text: str) -> None:
    assert Scoring.of(text).text == text
    assert Scoring.of(text).missing_reason is None


def test_rows_without_a_measurement_are_found() -> None:
    methods = pd.Series(["scripted", "none: too long", "nonesuch", "none: NaN"], index=[3, 1, 4, 2], dtype="string")
    found = unscored(methods)
    assert found.to_dict() == {3: False, 1: True, 4: False, 2: True}
    assert methods[found].tolist() == ["none: too long", "none: NaN"]
    assert unscored(methods[:0]).tolist() == []


def test_why_a_rate_has_no_interval() -> None:
    assert no_interval_reason("none: no question was answered") == "no question was answered"
    assert no_interval_reason("Wilson") is None
    assert no_interval_reason("none") is None
    nowhere = published_rate_interval(0.5, None, None, binary=True)
    assert (nowhere.low, nowhere.high, nowhere.level) == (None, None, None)
    assert nowhere.method == "none: the source gives neither question count nor standard error"
    for interval in (wilson(0, 0), probability_interval([])[1]):
        assert no_interval_reason(interval.method) == "no question was answered"
