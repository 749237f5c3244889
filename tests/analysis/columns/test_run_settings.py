"""Runs that differ in a setting differ in one text; the text says which settings, and a source's text is read back."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.columns.run_settings import AS_PUBLISHED, SETTINGS, settings_in, settings_text, settings_texts

_OF_TYPE = {"string": st.text(min_size=1), "Int64": st.integers(1, 10**9), "boolean": st.booleans()}
VALUES = st.fixed_dictionaries({}, optional={column.name: _OF_TYPE[column.dtype] for column in SETTINGS})


@pytest.mark.parametrize(
    ("style", "settings", "text"),
    [
        ("dialogue", {}, "dialogue"),
        (AS_PUBLISHED, {}, AS_PUBLISHED),
        (AS_PUBLISHED, {"shots": 0}, "0-shot"),
        ("dialogue", {"shots": 5, "question_limit": 100}, "dialogue, 5-shot, first 100 questions"),
        ("dialogue", {"replicate": 2, "shots": 0}, "dialogue, 0-shot, replicate 2"),
        (AS_PUBLISHED, {"asked_on": "2026-05", "judge": "model-x"}, "asked in 2026-05, judged by model-x"),
        ("bare", {"begin_of_text": False, "turn": 3}, "bare, no begin of text, turn 3"),
        ("chat", {"chat_template": "chat template"}, "chat, chat template"),
        ("chat", {"chat_template": "llama-3"}, "chat, chat template llama-3"),
        ("chat", {"system_prompt": 'Say "no", always'}, 'chat, system prompt "Say \\"no\\", always"'),
        ("chat", {"filter": "strict-match", "task_version": "2.0"}, "chat, filter strict-match, version 2.0"),
    ],
)
def test_the_text_names_what_is_known(style: str, settings: dict[str, Any], text: str) -> None:
    assert settings_text(style, settings) == text


@given(VALUES, VALUES)
def test_other_settings_are_another_text(one: dict[str, Any], other: dict[str, Any]) -> None:
    assert (settings_text("dialogue", one) == settings_text("dialogue", other)) == (one == other)


def test_long_settings_are_told_apart_by_what_is_not_shown() -> None:
    long = "You are a helpful assistant. " * 50
    one, other = (settings_text("chat", {"system_prompt": text}) for text in (long, long + "!"))
    assert one != other
    assert one[:60] == other[:60]
    assert len(one) < 120


@given(st.text(), st.integers(0, 9))
def test_a_sources_text_is_never_changed(text: str, shots: int) -> None:
    for said in (text, f"{shots}-shot", f"{text}, {shots}-shot", f"{shots}-shot, chat template, {text}"):
        assert settings_text(*settings_in(said)) == said


def test_every_row_has_the_text_of_its_own_cells() -> None:
    frame = pd.DataFrame(
        {
            "prompt_style": ["dialogue", AS_PUBLISHED, "dialogue", None],
            "shots": [None, 5, 0, 1],
            "judge": [None, None, "x", None],
        },
        index=[7, 3, 9, 1],
    )
    assert settings_texts(frame).to_dict() | {1: None} == {
        7: "dialogue",
        3: "5-shot",
        9: "dialogue, 0-shot, judged by x",
        1: None,
    }
    assert settings_texts(frame).isna().to_dict() == {7: False, 3: False, 9: False, 1: True}
    assert settings_texts(frame[["shots"]]).isna().all()
