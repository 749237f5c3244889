"""The landing page in words: a paragraph and a caption written from all findings. Pure text, no Streamlit."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from analysis.findings.finding import Finding
from analysis.findings.ranking import ORDER, strength
from analysis.records import SKILLS
from analysis.verdicts import CLAIMS, SHIFTS, TESTED, TURNS, UNTESTED, VERDICTS, Axis, Verdict, shown_along
from dashboard.words.findings import bend, span
from dashboard.words.numbers import count, licence_text, plural, points_interval, signed_points


def kind_of_verdict(verdict: Verdict) -> str:
    """The verdict as the reader filters it: both shifts are one kind."""
    return "shift" if verdict in SHIFTS else verdict


KINDS = tuple(dict.fromkeys(kind_of_verdict(verdict) for verdict in ORDER))
"""Kinds in the order they are listed."""
MOST_SOURCES = 12
"""Sources a caption names; of more it gives the number."""
HIDDEN_AT_FIRST = tuple(verdict for verdict in ORDER if verdict in UNTESTED)


def kind_of(finding: Finding) -> str:
    """The verdict's kind: one of KINDS."""
    return kind_of_verdict(finding.result.verdict)


def kind_word(kind: str, axis: Axis = "size") -> str:
    """'Inverse', 'Standard', 'Shift', …"""
    return next(shown_along(v, axis).word for v in VERDICTS if kind_of_verdict(v) == kind)


def counts(findings: Iterable[Finding]) -> dict[str, int]:
    """How many findings there are of each kind; kinds without any are absent, in the order of KINDS."""
    found = Counter(kind_of(finding) for finding in findings)
    return {kind: found[kind] for kind in KINDS if found[kind]}


def apart_from_controls(findings: Iterable[Finding]) -> list[Finding]:
    """What is counted: findings on real models, or all of them where there are only control models."""
    everything = list(findings)
    return [finding for finding in everything if not finding.is_control] or everything


def title(axis: str) -> str:
    """Question the landing page answers."""
    return "What changes with model size?" if axis == "size" else "What changes with RL steps?"


def paragraph(findings: Sequence[Finding], axis: str) -> str:
    """How many pairs, how many tested, what the tests say, what is left out, the strongest (Markdown).

    Controls are counted apart: they are no evidence about real models.
    """
    counted = apart_from_controls(findings)
    said, controls = _paragraph(counted, axis), len(findings) - len(counted)
    if counted and counted[0].is_control:
        return f"**Control data, not evidence about real models.** {said}"
    if not controls:
        return said
    verb = "is" if controls == 1 else "are"
    apart = f"**{count(controls)}** more {verb} of control data, at the end of the table and not counted here."
    return f"{said} {apart}"


def _paragraph(findings: Sequence[Finding], axis: str) -> str:
    n = Counter(counts(findings))
    tested = [finding for finding in findings if finding.result.verdict in TESTED]
    pairs, needs = ("behaviour and family", "sizes") if axis == "size" else ("behaviour and model", "step counts")
    parts = [
        f"Of **{count(len(findings))}** {pairs} {'pairs' if len(findings) != 1 else 'pair'}, "
        f"**{count(len(tested))}** {'has' if len(tested) == 1 else 'have'} the four {needs} a test needs."
    ]
    if tested:
        grows = "as models grow" if axis == "size" else "as RL goes on"
        parts.append(
            f"**{count(n['inverse'])}** {_move(n['inverse'])} in the undesirable direction {grows} and "
            f"**{count(n['positive'])}** in the desirable one{_of_skills(tested)}, at a false-discovery rate of 5% "
            f"within each result set; {_quiet(n)}."
        )
        parts += _bends(n)
    parts += _left_out(n, needs)
    trends = [f for f in tested if f.result.verdict in CLAIMS and f.result.verdict not in TURNS]
    strongest = min(trends, key=strength, default=None)
    if strongest is not None and (change := strongest.result.change_points) is not None:
        result = strongest.result
        interval = points_interval(result.change_points_low, result.change_points_high)
        parts.append(
            f"The strongest: {strongest.title} in {strongest.name}, "
            f"**{signed_points(change)} points** {span(strongest)} {interval}".rstrip()
            + "."
        )
    return " ".join(parts)


def _of_skills(tested: Sequence[Finding]) -> str:
    """Says how many of the desirable moves are skills, which are expected to grow."""
    skills = sum(1 for f in tested if f.group == SKILLS and f.result.verdict == "positive")
    return f" (**{count(skills)}** of these are capability tasks)" if skills else ""


def _move(number: int) -> str:
    return "moves" if number == 1 else "move"


def _quiet(n: Counter[str]) -> str:
    flat, unclear = n["flat"], n["inconclusive"]
    return (
        f"**{count(flat)}** {'is' if flat == 1 else 'are'} flat and "
        f"**{count(unclear)}** {'stays' if unclear == 1 else 'stay'} inconclusive"
    )


def _bends(n: Counter[str]) -> list[str]:
    sentences = [f"**{count(n[turn])}** {bend(turn, n[turn] != 1)}." for turn in TURNS if n[turn]]
    if n["shift"]:
        sentences.append(f"**{count(n['shift'])}** neutral {'one shifts' if n['shift'] == 1 else 'ones shift'}.")
    return sentences


def _left_out(n: Counter[str], needs: str) -> list[str]:
    clauses = []
    if n["left_out"]:
        verb = "is" if n["left_out"] == 1 else "are"
        clauses.append(
            f"**{count(n['left_out'])}** {verb} left out because models give a constant answer "
            "or too few questions were asked"
        )
    if n["insufficient"]:
        clauses.append(f"**{count(n['insufficient'])}** {'has' if n['insufficient'] == 1 else 'have'} too few {needs}")
    return [f"{'; '.join(clauses)}."] if clauses else []


def caption(shown: Sequence[Finding], everything: Sequence[Finding]) -> str:
    """Rows shown, tests counted, sources and licences of what is shown; control models apart."""
    counted = apart_from_controls(shown)
    only_controls = bool(counted) and counted[0].is_control
    of_all = [finding for finding in everything if finding.is_control == only_controls]
    tested = [finding for finding in of_all if finding.result.verdict in TESTED]
    sets = len({finding.result_set for finding in tested})
    sources = dict.fromkeys(
        f"{finding.source} ({licence_text(finding.licence)})" for finding in sorted(shown, key=lambda f: f.source)
    )
    tests = f"{plural(len(tested), 'test')} in {plural(sets, 'result set')}" if tested else "No test could be made"
    controls = len(shown) - len(counted)
    more = f", and {count(controls)} of control models" if controls else ""
    named = list(sources)[:MOST_SOURCES]
    others = [f"{count(len(sources) - len(named))} more"] if len(sources) > len(named) else []
    said = "; ".join([*named, *others])
    return f"{count(len(counted))} of {plural(len(of_all), 'row')}{more}. {tests}. Sources: {said}."


def nothing_shown(hidden: int) -> str:
    """What stands in place of an empty table."""
    return f"No row matches these filters. {plural(hidden, 'row')} {'is' if hidden == 1 else 'are'} hidden."
