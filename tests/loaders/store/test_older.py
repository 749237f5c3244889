"""What version 1 stored opens in the form of today, with nothing lost."""

from __future__ import annotations

import pandas as pd
import pytest

from analysis.cells.scoring import DTYPES, Scoring
from analysis.columns.run_settings import settings_texts
from loaders.store.tables.older import answers_of_version_1, rates_of_version_1

COLUMNS = ["scoring_way", "scoring_path", "scoring_dtype", "missing_reason"]

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
    assert split(Scoring(way, path, dtype).text) == (way, path, dtype, None)


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
    assert split(Scoring.missing(reason).text) == (None, None, None, reason)


def split(text: str) -> tuple[str | None, ...]:
    """The columns of today of one `scoring_method`."""
    row = answers_of_version_1(pd.DataFrame({"scoring_method": [text]}, index=[7]))[COLUMNS].loc[7]
    return tuple(None if pd.isna(value) else value for value in row)


@pytest.mark.parametrize(
    ("text", "style", "settings"),
    [
        ("0-shot", "as published", {"shots": 0}),
        ("5-shot, first 100 questions, chat template", "as published",
         {"shots": 5, "question_limit": 100, "chat_template": "chat template"}),
        ("shots not stated, chat template", "shots not stated", {"chat_template": "chat template"}),
        ("asked in 2026-05", "as published", {"asked_on": "2026-05"}),
        ("dialogue", "dialogue", {}),
        ("as published", "as published", {}),
        ("first 0.1 questions", "first 0.1 questions", {}),
        ("first 0 questions", "first 0 questions", {}),
        ("chat template, 5-shot", "chat template, 5-shot", {}),
        ("0-shot, CoT", "0-shot, CoT", {}),
        ("asked in spring", "asked in spring", {}),
        ("79 prompt groups", "79 prompt groups", {}),
    ],
)  # fmt: skip
def test_settings_leave_the_prompt_style(text: str, style: str, settings: dict[str, object]) -> None:
    frame = rates_of_version_1(pd.DataFrame({"prompt_style": [text, "dialogue"], "n": [1, 2]}))
    assert frame["prompt_style"].tolist() == [style, "dialogue"]
    assert {name: frame[name].iloc[0] for name in frame.columns if name not in ("prompt_style", "n")} == settings
    assert settings_texts(frame).tolist() == [text, "dialogue"], "what was shown is what is shown"


def test_columns_that_are_not_asked_for_stay_out() -> None:
    assert list(answers_of_version_1(pd.DataFrame({"question_id": ["1"]})).columns) == ["question_id"]
