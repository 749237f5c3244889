"""Method: what is computed, what is not claimed, and how often it is wrong."""

from __future__ import annotations

import streamlit as st

from dashboard.results.error_rates import error_rates
from dashboard.results.sets import results
from dashboard.screens.method.controls import control_section
from dashboard.words import method as method_words
from dashboard.words.method import found_table, interval_table, noise_table


def show() -> None:
    """Draw the screen."""
    rates = error_rates()
    st.title(method_words.QUESTION, anchor=False)
    st.markdown(method_words.PROBLEM, width=820)
    left, right = st.columns(2, gap="large")
    with left:
        st.header("What is computed", anchor=False)
        st.markdown("\n".join(f"- {each}" for each in method_words.COMPUTED))
    with right:
        st.header("What is not claimed", anchor=False)
        st.markdown("\n".join(f"- {each}" for each in method_words.NOT_CLAIMED))
    st.header("How often is noise called a trend?", anchor=False)
    st.markdown(method_words.noise_sentence(rates), width=820)
    st.table(noise_table(rates), border="horizontal")
    st.caption(method_words.noise_caption(rates))
    st.header("How much of what is claimed is true, and how much of what is there is found?", anchor=False)
    st.markdown(method_words.found_sentence(rates), width=820)
    st.table(found_table(rates), border="horizontal")
    st.caption(method_words.found_caption(rates))
    st.markdown(method_words.turns_sentence(rates), width=820)
    st.header("Do the intervals hold?", anchor=False)
    st.markdown("Share of 95% intervals that hold the true slope, over all designs.")
    st.table(interval_table(rates), border="horizontal")
    control_section(results())
    left, right = st.columns(2, gap="large")
    with left:
        st.header("What the verdicts say", anchor=False)
        st.table(method_words.glossary(), border="horizontal")
    with right:
        st.header("Known limits", anchor=False)
        st.markdown("\n".join(f"- {each}" for each in method_words.limits(rates)))
    st.header("How to measure it again", anchor=False)
    st.markdown("In a checkout: two minutes on one core, the same figures on every run. It prints all tables.")
    st.code(method_words.ONE_COMMAND, language=None)
    st.markdown(f"Or `{method_words.SAME_COMMAND}`. METHOD.md there has the formulas and all tables.")
