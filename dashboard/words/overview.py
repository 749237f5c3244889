"""The landing page in words: a paragraph and a caption written from all findings. Pure text, no Streamlit."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Sequence

from analysis.findings.finding import Finding
from analysis.findings.ranking import ORDER, strength
from analysis.records import SKILLS
from analysis.verdicts import CLAIMS, SHIFTS, TESTED, TURNS, UNTESTED, VERDICTS, Axis, Verdict, shown_along
from dashboard.text.markdown import Markdown
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


def of_kinds(findings: Iterable[Finding], kinds: Collection[str]) -> list[Finding]:
    """The findings whose verdict is of one of these kinds, in their order."""
    verdicts = {verdict for verdict in VERDICTS if kind_of_verdict(verdict) in kinds}
    return [finding for finding in findings if finding.result.verdict in verdicts]


def kind_word(kind: str, axis: Axis = "size") -> str:
    """'Inverse', 'Standard', 'Shift', …"""
    return next(shown_along(v, axis).word for v in VERDICTS if kind_of_verdict(v) == kind)


def counts(findings: Iterable[Finding]) -> dict[str, int]:
    """How many findings there are of each kind; kinds without any are absent, in the order of KINDS."""
    found: Counter[str] = Counter()
    for verdict, number in Counter(finding.result.verdict for finding in findings).items():
        found[kind_of_verdict(verdict)] += number
    return {kind: found[kind] for kind in KINDS if found[kind]}


def apart_from_controls(findings: Iterable[Finding]) -> list[Finding]:
    """What is counted: findings on real models, or all of them where there are only control models."""
    everything = list(findings)
    return [finding for finding in everything if not finding.is_control] or everything


def title(axis: str) -> str:
    """Question the landing page answers."""
    return "What changes with model size?" if axis == "size" else "What changes with RL steps?"


def paragraph(findings: Sequence[Finding], axis: str) -> Markdown:
    """How many pairs, how many tested, what the tests say, what is left out, the strongest.

    Controls are counted apart: they are no evidence about real models.
    """
    counted = apart_from_controls(findings)
    said, controls = _paragraph(counted, axis), len(findings) - len(counted)
    if counted and counted[0].is_control:
        return Markdown("**Control data, not evidence about real models.** {}").format(said)
    if not controls:
        return said
    verb = "is" if controls == 1 else "are"
    apart = Markdown("{} **{}** more {} of control data, at the end of the table and not counted here.")
    return apart.format(said, count(controls), verb)


def _paragraph(findings: Sequence[Finding], axis: str) -> Markdown:
    n = Counter(counts(findings))
    tested = [finding for finding in findings if finding.result.verdict in TESTED]
    pairs, needs = ("behaviour and family", "sizes") if axis == "size" else ("behaviour and model", "step counts")
    parts = [
        Markdown("Of **{}** {} {}, **{}** {} the four {} a test needs.").format(
            count(len(findings)), pairs, "pairs" if len(findings) != 1 else "pair",
            count(len(tested)), "has" if len(tested) == 1 else "have", needs,
        )
    ]  # fmt: skip
    if tested:
        grows = "as models grow" if axis == "size" else "as RL goes on"
        moves = Markdown(
            "**{}** {} in the undesirable direction {} and **{}** in the desirable one{}, at a false-discovery rate of "
            "5% within each result set; {}."
        )
        bad, good = n["inverse"], n["positive"]
        parts.append(moves.format(count(bad), _move(bad), grows, count(good), _of_skills(tested), _quiet(n)))
        parts += _bends(n)
    parts += _left_out(n, needs)
    trends = [f for f in tested if f.result.verdict in CLAIMS and f.result.verdict not in TURNS]
    strongest = min(trends, key=strength, default=None)
    if strongest is not None and (change := strongest.result.change_points) is not None:
        result = strongest.result
        interval = points_interval(result.change_points_low, result.change_points_high)
        where = f" {span(strongest)} {interval}".rstrip()
        said = Markdown("The strongest: {} in {}, **{} points**{}.")
        parts.append(said.format(strongest.title, strongest.name, signed_points(change), where))
    return Markdown(" ").join(parts)


def _of_skills(tested: Sequence[Finding]) -> Markdown:
    """Says how many of the desirable moves are skills, which are expected to grow."""
    skills = sum(1 for f in tested if f.group == SKILLS and f.result.verdict == "positive")
    return Markdown(" (**{}** of these are capability tasks)").format(count(skills)) if skills else Markdown()


def _move(number: int) -> str:
    return "moves" if number == 1 else "move"


def _quiet(n: Counter[str]) -> Markdown:
    flat, unclear = n["flat"], n["inconclusive"]
    return Markdown("**{}** {} flat and **{}** {} inconclusive").format(
        count(flat), "is" if flat == 1 else "are", count(unclear), "stays" if unclear == 1 else "stay"
    )


def _bends(n: Counter[str]) -> list[Markdown]:
    turns = Markdown("**{}** {}.")
    sentences = [turns.format(count(n[turn]), bend(turn, n[turn] != 1)) for turn in TURNS if n[turn]]
    if n["shift"]:
        neutral = "neutral one shifts" if n["shift"] == 1 else "neutral ones shift"
        sentences.append(turns.format(count(n["shift"]), neutral))
    return sentences


def _left_out(n: Counter[str], needs: str) -> list[Markdown]:
    clauses = []
    if n["left_out"]:
        verb = "is" if n["left_out"] == 1 else "are"
        out = Markdown("**{}** {} left out because models give a constant answer or too few questions were asked")
        clauses.append(out.format(count(n["left_out"]), verb))
    if n["insufficient"]:
        verb = "has" if n["insufficient"] == 1 else "have"
        clauses.append(Markdown("**{}** {} too few {}").format(count(n["insufficient"]), verb, needs))
    return [Markdown("; ").join(clauses) + "."] if clauses else []


def caption(shown: Sequence[Finding], everything: Sequence[Finding]) -> str:
    """Rows shown, tests counted, sources and licences of what is shown; control models apart."""
    counted = apart_from_controls(shown)
    only_controls = bool(counted) and counted[0].is_control
    of_all = [finding for finding in everything if finding.is_control == only_controls]
    tested = [finding for finding in of_all if finding.result.verdict in TESTED]
    sets = len({finding.result_set for finding in tested})
    origins = dict.fromkeys((finding.source, finding.licence) for finding in shown)
    sources = dict.fromkeys(
        f"{source} ({licence_text(licence)})" for source, licence in sorted(origins, key=lambda each: each[0])
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
