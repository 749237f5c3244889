"""The topics with a page of their own: what they ask, what is said where a test has answered. Pure text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from analysis.findings.finding import Finding
from analysis.findings.ranking import strength
from analysis.verdicts import MOVES, TESTED
from dashboard.text.markdown import Markdown
from dashboard.words.findings import claim, listed
from dashboard.words.numbers import plural
from dashboard.words.overview import counts, kind_word


@dataclass(frozen=True, slots=True, kw_only=True)
class Topic:
    """One page: which groups of the catalogue it shows, and its question."""

    page: str
    groups: tuple[str, ...]
    question: str
    """Title as long as no test has answered it."""
    rlhf_question: str
    """The same along RL steps."""
    noun: str
    """What a claim about several behaviours says rises or falls; empty where that would say nothing."""
    many: bool
    """Does the noun take a plural verb?"""
    words: str
    """The topic inside a sentence."""


SYCOPHANCY = Topic(
    page="sycophancy",
    groups=("Sycophancy",),
    question="Do larger models agree more with what the user says?",
    rlhf_question="Does RL training make models agree more with what the user says?",
    noun="Sycophancy",
    many=False,
    words="sycophancy",
)
POWER = Topic(
    page="power_seeking",
    groups=("Power-seeking and self-preservation",),
    question="Do larger models seek more power and survival?",
    rlhf_question="Does RL training make models seek more power and survival?",
    noun="Power-seeking and self-preservation",
    many=True,
    words="power-seeking or self-preservation",
)
POLITICAL = Topic(
    page="political",
    groups=("Political views",),
    question="Which political statements do models agree with?",
    rlhf_question="Does RL training move the political views of models?",
    noun="",
    many=False,
    words="political views",
)


def topic_title(topic: Topic, findings: Sequence[Finding]) -> str:
    """A claim where tested series move one way, else the topic's question.

    A family is named only where a series of it was tested and moved, and none of it moved the other way.
    """
    behaviours = {finding.behavior for finding in findings}
    moves = [f for f in sorted(findings, key=strength) if f.result.verdict in MOVES]
    by_size = all(finding.result.axis == "size" for finding in findings)
    question = topic.question if by_size else topic.rlhf_question
    if not moves or len({finding.concern for finding in moves}) > 1:
        return question
    if len(behaviours) == 1:
        return claim(findings)
    if not topic.noun:
        return question
    up = list(dict.fromkeys(f.name for f in moves if f.rises))
    down = list(dict.fromkeys(f.name for f in moves if not f.rises))
    end = "" if topic.many else "s"
    along = "with size" if moves[0].result.axis == "size" else "with RL steps"
    clauses = [
        f"{verb}{end} {along} in {listed(names)}"
        for verb, names in (
            ("rise", [name for name in up if name not in down]),
            ("fall", [name for name in down if name not in up]),
        )
        if names
    ]
    return f"{topic.noun} {', and '.join(clauses)}" if clauses else question


def topic_summary(findings: Sequence[Finding]) -> Markdown:
    """One sentence of counts: how many series, how many tested, with which verdicts."""
    number = counts(findings)
    tested = sum(1 for finding in findings if finding.result.verdict in TESTED)
    behaviours = len({finding.behavior for finding in findings})
    said = Markdown(", ").join(
        Markdown("**{}** {}").format(n, kind_word(kind, findings[0].result.axis).lower()) for kind, n in number.items()
    )
    across = f"{plural(behaviours, 'behaviour')} in {plural(len({f.family for f in findings}), 'family')}"
    return Markdown("{}: **{}** series, **{}** tested. {}.").format(across, len(findings), tested, said)


def panels(findings: Sequence[Finding]) -> list[tuple[str, list[Finding]]]:
    """(title, findings) for each behaviour, the one with the strongest evidence first."""
    grouped: dict[str, list[Finding]] = {}
    for finding in sorted(findings, key=strength):
        grouped.setdefault(finding.behavior, []).append(finding)
    return [(group[0].title, group) for group in grouped.values()]
