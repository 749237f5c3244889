"""Under a reading: how sure it is, and what a larger model would do."""

from __future__ import annotations

from analysis.findings.finding import Finding
from dashboard.components import write
from dashboard.words import sureness as sureness_words


def show_sureness(finding: Finding) -> None:
    """The diagnostics of a tested series, folded; nothing for others."""
    rows, together = sureness_words.diagnostics(finding), sureness_words.families_together(finding)
    if not rows:
        return
    with write.expander("How sure is this"):
        write.table(rows)
        if together:
            write.markdown(together)
        if finding.residuals:
            view: dict[str, list[str]] = {
                "set": [finding.result_set],
                "axis": [finding.result.axis],
                "family": [finding.name],
            }
            write.page_link("views/models.py", label="All behaviours of these models", query_params=view)
        write.caption("A change counts as one it could show where four of five sweeps as jumpy as this would show it.")


def show_larger_models(finding: Finding) -> None:
    """Forecasts, folded, with how often past ones held, or why there are none."""
    sentence = sureness_words.larger_sentence(finding)
    if not sentence:
        return
    with write.expander("What a larger model would do"):
        if columns := sureness_words.larger_models(finding):
            write.table(columns, hide_index=True)
        write.markdown(sentence)
