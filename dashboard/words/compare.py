"""Two models on the same questions, as a table and sentences. Pure text, no Streamlit. Shares are 0-1 in the rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dashboard.text.markdown import Markdown
from dashboard.words.findings import q_text
from dashboard.words.numbers import count, percent, plural, points_interval, signed_points

if TYPE_CHECKING:
    from analysis.other_methods.compare import Comparison
    from analysis.other_methods.compare_models import ComparedModels

RATES_ONLY = (
    "Two models on the same questions: not possible here, this set holds one rate per model and no single answers. An "
    "import of harness results with their samples files holds them."
)
ONE_MODEL = "Two models on the same questions: not possible here, fewer than two models have single answers to these."


def counts_table(compared: ComparedModels) -> dict[str, list[str]]:
    """The four counts and their shares."""
    pair = compared.comparison
    counts = {
        "Both models": pair.both, f"Only A, {compared.first}": pair.first_only,
        f"Only B, {compared.second}": pair.second_only, "Neither": pair.neither,
    }  # fmt: skip
    total = pair.n_answered
    return {
        "Answer matches the behaviour": list(counts),
        "Questions": [count(each) for each in counts.values()],
        "Share": [percent(each / total) if total else "" for each in counts.values()],
    }


def sentence(pair: Comparison) -> Markdown:
    """McNemar's test, the mean difference, what is not shared, and why a number is missing."""
    parts: list[str] = []
    if pair.p_exact is not None:
        p = q_text(pair.p_exact)
        test = Markdown("Exact McNemar test of only A against only B: **p {}**, over {}.")
        parts.append(test.format(p if p.startswith("<") else f"= {p}", plural(pair.n_answered, "question")))
    if pair.difference is not None:
        interval = points_interval(pair.difference_low, pair.difference_high)
        mean = Markdown("Mean probability of the matching answer, B minus A: **{} points**{}, over {}.")
        asked = plural(pair.n_measured, "question")
        parts.append(mean.format(signed_points(pair.difference), f" {interval}".rstrip(), asked))
    only = [(len(pair.only_first), "A"), (len(pair.only_second), "B")]
    left_out = " and ".join(f"{plural(number, 'question')} only of {which}" for number, which in only if number)
    parts.append(f"Not shared and left out: {left_out}." if left_out else "All questions are shared.")
    if pair.reason:
        parts.append(f"{pair.reason[:1].upper()}{pair.reason[1:]}.")
    return Markdown(" ").join(parts)


def independence(pair: Comparison) -> str:
    """What the intervals take as independent: questions, or clusters of repeats."""
    if pair.n_clusters is None:
        return "Questions are taken as independent."
    return (
        f"In the interval, repeats of one question count once ({plural(pair.n_clusters, 'cluster')}); "
        "the McNemar test takes questions as independent."
    )
