"""Other methods and other models beside a finding, as tables and sentences. Pure text, no Streamlit.

Rows are what `scalewatch audit --json` and `scalewatch compare --json` print; changes in logits, shares 0-1.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from analysis.verdicts import SHOWN
from dashboard.words.findings import q_equals, q_text
from dashboard.words.numbers import MINUS, count, percent, plural, points_interval, signed_points

WHY_OURS_DIFFERS = (
    "Ours differs because questions are not evidence about models: methods that take only the answers as random are "
    "far too sure where models are jumpy, methods that learn the jumpiness from these few models alone find little, "
    "and ours learns it from all behaviours of the family."
)
RATES_ONLY = (
    "Two models on the same questions: not possible here, this set holds one rate per model and no single answers. An "
    "import of harness results with their samples files holds them."
)
ONE_MODEL = "Two models on the same questions: not possible here, fewer than two models have single answers to these."


def audit_table(row: Mapping[str, Any]) -> dict[str, list[str]]:
    """Our numbers first, then every other method's: what it takes as random, change with interval, p."""
    ours = {
        "method": "**scalewatch**", "random": "models and questions", "change": row["change"],
        "low": row["change_low"], "high": row["change_high"], "p": row["p"],
    }  # fmt: skip
    methods = [ours, *row["methods"]]
    return {
        "Method": [_first_up(each["method"]) for each in methods],
        "Takes as random": [each["random"] for each in methods],
        "Change, logit": [_change(each) for each in methods],
        "p": [q_text(each["p"]) for each in methods],
    }


def audit_remarks(row: Mapping[str, Any]) -> list[str]:
    """Our verdict, then what is to be known of the other methods, each remark once (Markdown)."""
    verdict = SHOWN[row["verdict"]]
    q = "" if row["q"] is None else f", {q_equals(row['q'])} of {plural(row['n_tests'], 'test')}"
    by_remark: dict[str, list[str]] = {}
    for each in row["methods"]:
        if each["remark"]:
            by_remark.setdefault(each["remark"], []).append(each["method"])
    remarks = [f"**{_first_up('; '.join(methods))}**: {remark}." for remark, methods in by_remark.items()]
    return [f"**scalewatch**: {verdict.word.lower()}{q}.", *remarks]


def pair_table(row: Mapping[str, Any]) -> dict[str, list[str]]:
    """The four counts and their shares."""
    counts = {
        "Both models": row["both"], f"Only A, {row['first']}": row["first_only"],
        f"Only B, {row['second']}": row["second_only"], "Neither": row["neither"],
    }  # fmt: skip
    total = row["n_answered"]
    return {
        "Answer matches the behaviour": list(counts),
        "Questions": [count(each) for each in counts.values()],
        "Share": [percent(each / total) if total else "" for each in counts.values()],
    }


def pair_sentence(row: Mapping[str, Any]) -> str:
    """McNemar's test, the mean difference, what is not shared, and why a number is missing (Markdown)."""
    parts = []
    if row["p_exact"] is not None:
        p = q_text(row["p_exact"])
        parts.append(
            f"Exact McNemar test of only A against only B: **p {p if p.startswith('<') else f'= {p}'}**, over "
            f"{plural(row['n_answered'], 'question')}."
        )
    if row["difference"] is not None:
        interval = points_interval(row["difference_low"], row["difference_high"])
        parts.append(
            f"Mean probability of the matching answer, B minus A: **{signed_points(row['difference'])} points** "
            f"{interval}".rstrip()
            + f", over {plural(row['n_measured'], 'question')}."
        )
    only = [(len(row["only_first"]), "A"), (len(row["only_second"]), "B")]
    left_out = " and ".join(f"{plural(number, 'question')} only of {which}" for number, which in only if number)
    parts.append(f"Not shared and left out: {left_out}." if left_out else "All questions are shared.")
    if row["reason"]:
        parts.append(f"{_first_up(row['reason'])}.")
    return " ".join(parts)


def independence(row: Mapping[str, Any]) -> str:
    """What the intervals take as independent: questions, or clusters of repeats."""
    if row["n_clusters"] is None:
        return "Questions are taken as independent."
    return (
        f"In the interval, repeats of one question count once ({plural(row['n_clusters'], 'cluster')}); "
        "the McNemar test takes questions as independent."
    )


def _change(each: Mapping[str, Any]) -> str:
    if each["change"] is None:
        return ""
    interval = "" if each["low"] is None else f" [{_signed(each['low'])}, {_signed(each['high'])}]"
    return f"{_signed(each['change'])}{interval}"


def _signed(value: float) -> str:
    return f"{value:+.2f}".replace("-", MINUS)


def _first_up(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}"
