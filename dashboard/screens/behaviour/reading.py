"""The reading beside the chart: verdict, one sentence, key facts, why, what would undo it, known errors."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from analysis.findings.finding import Finding
from analysis.records import Behavior
from analysis.verdicts import CLAIMS
from dashboard.components.verdict_marks import verdict_badges
from dashboard.screens.behaviour.sureness import show_larger_models, show_sureness
from dashboard.words import reading as reading_words
from dashboard.words import sureness as sureness_words
from dashboard.words.findings import METRIC_DEPENDENT


def show_reading(finding: Finding, others: Sequence[Finding], entry: Behavior | None) -> None:
    """Everything one series says, in the order a sceptic asks."""
    badges = verdict_badges(finding.result.verdict, finding.result.axis, fragile=finding.result.fragile)
    if sureness_words.is_general(finding):
        badges += " :gray-badge[General]"
    if finding.metric_dependent:
        badges += f" :gray-badge[{METRIC_DEPENDENT}]"
    if finding.is_control:
        badges += " :gray-badge[Control model]"
    st.markdown(badges)
    st.markdown(reading_words.sentence(finding))
    st.table(reading_words.key_facts(finding), border="horizontal")
    if pooled := sureness_words.rlhf_over_sizes(finding):
        st.markdown(pooled)
    why = reading_words.why(finding, others)
    st.header(why.heading, anchor=False)
    st.markdown(why.text)
    if why.checks:
        marks = {True: ":material/check:", False: ":material/close:"}
        st.markdown("  \n".join(f"{marks[holds]} {clause}" for holds, clause in why.checks))
    if finding.result.verdict in CLAIMS:
        with st.expander("What would undo it"):
            st.markdown(reading_words.undo(finding))
    show_sureness(finding)
    show_larger_models(finding)
    facts = reading_words.facts_of(entry)
    if entry is not None and finding.concern != "neutral":
        facts = (
            f"Direction: {entry.concern_reason[:1].lower()}{entry.concern_reason[1:].rstrip('.')}.",
            *facts,
        )
    if facts:
        with st.expander("About this data set"):
            st.markdown("\n".join(f"- {fact}" for fact in facts))
