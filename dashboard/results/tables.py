"""Stored tables of a set that several subjects need: its rates, and which models were asked what.

Hashes of the files are part of each cache's key, so a set that is stored again is read again.
"""

from __future__ import annotations

import pandas as pd
import streamlit as st

from dashboard.results.sets import Results, opened

Way = tuple[str, str]
"""Evaluation and run settings."""


@st.cache_resource(max_entries=2, show_spinner=False)
def stored_rates(folder: str, name: str, data_hash: str) -> pd.DataFrame:
    """RATES rows of a set; raises StoreError for rates that cannot be read."""
    return opened(folder).rates(name)


def answers_hash(found: Results, result_set: str) -> str:
    """Hash of the set's single answers; empty where it has none."""
    return found.infos[result_set].answers_hash


def models_asked(found: Results, result_set: str) -> dict[Way, tuple[str, ...]]:
    """Models whose single answers the set holds, sorted, by how they were asked; none where it holds rates only.

    Raises StoreError for answers that cannot be read.
    """
    if not found.infos[result_set].n_answers:
        return {}
    return _models_asked(str(found.folder), result_set, answers_hash(found, result_set))


@st.cache_resource(max_entries=16, show_spinner=False)
def _models_asked(folder: str, name: str, answers_hash: str) -> dict[Way, tuple[str, ...]]:
    asked = opened(folder).asked(name)
    models: dict[Way, tuple[str, ...]] = {}
    if asked is None:
        return models
    for evaluation, style, checkpoint in asked.itertuples(index=False, name=None):
        models[evaluation, style] = (*models.get((evaluation, style), ()), checkpoint)
    return models
