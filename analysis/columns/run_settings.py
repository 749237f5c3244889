"""The settings that make another run of the same evaluation on the same checkpoint, and the one key made of them.

Each is a column of RATES and of ANSWERS. Two rows that differ in one of them are never averaged, never share a curve
and never take each other's place: they differ in `run_settings`, one text made of prompt style and settings.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import pandas as pd

from analysis.columns.column import Column, pandas_dtype

AS_PUBLISHED = "as published"
"""Prompt style where the source does not describe one; beside other settings it is left out."""
RUN_SETTINGS = "run_settings"
PROMPT_STYLE = "prompt_style"

SETTINGS = (
    Column("shots", "Int64", "count", "examples shown before the question; null = not stated", False, 0),
    Column("question_limit", "Int64", "count", "only the first so many questions were asked", False, 1),
    Column("chat_template", "string", "", "chat template the prompt was put into: 'chat template', or its name", False),
    Column("template_arguments", "string", "", "arguments of the chat template, as JSON", False),
    Column("system_prompt", "string", "", "text before the conversation", False),
    Column("begin_of_text", "boolean", "", "did the prompt begin with a begin-of-text token?", False),
    Column("filter", "string", "", "what took the answer out of a reply", False),
    Column("generation_settings", "string", "", "temperature, top p, longest reply, ..., as JSON", False),
    Column("task_version", "string", "", "version of the evaluation in its source", False),
    Column("asked_on", "string", "", "day, month or year it was asked (ISO)", False),
    Column("judge", "string", "", "model or person that graded the replies", False),
    Column("turn", "Int64", "index", "turn of the conversation, from 1; null = a single one", False, 1),
    Column("replicate", "Int64", "index", "repeat of the same run, from 0; null = the only one", False, 0),
)
"""In the order in which the text names them."""

_LONGEST = 60
"""Characters of a setting that are spelled out; a longer one is named by its start and a hash."""
_PLAIN = re.compile(r"[^\s\",][^\",]*")
_WORDS: Mapping[str, Callable[[Any], str]] = {
    "shots": lambda value: f"{value}-shot",
    "question_limit": lambda value: f"first {value} questions",
    "chat_template": lambda value: value if value == "chat template" else f"chat template {_text(value)}",
    "begin_of_text": lambda value: "begin of text" if value else "no begin of text",
    "task_version": lambda value: f"version {_text(value)}",
    "asked_on": lambda value: f"asked in {_text(value)}",
    "judge": lambda value: f"judged by {_text(value)}",
}


def settings_text(prompt_style: str, settings: Mapping[str, Any]) -> str:
    """How a question was put, in words that differ wherever the settings do; `settings` without those not known."""
    words = [_word(column.name, settings[column.name]) for column in SETTINGS if column.name in settings]
    if prompt_style == AS_PUBLISHED and words:
        return ", ".join(words)
    return ", ".join([prompt_style, *words])


_SAID: Mapping[str, tuple[re.Pattern[str], Callable[[str], Any]]] = {
    "shots": (re.compile(r"(\d{1,6})-shot"), int),
    "question_limit": (re.compile(r"first ([1-9]\d{0,9}) questions"), int),
    "chat_template": (re.compile(r"(chat template)"), str),
    "asked_on": (re.compile(r"asked in (\d{4}(?:-\d\d(?:-\d\d)?)?)"), str),
}


def settings_in(text: str) -> tuple[str, dict[str, Any]]:
    """Prompt style and settings that a source's one text for both says: '5-shot, chat template' names two settings.

    What is not recognised is the prompt style. `settings_text` of the result is `text` again, always.
    """
    style, settings = [], {}
    for part in text.split(", "):
        name = next((name for name, (pattern, _) in _SAID.items() if pattern.fullmatch(part)), None)
        if name is None:
            style.append(part)
        else:
            pattern, kind = _SAID[name]
            found = pattern.fullmatch(part)
            assert found is not None, "it was found above"
            settings[name] = kind(found[1])
    said = (", ".join(style) or AS_PUBLISHED, settings)
    return said if settings_text(*said) == text else (text, {})


def settings_texts(frame: pd.DataFrame) -> pd.Series:
    """`run_settings` of every row (same index) from its prompt style and the settings that the frame has.

    Null where there is no prompt style.
    """
    if PROMPT_STYLE not in frame.columns:
        return pd.Series(pd.NA, frame.index, dtype="string")
    styles = frame[PROMPT_STYLE]
    said = [column for column in SETTINGS if column.name in frame.columns and frame[column.name].notna().any()]
    if not said:
        return styles.astype("string")
    typed = [frame[column.name].astype(pandas_dtype(column.dtype)) for column in said]
    parts = pd.concat([styles, *typed], axis=1)
    first = parts.drop_duplicates()
    words = pd.Series([_text_of([c.name for c in said], row) for row in first.itertuples(index=False)], dtype="string")
    place = pd.MultiIndex.from_frame(first).get_indexer(pd.MultiIndex.from_frame(parts))
    return pd.Series(words.to_numpy()[place], index=frame.index, dtype="string")


def _text_of(names: Iterable[str], row: tuple[Any, ...]) -> str | None:
    style, *values = row
    if pd.isna(style):
        return None
    return settings_text(style, {name: value for name, value in zip(names, values, strict=True) if not pd.isna(value)})


def _word(name: str, value: Any) -> str:
    return _WORDS[name](value) if name in _WORDS else f"{name.replace('_', ' ')} {_text(value)}"


def _text(value: Any) -> str:
    """A setting as it stands in the text; quoted where it could be taken for two."""
    text = str(value)
    if len(text) > _LONGEST:
        return f"{json.dumps(text[:_LONGEST])} #{hashlib.sha256(text.encode()).hexdigest()[:8]}"
    return text if _PLAIN.fullmatch(text) else json.dumps(text)
