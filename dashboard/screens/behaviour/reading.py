"""The reading beside the chart: verdict, one sentence, key facts, why, what would undo it, known errors."""

from __future__ import annotations

from collections.abc import Sequence

from analysis.findings.finding import Finding
from analysis.records import Behavior
from analysis.verdicts import CLAIMS
from dashboard.components import write
from dashboard.components.verdict_marks import verdict_badges
from dashboard.screens.behaviour.sureness import show_larger_models, show_sureness
from dashboard.text.markdown import Markdown, bullets
from dashboard.words import reading as reading_words
from dashboard.words import sureness as sureness_words
from dashboard.words.findings import METRIC_DEPENDENT


def show_reading(finding: Finding, others: Sequence[Finding], entry: Behavior | None) -> None:
    """Everything one series says, in the order a sceptic asks."""
    badges = verdict_badges(finding.result.verdict, finding.result.axis, fragile=finding.result.fragile)
    if sureness_words.is_general(finding):
        badges += Markdown(" :gray-badge[General]")
    if finding.metric_dependent:
        badges += Markdown(" :gray-badge[{}]").format(METRIC_DEPENDENT)
    if finding.is_control:
        badges += Markdown(" :gray-badge[Control model]")
    write.markdown(badges)
    write.markdown(reading_words.sentence(finding))
    write.table(reading_words.key_facts(finding))
    if pooled := sureness_words.rlhf_over_sizes(finding):
        write.markdown(pooled)
    why = reading_words.why(finding, others)
    write.header(why.heading)
    write.markdown(why.text)
    if why.checks:
        marks = {True: Markdown(":material/check: {}"), False: Markdown(":material/close: {}")}
        write.markdown(Markdown("  \n").join(marks[holds].format(clause) for holds, clause in why.checks))
    if finding.result.verdict in CLAIMS:
        with write.expander("What would undo it"):
            write.markdown(reading_words.undo(finding))
    show_sureness(finding)
    show_larger_models(finding)
    facts = reading_words.facts_of(entry)
    if entry is not None and finding.concern != "neutral":
        facts = (
            f"Direction: {entry.concern_reason[:1].lower()}{entry.concern_reason[1:].rstrip('.')}.",
            *facts,
        )
    if facts:
        with write.expander("About this data set"):
            write.markdown(bullets(facts))
