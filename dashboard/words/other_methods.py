"""Other methods beside a finding, as a table and sentences. Pure text, no Streamlit."""

from __future__ import annotations

from collections.abc import Sequence

from analysis.findings.finding import Finding
from analysis.other_methods.other_method import OtherMethod, ours
from analysis.verdicts import SHOWN
from dashboard.text.markdown import Markdown, strong
from dashboard.words.findings import q_equals, q_text
from dashboard.words.numbers import MINUS, plural

WHY_OURS_DIFFERS = (
    "Ours differs because questions are not evidence about models: methods that take only the answers as random are "
    "far too sure where models are jumpy, methods that learn the jumpiness from these few models alone find little, "
    "and ours learns it from all behaviours of the family."
)


def methods_table(finding: Finding, methods: Sequence[OtherMethod]) -> dict[str, list[str]]:
    """Our numbers first, then every other method's: what it takes as random, change with interval, p."""
    own = ours(finding)
    rows = [own, *methods]
    return {
        "Method": [strong(own.method), *(_first_up(row.method) for row in methods)],
        "Takes as random": [row.random for row in rows],
        "Change, logit": [_change(row) for row in rows],
        "p": [q_text(row.p) for row in rows],
    }


def remarks(finding: Finding, methods: Sequence[OtherMethod]) -> list[Markdown]:
    """Our verdict, then what is to be known of the other methods, each remark once."""
    result = finding.result
    q = "" if result.q is None else f", {q_equals(result.q)} of {plural(result.n_tests, 'test')}"
    by_remark: dict[str, list[str]] = {}
    for row in methods:
        if row.remark:
            by_remark.setdefault(row.remark, []).append(row.method)
    said = Markdown("{}: {}.")
    told = [said.format(strong(_first_up("; ".join(names))), remark) for remark, names in by_remark.items()]
    return [said.format(strong(ours(finding).method), f"{SHOWN[result.verdict].word.lower()}{q}"), *told]


def _change(row: OtherMethod) -> str:
    if row.change is None:
        return ""
    interval = "" if row.low is None or row.high is None else f" [{_signed(row.low)}, {_signed(row.high)}]"
    return f"{_signed(row.change)}{interval}"


def _signed(value: float) -> str:
    return f"{value:+.2f}".replace("-", MINUS)


def _first_up(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}"
