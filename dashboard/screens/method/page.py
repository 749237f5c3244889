"""Method: what is computed, what is not claimed, and how often it is wrong."""

from __future__ import annotations

import streamlit as st

from dashboard.components import write
from dashboard.results.error_rates import error_rates
from dashboard.results.sets import results
from dashboard.screens.method.controls import control_section
from dashboard.text.markdown import Markdown, bullets
from dashboard.words import method as method_words
from dashboard.words.method import found_table, interval_table, noise_table


def show() -> None:
    """Draw the screen."""
    rates = error_rates()
    write.title(method_words.QUESTION)
    write.markdown(method_words.PROBLEM, width=820)
    left, right = st.columns(2, gap="large")
    with left:
        write.header("What is computed")
        write.markdown(bullets(method_words.COMPUTED))
    with right:
        write.header("What is not claimed")
        write.markdown(bullets(method_words.NOT_CLAIMED))
    write.header("How often is noise called a trend?")
    write.markdown(method_words.noise_sentence(rates), width=820)
    write.table(noise_table(rates))
    write.caption(method_words.noise_caption(rates))
    write.header("How much of what is claimed is true, and how much of what is there is found?")
    write.markdown(method_words.found_sentence(rates), width=820)
    write.table(found_table(rates))
    write.caption(method_words.found_caption(rates))
    write.markdown(method_words.turns_sentence(rates), width=820)
    write.header("Do the intervals hold?")
    write.markdown("Share of 95% intervals that hold the true slope, over all designs.")
    write.table(interval_table(rates))
    control_section(results())
    left, right = st.columns(2, gap="large")
    with left:
        write.header("What the verdicts say")
        write.table(method_words.glossary())
    with right:
        write.header("Known limits")
        write.markdown(bullets(method_words.limits(rates)))
    write.header("How to measure it again")
    write.markdown("In a checkout: two minutes on one core, the same figures on every run. It prints all tables.")
    st.code(method_words.ONE_COMMAND, language=None)
    other = Markdown("Or `{}`. METHOD.md there has the formulas and all tables.")
    write.markdown(other.format(method_words.SAME_COMMAND))
