"""Findings in words: claim titles, names, numbers. Pure text, no Streamlit.

Every number in a sentence comes from the finding it is written for; shares are 0-1 there and points here.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from analysis.catalogue.nouns import subject_of
from analysis.catalogue.unlisted import entry_of
from analysis.findings.finding import Finding, Point
from analysis.findings.ranking import strength
from analysis.records import model_and_revision
from analysis.verdicts import CLAIMS, MOVES, TURNS, UNTESTED, Axis, Turn, Verdict, shown_along
from dashboard.text.plain import one_line, shortened
from dashboard.words.numbers import MINUS, count, plural

LISTED = 80
"""Characters of a name in a list of names."""
METRIC_DEPENDENT = "Metric-dependent"
"""Badge and note where another way to score the same answers would claim something else."""
MOST_NAMES = 3
"""Most families a title names before it counts the rest."""


def listed(names: Sequence[str], most: int = MOST_NAMES) -> str:
    """'Pythia', 'Pythia and OPT', 'Pythia, OPT and 3 more'; names with commas are parted by semicolons."""
    names = [shortened(one_line(name), LISTED) for name in names]
    sep = "; " if any(", " in name for name in names) else ", "
    if len(names) > most + 1:
        return f"{sep.join(names[:most])} and {len(names) - most} more"
    return names[0] if len(names) == 1 else f"{sep.join(names[:-1])} and {names[-1]}" if names else ""


def verdict_text(verdict: Verdict, axis: Axis = "size", *, fragile: bool | None = None) -> str:
    """Table cell: '◆  Inverse', or '◆  Inverse, fragile' where dropping one size undoes it."""
    text = shown_along(verdict, axis).text
    return f"{text}, fragile" if fragile and verdict in CLAIMS else text


def q_text(q: float | None) -> str:
    """'0.004', '< 0.001', or empty where nothing was tested."""
    return "" if q is None else "< 0.001" if q < 0.0005 else f"{q:.3f}"


def q_equals(q: float) -> str:
    """'q = 0.004' or 'q < 0.001'."""
    text = q_text(q)
    return f"q {text}" if text.startswith("<") else f"q = {text}"


def span(finding: Finding) -> str:
    """'from 70M to 12B', over the tested points."""
    points = finding.tested_points
    if len(points) < 2:
        return ""
    first, last = points[0].label, points[-1].label
    return f"from {first.removesuffix(' steps') if last.endswith(' steps') else first} to {last}"


def units(finding: Finding) -> str:
    """What there are several of along the axis: 'size' or 'step count'."""
    return "size" if finding.result.axis == "size" else "step count"


def label_at(finding: Finding, x: float | None) -> str:
    """Label of the point at `x`; empty where there is none."""
    return next((point.label for point in finding.points if x is not None and point.x == x), "")


def claim(findings: Sequence[Finding], *, focus: Finding | None = None) -> str:
    """Title of a page about one behaviour in one set: what was found, naming tested series only.

    'Answers judged true fall with size in Pythia and OPT, and rise in Qwen1.5'. Without a tested change it
    says what kind of nothing was found, about `focus` first.
    """
    if not findings:
        return "No results for this choice"
    first = findings[0]
    along = "with size" if first.result.axis == "size" else "with RL steps"
    ranked = sorted(findings, key=strength)
    subject, many = subject_of(first.behavior, first.title, first.measure)
    trends = [f for f in ranked if f.result.verdict in MOVES]
    parts = [(True, [f for f in trends if f.rises]), (False, [f for f in trends if not f.rises])]
    parts.sort(key=lambda part: (-len(part[1]), strength(part[1][0]) if part[1] else ()))
    clauses = [(_verb(up, many), listed_names(chosen)) for up, chosen in parts if chosen]
    turned = {turn: listed_names([f for f in ranked if f.result.verdict == turn]) for turn in TURNS}
    clauses += [(bend(turn, many), names) for turn, names in turned.items() if names]
    if clauses:
        (verb, names), *more = clauses
        return f"{subject} {verb} {along} in {names}" + "".join(f", and {verb} in {names}" for verb, names in more)
    return _no_change(ranked, subject, many, along, focus)


def _no_change(ranked: list[Finding], subject: str, many: bool, along: str, focus: Finding | None) -> str:
    first = ranked[0]
    trend = "size trend" if first.result.axis == "size" else "trend over RL steps"
    verdict = (focus or first).result.verdict
    first_of_all = [focus] if focus else []
    these = [*first_of_all, *(f for f in ranked if f.result.verdict == verdict)]
    families = verdict in UNTESTED and first.result.axis == "size"
    names = listed(list(dict.fromkeys(f.family for f in these))) if families else listed_names(these)
    if verdict == "flat":
        return f"{subject} {'stay' if many else 'stays'} level {along} in {names}"
    noun = entry_of(first.behavior, first.title).noun
    if verdict == "inconclusive":
        return f"No clear {trend} in {noun} for {names}"
    return f"No {trend} can be tested for {noun} in {names}"


SHORT = 30
"""Characters of a title that a table column shows."""


def short_titles(titles: Sequence[str]) -> dict[str, str]:
    """Long titles without their brackets, or with less in them, as far as all stay different."""
    full = dict.fromkeys(titles)
    short = {title: title for title in full}
    for shorten in (_less_in_brackets, _no_brackets):
        tried = {title: shorten(title) if len(short[title]) > SHORT else short[title] for title in full}
        taken = Counter(tried.values())
        short = {title: new if taken[new] == 1 else short[title] for title, new in tried.items()}
    return short


def _less_in_brackets(title: str) -> str:
    return re.sub(r"\(([^,()]+),[^()]*\)$", r"(\1)", title)


def _no_brackets(title: str) -> str:
    return re.sub(r" \([^()]*\)$", "", title)


def _verb(up: bool, many: bool) -> str:
    return ("rise" if up else "fall") + ("" if many else "s")


def bend(turn: Turn, many: bool) -> str:
    """'first falls, then rises', or for a plural 'first fall, then rise'."""
    first, then = ("fall", "rise") if turn == "u_shaped" else ("rise", "fall")
    return f"first {first}, then {then}" if many else f"first {first}s, then {then}s"


def listed_names(findings: Sequence[Finding]) -> str:
    """Names of the series, each once: 'Pythia, OPT and 3 more'."""
    return listed(list(dict.fromkeys(finding.short_name for finding in findings)))


def no_places(finding: Finding) -> str:
    """What stands in place of a chart without a single placed point."""
    what = "size" if finding.result.axis == "size" else "number of steps"
    return f"No model here has a known {what}: the numbers are a table."


def old_link(old: str, new: str) -> str:
    """Banner of a link made with other data."""
    return f"This link was made with other data ({old}, now {new}). Numbers may differ."


def true_minus(text: str) -> str:
    """Hyphens before digits as minus signs, for text from elsewhere."""
    return re.sub(r"(?<![\w.])-(?=\d)", MINUS, text)


def questions(points: Sequence[Point]) -> str:
    """'817 per model', '351 to 998', or that nobody says."""
    asked = sorted({point.n_questions for point in points if point.n_questions is not None})
    if not asked:
        return "not stated by the source"
    if len(asked) == 1:
        return f"{count(asked[0])} per model"
    return f"{count(asked[0])} to {count(asked[-1])} per model"


def grey_line(findings: Sequence[Finding], data_hash: str) -> str:
    """'TruthfulQA · 12 families, 65 models · 817 questions each · data 3f9c1e'."""
    checkpoints = {point.checkpoint for finding in findings for point in finding.points}
    models = {point.model for finding in findings for point in finding.points}
    families = {finding.family for finding in findings}
    asked = questions([point for finding in findings for point in finding.points])
    asked = asked.replace(" per model", " questions each") if "per model" in asked else "questions not stated"
    parts = [findings[0].title, f"{plural(len(families), 'family')}, {plural(len(models), 'model')}"]
    steps = {model_and_revision(name)[1] or "" for name in checkpoints}
    if len(steps) == 1 and (step := steps.pop()).startswith("step"):
        parts.append(f"all at training step {count(int(step.removeprefix('step')))}")
    elif len(checkpoints) > len(models):
        parts.append(plural(len(checkpoints), "checkpoint"))
    return " · ".join([*parts, asked, f"data {data_hash}"])
