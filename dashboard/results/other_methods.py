"""What other methods say of the rows a finding was tested on."""

from __future__ import annotations

import streamlit as st

from analysis.findings.finding import Finding
from analysis.other_methods.of_finding import other_methods_of
from analysis.other_methods.other_method import OtherMethod
from dashboard.results.sets import Results, opened


def methods_of(found: Results, finding: Finding) -> tuple[OtherMethod, ...]:
    """Computed here, once per finding and data set; statistics libraries are imported by the first call.

    Raises ScalewatchError with the reason where it cannot be done.
    """
    info = found.infos[finding.result_set]
    return _methods(str(found.folder), found.version, info.name, finding.key, finding)


@st.cache_resource(max_entries=64, show_spinner=False)
def _methods(
    folder: str, version: str, name: str, which: tuple[str, ...], _finding: Finding
) -> tuple[OtherMethod, ...]:
    """`version` changes with the files, `which` is the finding's place in the set."""
    store = opened(folder)
    answers = store.answers(name, evaluation=_finding.evaluation) if _finding.on_answers else None
    return tuple(other_methods_of(_finding, store.rates(name), answers))
