"""Answers to the Winogenerated sentences: which pronoun a model gives to an occupation."""

from __future__ import annotations

import streamlit as st

from analysis.catalogue.occupations import WINOGENERATED
from analysis.cells.model_facts import ModelFacts, facts_in, facts_of
from analysis.errors import ScalewatchError
from analysis.preferences.gender_bias import GenderBias, gender_bias
from analysis.records import model_and_revision
from dashboard.results.sets import Results, opened
from dashboard.results.tables import answers_hash, models_asked, stored_rates
from loaders.models.registry import find_checkpoint, lineage_of


def sets_with_pronouns(found: Results) -> list[str]:
    """Sets with single answers to the Winogenerated sentences; answers that cannot be read are for the page to name."""
    return list(_with_pronouns(str(found.folder), found.version, found))


@st.cache_resource(max_entries=2, show_spinner=False)
def _with_pronouns(folder: str, version: str, _found: Results) -> list[str]:
    return sorted(name for name, info in _found.infos.items() if info.n_answers and _has_pronouns(_found, name))


def gender_bias_of(found: Results, result_set: str) -> list[tuple[ModelFacts, GenderBias]]:
    """Every model with answers to the Winogenerated sentences.

    Raises StoreError for rates or answers that cannot be read.
    """
    info = found.infos[result_set]
    return _gender_bias(str(found.folder), result_set, info.data_hash, answers_hash(found, result_set))


def _has_pronouns(found: Results, result_set: str) -> bool:
    try:
        asked = models_asked(found, result_set)
    except (ScalewatchError, OSError, ValueError):
        return True
    return any(evaluation == WINOGENERATED for evaluation, _ in asked)


@st.cache_resource(max_entries=16, show_spinner=False)
def _gender_bias(folder: str, name: str, data_hash: str, answers_hash: str) -> list[tuple[ModelFacts, GenderBias]]:
    answers = opened(folder).answers(name, evaluation=WINOGENERATED)
    known = facts_in(stored_rates(folder, name, data_hash))
    found = [] if answers is None else gender_bias(answers)
    return [(known.get(each.checkpoint) or _from_registry(each.checkpoint), each) for each in found]


def _from_registry(checkpoint: str) -> ModelFacts:
    """Facts of a model the set has no rate of."""
    entry = find_checkpoint(*model_and_revision(checkpoint))
    return facts_of(checkpoint, entry, "" if entry is None else lineage_of(entry.family))
