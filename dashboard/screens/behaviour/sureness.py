"""Under a reading: how sure it is, and what a larger model would do."""

from __future__ import annotations

import streamlit as st

from analysis.findings.finding import Finding
from dashboard.words import sureness as sureness_words


def show_sureness(finding: Finding) -> None:
    """The diagnostics of a tested series, folded; nothing for others."""
    rows, together = sureness_words.diagnostics(finding), sureness_words.families_together(finding)
    if not rows:
        return
    with st.expander("How sure is this"):
        st.table(rows, border="horizontal")
        if together:
            st.markdown(together)
        if finding.residuals:
            view: dict[str, list[str]] = {
                "set": [finding.result_set],
                "axis": [finding.result.axis],
                "family": [finding.name],
            }
            st.page_link("views/models.py", label="All behaviours of these models", query_params=view)
        st.caption("A change counts as one it could show where four of five sweeps as jumpy as this would show it.")


def show_larger_models(finding: Finding) -> None:
    """Forecasts, folded, with how often past ones held, or why there are none."""
    sentence = sureness_words.larger_sentence(finding)
    if not sentence:
        return
    with st.expander("What a larger model would do"):
        if columns := sureness_words.larger_models(finding):
            st.table(columns, border="horizontal", hide_index=True)
        st.markdown(sentence)
