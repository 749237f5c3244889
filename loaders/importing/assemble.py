"""Raw rates to RATES rows: finds model and behaviour, turns the number to the behaviour's sense, adds the interval."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache, lru_cache
from types import MappingProxyType
from typing import Any

from analysis.catalogue.unlisted import behavior_for
from analysis.cells.rates import n_from_standard_error, published_rate_interval
from analysis.columns.run_settings import settings_in
from analysis.records import ModelCheckpoint
from analysis.tables import RATES, model_columns
from loaders.importing.protocol import RawRate
from loaders.models.registry import Registry, lineage_of
from loaders.models.resolve import UnknownModelError, resolve_checkpoint
from loaders.store.manifest import NO_LICENCE, own_source
from loaders.store.source_sheet import EvaluationSheet, SourceSheet

_NOTHING: Mapping[str, Any] = MappingProxyType({})
_INTERVALS = 4096
"""Intervals that are remembered: rates out of a thousand questions repeat."""


class Assembler:
    """Makes RATES rows of one set; each model and each behaviour is looked up once."""

    def __init__(self, result_set: str, sheet: SourceSheet, models: Registry | None) -> None:
        self.sheet, self.source = sheet, sheet.source or own_source(result_set)
        self._set, self._models = result_set, models
        self._checkpoints: dict[Any, ModelCheckpoint | UnknownModelError | ValueError] = {}
        self._behavior, self._lineage, self._settings = cache(behavior_for), cache(lineage_of), cache(settings_in)
        self._columns, self._interval = cache(model_columns), lru_cache(_INTERVALS)(published_rate_interval)

    def checkpoint(
        self, model: str, revision: str | None = None, given: Mapping[str, Any] = _NOTHING
    ) -> ModelCheckpoint:
        """Who is meant. Raises UnknownModelError, or ValueError where a fact of the source is not allowed."""
        key = (model, revision, *given, *map(str, given.values()))
        if key not in self._checkpoints:
            try:
                self._checkpoints[key] = resolve_checkpoint(model, revision, facts=given, models=self._models)
            except (UnknownModelError, ValueError) as error:
                self._checkpoints[key] = error
        found = self._checkpoints[key]
        if isinstance(found, Exception):
            raise found
        return found

    def row(self, raw: RawRate) -> dict[str, Any]:
        """One RATES row. Raises UnknownModelError, or ValueError for a number or fact that is not allowed."""
        said = self.sheet.evaluation(raw.evaluation)
        rate = share(raw.rate, said, raw.metric)
        if raw.standard_error is not None and not 0 <= raw.standard_error <= 1:
            raise ValueError(f"standard error {raw.standard_error:g} is not between 0 and 1. Correct or empty it")
        checkpoint = self.checkpoint(raw.model, raw.revision, raw.given)
        behavior = self._behavior(said.behavior or raw.evaluation)
        given_n = raw.n_questions or said.n_questions
        if given_n is None and raw.standard_error:
            given_n = n_from_standard_error(raw.rate, raw.standard_error)
        n_questions = given_n or behavior.n_questions
        if n_questions and raw.n_matching is not None and raw.n_matching > n_questions:
            raise ValueError(f"n_matching {raw.n_matching} is more than the {n_questions} questions. Correct one")
        error = None if raw.standard_error is None else abs(said.scale) * raw.standard_error
        binary = said.binary if said.binary is not None else looks_binary(rate, n_questions)
        interval = self._interval(rate, n_questions, error, binary=binary)
        method = interval.method
        if n_questions is not None and given_n is None:
            method += "; question count from the behaviour catalogue, not from the source"
        n_matching = raw.n_matching if said.scale == 1 else None
        if n_matching is None and binary and n_questions:
            n_matching = round(rate * n_questions)
        style, settings = self._settings(raw.prompt_style)
        return RATES.row(
            result_set=self._set, origin=self.sheet.origin,
            **self._columns(checkpoint, str(raw.given.get("lineage") or self._lineage(checkpoint.family))),
            evaluation=raw.evaluation, behavior=behavior.slug, prompt_style=style, **(settings | raw.settings),
            metric=said.metric or raw.metric,
            n_questions=n_questions, n_answered=n_questions, n_matching=n_matching, matching_rate=rate,
            standard_error=error, ci_low=interval.low, ci_high=interval.high, ci_level=interval.level,
            ci_method=method, source=self.source, licence=self.sheet.licence or NO_LICENCE,
        )  # fmt: skip


def share(value: float, said: EvaluationSheet, metric: str) -> float:
    """The share that shows the behaviour. Raises ValueError where it is not between 0 and 1."""
    rate = said.offset + said.scale * value
    if -1e-9 < rate < 1 + 1e-9:
        return min(1.0, max(0.0, rate))
    hint = "divide percentages by 100" if 1 < rate <= 100 else "this metric is not a share; leave it out"
    raise ValueError(f"{metric} {value:g} is not a share between 0 and 1: {hint}")


def looks_binary(rate: float, n_questions: int | None) -> bool:
    """True where rate x n is a whole number to the digits given: then the rate is a share of 0/1 answers.

    The tolerance is half of the rate's last decimal, times n; with few decimals the check cannot fail and the rate is
    taken as a share.
    """
    if n_questions is None:
        return False
    text = repr(float(rate))
    decimals = len(text.split(".")[1]) if "." in text and "e" not in text else 15
    tolerance = max(0.5 * 10.0**-decimals, 1e-9) * n_questions * 1.02
    return abs(rate * n_questions - round(rate * n_questions)) <= tolerance
