"""Behaviours along the training of a set's models."""

from __future__ import annotations

import streamlit as st

from analysis.findings.training_curves import TrainingCurves, training_behaviors, training_curves
from dashboard.results.sets import Results
from dashboard.results.tables import stored_rates


def has_training(found: Results, behavior: str, result_set: str) -> bool:
    """Does the set hold several training checkpoints per model for the behaviour?

    Rates that no finding shows are what tells: without them nothing is read. Raises StoreError for rates that cannot
    be read.
    """
    info = found.infos[result_set]
    shown = _n_shown(str(found.folder), result_set, info.hashes.get("findings.json", ""), found)
    if info.n_rates <= shown:
        return False
    return behavior in _with_training(str(found.folder), result_set, info.data_hash)


def curves_of(found: Results, behavior: str, result_set: str) -> tuple[TrainingCurves, ...]:
    """The behaviour along training in the set, an entry per family; raises StoreError as `has_training`."""
    return _curves(str(found.folder), result_set, found.infos[result_set].data_hash, behavior)


@st.cache_resource(max_entries=64, show_spinner=False)
def _n_shown(folder: str, name: str, findings_hash: str, _found: Results) -> int:
    """Rates of a set that its findings show."""
    mine = (finding for finding in _found.findings if finding.result_set == name)
    return len({(f.evaluation, f.prompt_style, f.metric, p.checkpoint) for f in mine for p in f.points})


@st.cache_resource(max_entries=16, show_spinner=False)
def _with_training(folder: str, name: str, data_hash: str) -> frozenset[str]:
    return training_behaviors(stored_rates(folder, name, data_hash))


@st.cache_resource(max_entries=64, show_spinner=False)
def _curves(folder: str, name: str, data_hash: str, behavior: str) -> tuple[TrainingCurves, ...]:
    return training_curves(stored_rates(folder, name, data_hash), behavior)
