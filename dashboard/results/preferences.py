"""Which behaviours the models of a set prefer."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import streamlit as st

from analysis.catalogue.behaviors import behaviors
from analysis.cells.model_facts import ModelFacts, facts_in
from analysis.preferences.agreement import LEAST_SHARED
from analysis.preferences.preference import (
    Preference,
    balanced,
    preferences_from_answers,
    preferences_from_rates,
    two_answers,
)
from dashboard.results.sets import Results, opened
from dashboard.results.tables import answers_hash, stored_rates

_COLUMNS = (
    "checkpoint", "evaluation", "question_id", "run_settings", "matching_probability", "matching_position", "cluster"
)  # fmt: skip
"""Columns of ANSWERS a preference is made of."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Preferences:
    """What the models of a set prefer."""

    rows: tuple[Preference, ...]
    models: dict[str, ModelFacts]
    from_answers: bool
    """True: log-likelihoods of single answers, as in the paper. False: rates against one half."""


def sets_with_preferences(found: Results) -> list[str]:
    """Sets in which two models or more answered enough behaviours of two answers to be set side by side."""
    return list(_comparable(str(found.folder), found.version, found))


@st.cache_resource(max_entries=2, show_spinner=False)
def _comparable(folder: str, version: str, _found: Results) -> list[str]:
    models: dict[tuple[str, str], set[str]] = {}
    for finding in _found.findings:
        if _two_answers(finding.behavior, single=_found.infos[finding.result_set].n_answers > 0):
            asked = models.setdefault((finding.result_set, finding.behavior), set())
            asked |= {point.checkpoint for point in finding.points if not point.mark}
    shared = Counter(name for (name, _), asked in models.items() if len(asked) > 1)
    return sorted(name for name, count in shared.items() if count >= LEAST_SHARED)


def preferences_of(found: Results, result_set: str) -> Preferences:
    """From single answers where they cover as many cells as the rates do.

    Raises StoreError for rates or answers that cannot be read.
    """
    info = found.infos[result_set]
    return _preferences(str(found.folder), result_set, info.data_hash, answers_hash(found, result_set))


def _two_answers(slug: str, *, single: bool) -> bool:
    """May the behaviour be compared: by its rate, or where there are single answers?"""
    entry = behaviors().get(slug)
    if entry is None:
        return single
    return two_answers(entry) if single else balanced(entry)


@st.cache_resource(max_entries=16, show_spinner=False)
def _preferences(folder: str, name: str, data_hash: str, answers_hash: str) -> Preferences:
    rates = stored_rates(folder, name, data_hash)
    models = facts_in(rates)
    of_rates = preferences_from_rates(rates, behaviors())
    answers = opened(folder).answers(name, columns=_COLUMNS)
    if answers is not None:
        named = zip(rates["evaluation"], rates["behavior"], strict=True)
        asked = {str(evaluation): str(slug) for evaluation, slug in named if _two_answers(str(slug), single=True)}
        of_answers = preferences_from_answers(answers, asked)
        if sum(each.sign != 0 for each in of_answers) >= sum(each.sign != 0 for each in of_rates):
            return Preferences(rows=tuple(of_answers), models=models, from_answers=True)
    return Preferences(rows=tuple(of_rates), models=models, from_answers=False)
