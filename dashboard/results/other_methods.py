"""What other methods say of the rows a finding was tested on."""

from __future__ import annotations

import streamlit as st

from analysis.findings.finding import Finding
from analysis.other_methods.of_finding import other_methods_of
from analysis.other_methods.other_method import OtherMethod
from dashboard.results.sets import Results, opened
from dashboard.results.tables import answers_hash


def methods_of(found: Results, finding: Finding) -> tuple[OtherMethod, ...]:
    """Computed here, once per finding and data set; statistics libraries are imported by the first call.

    Raises ScalewatchError with the reason where it cannot be done.
    """
    info = found.infos[finding.result_set]
    return _methods(str(found.folder), info.data_hash, answers_hash(found, info.name), finding)


@st.cache_resource(max_entries=64, show_spinner=False)
def _methods(folder: str, data_hash: str, answers_hash: str, finding: Finding) -> tuple[OtherMethod, ...]:
    store, name = opened(folder), finding.result_set
    answers = store.answers(name, evaluation=finding.evaluation) if finding.on_answers else None
    return tuple(other_methods_of(finding, store.rates(name), answers))
