"""The reading beside a chart along training: what is shown, and why there is no verdict."""

from __future__ import annotations

import streamlit as st

from analysis.findings.training_curves import TrainingCurves
from analysis.records import Behavior
from dashboard.words import training as training_words
from dashboard.words.reading import facts_of


def show_training(curves: TrainingCurves, entry: Behavior | None) -> None:
    """Described, not tested: the numbers at both ends of training, and where the test is."""
    badges = ":gray-badge[Described, not tested]"
    if curves.is_control:
        badges += " :gray-badge[Control model]"
    st.markdown(badges)
    st.markdown(training_words.sentence(curves))
    st.table(training_words.key_facts(curves), border="horizontal")
    st.header("Why there is no verdict", anchor=False)
    st.markdown(training_words.WHY_NOT_TESTED)
    if facts := facts_of(entry):
        with st.expander("About this data set"):
            st.markdown("\n".join(f"- {fact}" for fact in facts))
