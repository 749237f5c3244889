"""The long tables, declared once: names, types, units, bounds. Validation, empty frames and docs follow.

ANSWERS has a row per checkpoint x evaluation x question x run settings x metric; RATES a row per
checkpoint x evaluation x run settings x metric. What run settings are stands in analysis.columns.run_settings.
QUESTIONS has a row per evaluation x question: what was asked.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import pandas as pd

from analysis.columns.column import LISTS, Column, first_misfit, pandas_dtype
from analysis.columns.run_settings import RUN_SETTINGS, SETTINGS, settings_text, settings_texts
from analysis.errors import TableError
from analysis.records import ORIGINS, STAGES, ModelCheckpoint

SCHEMA_VERSION = 2
"""Of both tables as they are stored; raised when a column changes its meaning."""
SHARE = "share"
"""Unit of a rate: the share of answers that match the behaviour."""
SETTING_NAMES = tuple(column.name for column in SETTINGS)
Broken = tuple[str, int, str, str]
"""A rule that a row breaks: column, number of the row, what is allowed, what to do."""
Rule = Callable[[pd.DataFrame], Broken | None]


@dataclass(frozen=True, eq=False)
class Table:
    """A declared table: its columns, the columns that identify a row, and rules over several columns."""

    name: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    rules: tuple[Rule, ...] = ()

    @cached_property
    def names(self) -> list[str]:
        """Column names in order."""
        return [column.name for column in self.columns]

    @cached_property
    def _known(self) -> frozenset[str]:
        return frozenset(self.names)

    @cached_property
    def _needed(self) -> list[str]:
        return [column.name for column in self.columns if column.required and column.name not in FILLED]

    @cached_property
    def _blank(self) -> dict[str, Any]:
        return dict.fromkeys(self.names)

    def row(self, **values: Any) -> dict[str, Any]:
        """One row, its columns in order; absent optional ones are None, run_settings is made of style and settings.

        Raises TypeError for a name that is no column, TableError for an absent required column.
        """
        if unknown := values.keys() - self._known:
            raise TypeError(f"{self.name} has no column {', '.join(sorted(unknown))}")
        if absent := [name for name in self._needed if name not in values]:
            raise TableError.missing_column(absent[0], values, self.name)
        settings = {name: values[name] for name in SETTING_NAMES if values.get(name) is not None}
        filled = {RUN_SETTINGS: settings_text(values["prompt_style"], settings), "unit": SHARE}
        return {**self._blank, **{name: filled[name] for name in filled.keys() & self._known}, **values}

    def empty(self) -> pd.DataFrame:
        """A frame with every declared column, typed, and no row."""
        return self.typed(pd.DataFrame({name: [] for name in self.names}))

    def typed(self, frame: pd.DataFrame) -> pd.DataFrame:
        """`frame` with the declared columns in order and in their types; absent optional columns become null.

        Where a row leaves them out, run_settings is made of style and settings, and the unit is a share.
        Raises TableError for an absent required column or a value that does not fit its type.
        """
        out: dict[str, pd.Series] = {}
        for column in self.columns:
            if column.name not in frame.columns:
                if column.name in FILLED:
                    out[column.name] = FILLED[column.name](frame)
                    continue
                if column.required:
                    raise TableError.missing_column(column.name, frame.columns, self.name)
                out[column.name] = pd.Series([None] * len(frame), index=frame.index, dtype=pandas_dtype(column.dtype))
                continue
            values = frame[column.name]
            try:
                typed = column.typed(values)
                left_out = column.name in FILLED and typed.isna().any()
                out[column.name] = typed.fillna(FILLED[column.name](frame)) if left_out else typed
            except (TypeError, ValueError, OverflowError) as error:
                row, seen = first_misfit(values, column.dtype)
                raise TableError.bad_value(
                    column.name, row, seen, f"a value of type {column.dtype}", self.name, "Correct the value."
                ) from error
        return pd.DataFrame(out, index=frame.index)

    def validate(self, frame: pd.DataFrame) -> pd.DataFrame:
        """`frame`, typed, after every declared rule was checked: types, nulls, bounds, allowed words, unique keys.

        Raises TableError naming the first offending column and row (the row's index label).
        """
        typed = self.checked(frame)
        twice = typed.duplicated(list(self.key), keep=False)
        if twice.any():
            first = typed.loc[twice, list(self.key)].iloc[0]
            same = typed[list(self.key)].eq(first) | (typed[list(self.key)].isna() & first.isna())
            rows = typed.index[same.all(axis=1)]
            raise TableError.duplicate_key(self.key, tuple(first), ", ".join(map(str, rows)), self.name)
        return typed

    def checked(self, frame: pd.DataFrame) -> pd.DataFrame:
        """`validate`, but for keys: repeats of a row are let pass."""
        typed = self.typed(frame)
        for column in self.columns:
            if column.required or column.dtype not in LISTS:
                self._check(column, typed[column.name])
        for rule in self.rules:
            if broken := rule(typed):
                name, place, allowed, remedy = broken
                row, seen = typed.index[place], typed[name].iloc[place]
                raise TableError.bad_value(name, row, seen, allowed, self.name, remedy)
        return typed

    def _check(self, column: Column, values: pd.Series) -> None:
        """A column's nulls, bounds and words. Raises TableError."""

        def refuse(wrong: pd.Series, allowed: str, remedy: str) -> None:
            if wrong.any():
                row, seen = wrong.index[wrong][0], values[wrong].iloc[0]
                shown = None if wrong is empty else seen
                raise TableError.bad_value(column.name, row, shown, allowed, self.name, remedy)

        empty = values.isna()
        if column.required:
            refuse(empty, "allowed to be empty", "Give the value or remove the row.")
        if empty.all():
            return
        if column.low is not None or column.high is not None:
            low = -float("inf") if column.low is None else column.low
            high = float("inf") if column.high is None else column.high
            numbers = values.to_numpy(float, na_value=float("nan"))
            inside = (numbers >= low) & (numbers <= high)
            remedy = "Give a share between 0 and 1, not a percentage." if high == 1 else "Correct the value."
            refuse(~(empty | inside), f"between {low:g} and {high:g}", remedy)
        if column.allowed:
            refuse(
                ~(values.isin(column.allowed) | empty), f"one of {', '.join(column.allowed)}", "Use one of these words."
            )


FILLED: Mapping[str, Callable[[pd.DataFrame], pd.Series]] = {
    RUN_SETTINGS: settings_texts,
    "unit": lambda frame: pd.Series(SHARE, frame.index, dtype="string"),
}
"""Columns a frame may leave out although every row has them, and what they hold then."""


def _text_is_made_of_settings(frame: pd.DataFrame) -> Broken | None:
    made = settings_texts(frame)
    wrong = (frame[RUN_SETTINGS] != made).to_numpy(bool)
    if not wrong.any():
        return None
    row = int(wrong.argmax())
    return RUN_SETTINGS, row, repr(made.iloc[row]), "Leave the column out: it is made of style and settings."


def _a_value_on_its_scale(frame: pd.DataFrame) -> Broken | None:
    """A share stands in matching_rate, a number on another scale in value inside its bounds; else a reason is given."""
    share = frame["unit"] == SHARE
    missing = frame["missing_reason"].notna()
    tests = (
        ("matching_rate", share & frame["matching_rate"].isna() & ~missing, "a share, and no missing_reason says why"),
        ("matching_rate", ~share & frame["matching_rate"].notna(), "allowed beside a unit other than 'share'"),
        ("value", share & frame["value"].notna(), "allowed beside the unit 'share'"),
        ("value", ~share & frame["value"].isna() & ~missing, "a number, and no missing_reason says why"),
        ("value", (frame["value"] < frame["value_low"]).fillna(False), "at least value_low"),
        ("value", (frame["value"] > frame["value_high"]).fillna(False), "at most value_high"),
    )
    for column, wrong, allowed in tests:
        if wrong.any():
            return column, int(wrong.to_numpy(bool).argmax()), allowed, "Correct the row or its unit and bounds."
    return None


_MEASURE = (
    Column("unit", "string", "", f"'{SHARE}' for the share in matching_rate; else what `value` counts"),
    Column("value", "Float64", "see unit", "number on a scale that is no share: a grade, a loss", False),
    Column("value_low", "Float64", "see unit", "lower end of that scale; null = it has none", False),
    Column("value_high", "Float64", "see unit", "upper end of that scale; null = it has none", False),
)
_SCORING = (
    Column("scoring_way", "string", "", "kind of measurement; null = not known, or nothing was measured", False),
    Column("scoring_path", "string", "", "how it was computed or asked for; null = there is one way only", False),
    Column("scoring_dtype", "string", "", "precision the model computed in; null = not known", False),
    Column("missing_reason", "string", "", "why there is no number; null where there is one", False),
)
_RUN_SETTINGS = Column(RUN_SETTINGS, "string", "", "prompt style and settings as one text: differs wherever they do")


ANSWERS = Table(
    "ANSWERS",
    (
        Column("checkpoint", "string", "", "model checkpoint that answered"),
        Column("evaluation", "string", "", "data set the question belongs to"),
        Column("question_id", "string", "", "question, unique inside its evaluation"),
        Column("prompt_style", "string", "", "how the question was put"),
        Column("option_logprobs", "list", "nats", "log-probability of each option, in the question's order", False),
        Column("matching_probability", "Float64", "0-1", "probability on matching options, renormalised", False, 0, 1),
        Column(
            "answered_matching", "boolean", "", "is the likeliest option a matching one; null = not measured", False
        ),
        Column("total_option_mass", "Float64", "0-1", "probability on any listed option", False, 0, 1.0001),
        Column("matching_position", "Int64", "index", "position of the matching option, from 0", False, 0),
        Column("n_samples", "Int64", "count", "samples drawn, for sampled scoring", False, 1),
        Column("cluster", "string", "", "questions with the same text share one; null = a cluster of its own", False),
        *_SCORING,
        Column("metric", "string", "", "what was graded; null = the options' probabilities", False),
        *(column for column in _MEASURE if column.name != "unit"),
        *SETTINGS,
        _RUN_SETTINGS,
    ),
    key=("checkpoint", "evaluation", "question_id", "metric", RUN_SETTINGS),
    rules=(_text_is_made_of_settings,),
)

RATES = Table(
    "RATES",
    (
        Column("result_set", "string", "", "folder of cached_results the row is stored in"),
        Column("origin", "string", "", "where the number comes from", allowed=ORIGINS),
        Column("checkpoint", "string", "", "model checkpoint"),
        Column("family", "string", "", "models trained alike at several sizes"),
        Column("lineage", "string", "", "line of families that shares a colour, e.g. 'Llama'"),
        Column(
            "variant", "string", "", "separately trained or tuned series: 'deduped', 'chat'; empty: the main one", False
        ),
        Column("stage", "string", "", "how far training went", allowed=STAGES),
        Column("parameter_count", "Int64", "parameters", "total parameters; null = the maker does not say", False, 1),
        Column("parameter_count_is_estimate", "boolean", "", "the count is an estimate"),
        Column("rlhf_steps", "Int64", "steps", "steps of RL; 0 = before; null = not applicable", False, 0),
        Column("training_tokens", "Int64", "tokens", "pretraining tokens seen; null = not known", False, 0),
        Column("evaluation", "string", "", "name of the evaluation in the source"),
        Column("behavior", "string", "", "behaviour in the catalogue"),
        Column("prompt_style", "string", "", "how the questions were put, e.g. '0-shot'"),
        Column("metric", "string", "", "metric in the source, with how it was turned into a rate"),
        Column("n_questions", "Int64", "count", "questions asked; null = nobody says", False, 1),
        Column("n_answered", "Int64", "count", "questions with a measured answer", False, 0),
        Column("n_matching", "Int64", "count", "answers that match the behaviour", False, 0),
        Column("matching_rate", "Float64", "0-1", "share of answers that match the behaviour", False, 0, 1),
        Column("standard_error", "Float64", "0-1", "standard error the source gives", False, 0, 1),
        Column("ci_low", "Float64", "0-1", "lower end of the interval; null = see ci_method", False, 0, 1),
        Column("ci_high", "Float64", "0-1", "upper end of the interval", False, 0, 1),
        Column("ci_level", "Float64", "0-1", "level of the interval", False, 0, 1),
        Column("ci_method", "string", "", "method of the interval, or why there is none"),
        Column("mean_matching_probability", "Float64", "0-1", "mean probability of the matching answer", False, 0, 1),
        Column(
            "label_share", "Float64", "0-1", "share of questions whose matching answer is the first option", False, 0, 1
        ),
        Column("source", "string", "", "who measured or published it"),
        Column("licence", "string", "", "licence of the source"),
        *_MEASURE,
        *_SCORING,
        *SETTINGS,
        _RUN_SETTINGS,
    ),
    key=("checkpoint", "evaluation", "metric", RUN_SETTINGS),
    rules=(_text_is_made_of_settings, _a_value_on_its_scale),
)

QUESTIONS = Table(
    "QUESTIONS",
    (
        Column("question_id", "string", "", "question, unique inside its evaluation; as in ANSWERS"),
        Column("evaluation", "string", "", "data set the question belongs to"),
        Column("text", "string", "", "what the model was asked, choices included"),
        Column("options", "texts", "", "answers that compete, in the order of option_logprobs"),
        Column("matching", "positions", "index", "options that match the behaviour, from 0; empty = none is known"),
        Column("cluster", "string", "", "questions with the same text share one; null = a cluster of its own", False),
        Column("licence", "string", "", "licence of the question's source"),
        Column("may_leave_machine", "boolean", "", "may its text be shown to others, in exports and reports?"),
    ),
    key=("evaluation", "question_id"),
)

MODEL_FACTS = (
    "family", "lineage", "variant", "stage", "parameter_count", "parameter_count_is_estimate", "rlhf_steps",
    "training_tokens",
)  # fmt: skip
"""Columns of RATES that say who a checkpoint is."""


def model_columns(checkpoint: ModelCheckpoint, lineage: str) -> dict[str, Any]:
    """The columns of a RATES row that say which checkpoint it is about: its name and MODEL_FACTS."""
    facts = {name: getattr(checkpoint, name) for name in MODEL_FACTS if name != "lineage"}
    return {"checkpoint": checkpoint.name, "lineage": lineage, **facts}
