"""Two models on the questions of a finding."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from analysis.errors import ScalewatchError
from analysis.findings.finding import Finding
from dashboard.results.sets import Results, opened
from dashboard.results.tables import answers_hash, models_asked

if TYPE_CHECKING:
    from analysis.other_methods.compare_models import ComparedModels


def answered(found: Results, finding: Finding) -> tuple[str, ...]:
    """Models whose single answers to the finding's evaluation, put the same way, the set holds, sorted.

    Raises StoreError for answers that cannot be read.
    """
    return models_asked(found, finding.result_set).get((finding.evaluation, finding.prompt_style), ())


def comparison_of(found: Results, finding: Finding, first: str, second: str) -> ComparedModels:
    """Computed here, once per pair and data set; scipy is imported by the first call.

    Raises ScalewatchError with the reason where it cannot be done.
    """
    name = finding.result_set
    return _comparison(
        str(found.folder), name, answers_hash(found, name), finding.evaluation, finding.prompt_style, first, second
    )


@st.cache_resource(max_entries=64, show_spinner=False)
def _comparison(
    folder: str, name: str, answers_hash: str, evaluation: str, style: str, first: str, second: str
) -> ComparedModels:
    from analysis.other_methods.compare_models import compare_models

    answers = opened(folder).answers(name, evaluation=evaluation)
    if answers is None:
        raise ScalewatchError(f"Result set '{name}' holds no single answers any more.", "Load the page again.")
    return compare_models(answers, first, second, evaluation=evaluation, prompt_style=style)
