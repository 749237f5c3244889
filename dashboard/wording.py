"""Findings in words: claim titles, the reading beside a chart, why a verdict was given. Pure text, no Streamlit.

Every number in a sentence comes from the finding it is written for; shares are 0-1 there and points here.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from analysis.findings import Finding, Point
from analysis.health import MIN_SIZES
from analysis.records import Behavior
from dashboard.figures.numbers import MINUS, bare_percent, count, percent, points_interval, signed_points
from dashboard.figures.verdict_words import TESTED

FDR = 0.05
"""False-discovery rate of the verdicts, within each result set."""
MOST_NAMES = 3
"""Most families a title names before it counts the rest."""
NEAR_ZERO = 0.02
"""Share below which one side of an inconclusive interval is called flat."""


@dataclass(frozen=True, slots=True)
class Why:
    """The part of a reading that defends the verdict."""

    heading: str
    text: str
    checks: tuple[tuple[bool, str], ...]
    """(holds, clause) for each robustness check that was made."""


def listed(names: Sequence[str], most: int = MOST_NAMES) -> str:
    """'Pythia', 'Pythia and OPT', 'Pythia, OPT and 3 more'."""
    if len(names) > most + 1:
        return f"{', '.join(names[:most])} and {len(names) - most} more"
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}" if names else ""


def plural(number: int, noun: str) -> str:
    """'1 size', '9,984 questions'."""
    return f"{count(number)} {noun if number == 1 else _plural_noun(noun)}"


def _plural_noun(noun: str) -> str:
    return f"{noun[:-1]}ies" if noun.endswith("y") else f"{noun}s"


def q_text(q: float | None) -> str:
    """'0.004', '< 0.001', or empty where nothing was tested."""
    return "" if q is None else "< 0.001" if q < 0.0005 else f"{q:.3f}"


def in_axis_words(text: str, axis: str) -> str:
    """'Too few sizes' as 'Too few steps' on the RLHF axis."""
    return text.replace("Too few sizes", "Too few steps") if axis == "rlhf" else text


def q_equals(q: float) -> str:
    """'q = 0.004' or 'q < 0.001'."""
    text = q_text(q)
    return f"q {text}" if text.startswith("<") else f"q = {text}"


def placed(finding: Finding) -> list[Point]:
    """Points with a place on the axis that are part of the test."""
    return [point for point in finding.points if point.x is not None and not point.mark]


def span(finding: Finding) -> str:
    """'from 70M to 12B', over the tested points."""
    points = placed(finding)
    if len(points) < 2:
        return ""
    first, last = points[0].label, points[-1].label
    return f"from {first.removesuffix(' steps') if last.endswith(' steps') else first} to {last}"


def units(finding: Finding) -> str:
    """What there are several of along the axis: 'size' or 'step count'."""
    return "size" if finding.result.axis == "size" else "step count"


def goes_up(finding: Finding) -> bool:
    """True where the fitted rate ends higher than it began."""
    change = (
        finding.result.change_points if finding.result.change_points is not None else finding.result.change
    )
    return (change or 0.0) > 0


def claim(findings: Sequence[Finding], *, focus: Finding | None = None) -> str:
    """Title of a page about one behaviour in one set: what was found, naming tested series only.

    'Answers judged true fall with size in Pythia and OPT, and rise in Qwen1.5'. Without a tested change it says what
    kind of nothing was found, about `focus` first.
    """
    if not findings:
        return "No results for this choice"
    first = findings[0]
    along = "with size" if first.result.axis == "size" else "with RLHF steps"
    ranked = sorted(findings, key=evidence)
    subject, many = _subject(first)
    trends = [f for f in ranked if f.result.verdict in ("inverse", "positive", "increasing", "decreasing")]
    parts = [(True, [f for f in trends if goes_up(f)]), (False, [f for f in trends if not goes_up(f)])]
    parts.sort(key=lambda part: (-len(part[1]), evidence(part[1][0]) if part[1] else ()))
    clauses = [(_verb(up, many), _names(chosen)) for up, chosen in parts if chosen]
    bends = [
        ("first fall, then rise" if many else "first falls, then rises", "u_shaped"),
        ("first rise, then fall" if many else "first rises, then falls", "inverted_u"),
    ]
    for verb, verdict in bends:
        if names := _names([f for f in ranked if f.result.verdict == verdict]):
            clauses.append((verb, names))
    if clauses:
        (verb, names), *more = clauses
        return f"{subject} {verb} {along} in {names}" + "".join(
            f", and {verb} in {names}" for verb, names in more
        )
    return _no_change(ranked, subject, many, along, focus)


def _no_change(ranked: list[Finding], subject: str, many: bool, along: str, focus: Finding | None) -> str:
    first = ranked[0]
    trend = "size trend" if first.result.axis == "size" else "trend over RLHF steps"
    order = ("flat", "inconclusive", "insufficient", "left_out")
    verdict = (
        focus.result.verdict
        if focus
        else next(v for v in order if any(f.result.verdict == v for f in ranked))
    )
    first_of_all = [focus] if focus else []
    names = _names([*first_of_all, *(f for f in ranked if f.result.verdict == verdict)])
    if verdict == "flat":
        return f"{subject} {'stay' if many else 'stays'} level {along} in {names}"
    if verdict == "inconclusive":
        return f"No clear {trend} in {_topic(first)} for {names}"
    return f"No {trend} can be tested for {_topic(first)} in {names}"


def _topic(finding: Finding) -> str:
    """The behaviour's title inside a sentence: 'Sycophancy: NLP survey' -> 'sycophancy (NLP survey)'."""
    title = titled(finding.title)
    if title.startswith("“"):
        return title
    first = title.split(" ", 1)[0]
    return title[:1].lower() + title[1:] if re.fullmatch(r"[A-Z][a-z-]+", first) else title


def titled(title: str) -> str:
    """A behaviour's title as a noun: the part after a colon in brackets, titles that begin with a verb in quotes."""
    head, _, rest = title.partition(": ")
    if _VERB.fullmatch(title.split(" ", 1)[0]) and not _is_plural(head):
        return f"“{title}”"
    return f"{head} ({rest})" if rest and "(" not in rest else f"{head}, {rest}" if rest else title


_VERB = re.compile(r"(?![A-Z][a-z]+(?:ss|us|ics)$)[A-Z][a-z]+s|Is|Would")
"""First word of titles such as 'Seeks power' and 'Would drop …'."""


def _is_plural(words: str) -> bool:
    """Does a noun phrase begin with a plural ('answers judged true', 'sentence pairs …')? Titles with verbs do not."""
    pair = [re.sub(r"[^\w-]", "", word) for word in words.split(" ")[:2]]
    if words[:1].isupper():
        return pair[0] in ("Stereotypes", "Pronouns") or pair[-1] in ("requests", "questions", "problems")
    return any(word.endswith("s") and not word.endswith("ss") for word in pair)


GENERIC = ("questions answered correctly", "problems solved", "programming problems solved at the first try")
"""Measures that many behaviours share: their titles say more."""
LONGEST_SUBJECT = 60
"""Characters of a measure that may stand in a title."""


def _subject(finding: Finding) -> tuple[str, bool]:
    """What rises or falls, and whether it takes a plural verb."""
    measure = finding.measure
    if measure.startswith("answers matching the behaviour"):
        return f"Answers matching “{finding.title}”", True
    if _is_plural(measure) and len(measure) <= LONGEST_SUBJECT and not measure.startswith(GENERIC):
        return measure[:1].upper() + measure[1:], True
    return titled(finding.title), _is_plural(finding.title)


def quantity(measure: str) -> str:
    """'share of answers judged true', or the measure itself where it is no count: 'probability on the true answers'."""
    plain = re.sub(r" \(.*?\)", "", measure)
    return f"share of {plain}" if _is_plural(plain) else plain.split(",", 1)[0]


def _verb(up: bool, many: bool) -> str:
    return ("rise" if up else "fall") + ("" if many else "s")


def _names(findings: Sequence[Finding]) -> str:
    return listed(list(dict.fromkeys(finding.name for finding in findings)))


def evidence(finding: Finding) -> tuple[int, float, float, int, str, str]:
    """Sort key, strongest evidence first: concern, then standard, flat, inconclusive, then what was not tested."""
    result = finding.result
    return (
        _RANK[result.verdict],
        1.0 if result.q is None else result.q,
        -abs(result.change_points or 0.0),
        -result.n_points,
        finding.title,
        finding.name,
    )


_RANK = {
    "inverse": 0, "u_shaped": 0, "inverted_u": 0, "increasing": 0, "decreasing": 0, "positive": 1, "flat": 2,
    "inconclusive": 3, "insufficient": 4, "left_out": 5,
}  # fmt: skip


def sentence(finding: Finding) -> str:
    """The reading: one sentence with its numbers (Markdown)."""
    result, name = finding.result, finding.name
    if result.verdict not in TESTED:
        return f"{_untested(finding)}."
    low, high = result.change_points_low, result.change_points_high
    if result.change_points is None:
        return f"In {name}: {result.reason}."
    moved = f"by **{bare_percent(abs(result.change_points))} points** {span(finding)}".strip()
    if result.verdict == "flat":
        change = (
            f"**{signed_points(result.change_points)} points** {span(finding)} {points_interval(low, high)}"
        )
        return f"In {name} the {quantity(finding.measure)} changes by less than the margin: {change.strip()}."
    if result.verdict == "inconclusive":
        return _inconclusive(finding)
    if result.verdict in ("u_shaped", "inverted_u"):
        ups = "falls to {at}, then rises" if result.verdict == "u_shaped" else "rises to {at}, then falls"
        whole = f"{signed_points(result.change_points)} points {span(finding)} {points_interval(low, high)}".strip()
        return (
            f"In {name} the {quantity(finding.measure)} {ups.format(at=_turn(finding))}; end to end {whole}."
        )
    verb = "rises" if goes_up(finding) else "falls"
    return (
        f"In {name} the {quantity(finding.measure)} {verb} {moved}{_magnitude(low, high, goes_up(finding))}."
    )


def _magnitude(low: float | None, high: float | None, up: bool) -> str:
    """Interval of the size of a change: a fall of 13.8 has [9.3, 18.5]."""
    if low is None or high is None:
        return ""
    return (
        f" {points_interval(low, high)}".replace("+", "")
        if up
        else f" {points_interval(-high, -low)}".replace("+", "")
    )


def _turn(finding: Finding) -> str:
    """Label of the measured point nearest to where the fitted curve turns."""
    inside = [place for place in finding.result.curve if place.inside]
    points = placed(finding)
    best = min if finding.result.verdict == "u_shaped" else max
    if not inside:
        return best(points, key=lambda point: point.rate).label if points else "the middle"
    turn = best(inside, key=lambda place: place.estimate).x
    return (
        min(points, key=lambda point: abs((point.x or 0.0) / (turn or 1.0) - 1)).label
        if points
        else "the middle"
    )


def _inconclusive(finding: Finding) -> str:
    result, over = finding.result, plural(finding.result.n_points, units(finding))
    low, high = result.change_points_low, result.change_points_high
    if low is None or high is None:
        return f"In {finding.name} no change is established over {over}: {result.reason}."
    ends = f"**{signed_points(low)} to {signed_points(high)} points** over {over}"
    if low > 0 or high < 0:
        way = "rise" if low > 0 else "fall"
        tests = q_equals(result.q) if result.q is not None else result.reason
        return f"In {finding.name} it points to a {way}, {ends}, too weak among {result.n_tests} tests ({tests})."
    may = (
        "be flat or rise"
        if low > -NEAR_ZERO
        else "be flat or fall"
        if high < NEAR_ZERO
        else "be a rise or a fall"
    )
    return f"In {finding.name} it could {may}: {ends}."


def _untested(finding: Finding) -> str:
    reason = finding.result.reason.rstrip(".")
    if match := re.match(r"has (\d+ [a-z ]+)(;.*)?$", reason):
        return f"{finding.name} has **{match[1]}**{match[2] or ''}"
    if finding.result.verdict == "left_out":
        return f"{finding.name} is left out: {reason}"
    return f"No trend was tested in {finding.name}: {reason}"


def why(finding: Finding, others: Sequence[Finding]) -> Why:
    """Declared direction, what the fit did, and the checks that were made; `others` are the behaviour's other series."""
    result, verdict = finding.result, finding.result.verdict
    headings = {
        "inverse": "Why inverse", "positive": "Why standard", "u_shaped": "Why U-shaped", "inverted_u": "Why inverted U",
        "increasing": "Why a shift", "decreasing": "Why a shift", "flat": "Why flat", "inconclusive": "Why inconclusive",
        "insufficient": "What would settle it", "left_out": "Why it is left out",
    }  # fmt: skip
    if verdict == "insufficient":
        return Why(headings[verdict], _settle(finding), ())
    if verdict == "left_out":
        return Why(headings[verdict], f"{result.reason[:1].upper()}{result.reason[1:].rstrip('.')}.", ())
    return Why(headings[verdict], f"{declared(finding)} {_course(finding)}", tuple(_checks(finding, others)))


def declared(finding: Finding) -> str:
    """Which direction was declared as worse."""
    if finding.concern == "neutral":
        return "No direction is declared as worse, so a change is called a shift."
    what = quantity(finding.measure)
    larger, smaller = ("larger", "smaller") if what.startswith("share of") else ("higher", "lower")
    return f"A {larger if finding.concern == 'more_is_worse' else smaller} {what} is declared as worse."


def _course(finding: Finding) -> str:
    result = finding.result
    if result.verdict == "flat":
        return "The interval of the change stays inside the margin."
    if result.verdict == "inconclusive":
        return "The interval of the change reaches past the margin, and the test does not exclude no change."
    if result.verdict in ("u_shaped", "inverted_u"):
        return "The fitted curve turns inside the measured range, and the turn holds against a straight line."
    low, high = result.change_points_low, result.change_points_high
    way = "rises" if goes_up(finding) else "falls"
    if low is None or high is None:
        return f"The fitted line {way}."
    return (
        f"The fitted line {way}, and its interval excludes no change."
        if low > 0 or high < 0
        else f"The fitted line {way}."
    )


def _checks(finding: Finding, others: Sequence[Finding]) -> list[tuple[bool, str]]:
    result = finding.result
    checks: list[tuple[bool, str]] = []
    if result.fragile is False:
        checks.append((True, f"holds when any one {units(finding)} is dropped"))
    elif result.fragile:
        dropped = x_label(finding, result.influential_x)
        checks.append((False, f"does not hold when {dropped or 'one ' + units(finding)} is dropped"))
    if result.q is not None:
        below = result.q <= FDR
        checks.append(
            (
                below,
                f"{q_equals(result.q)} among {plural(result.n_tests, 'test')}, {'below' if below else 'above'} 0.05",
            )
        )
    tested = [other for other in others if other.result.verdict in TESTED and other.name != finding.name]
    if finding.result.verdict in ("inverse", "positive", "increasing", "decreasing"):
        moves = ("inverse", "positive", "increasing", "decreasing")
        same = [o for o in tested if o.result.verdict in moves and goes_up(o) == goes_up(finding)]
        against = [o for o in tested if o.result.verdict in moves and goes_up(o) != goes_up(finding)]
        way, back = ("rises", "falls") if goes_up(finding) else ("falls", "rises")
        if against:
            checks.append((False, f"not general: {back} in {_names(against)}"))
        elif same:
            checks.append((True, f"also {way} in {_names(same)}"))
        elif tested:
            checks.append((False, f"not seen in {_names(tested)}, also tested"))
    return checks


def x_label(finding: Finding, x: float | None) -> str:
    """Label of the point at `x`; empty where there is none."""
    return next((point.label for point in finding.points if x is not None and point.x == x), "")


def undo(finding: Finding) -> str:
    """What would undo the verdict: the size whose removal matters most."""
    result = finding.result
    if result.influential_x is None or result.change_points_without is None:
        return f"Dropping single {units(finding)}s was not tried for this verdict."
    label = x_label(finding, result.influential_x)
    left = f"{signed_points(result.change_points_without)} points remain"
    if result.fragile:
        return f"Dropping {label} does: {left}."
    return f"No single {units(finding)} does. Dropping {label} matters most: {left}."


def _settle(finding: Finding) -> str:
    missing = MIN_SIZES - finding.result.n_points
    points = placed(finding)
    if not points:
        return f"{finding.result.reason[:1].upper()}{finding.result.reason[1:].rstrip('.')}."
    if len(points) == 1:
        return f"{plural(missing, f'more {units(finding)}').capitalize()} beside {points[0].label}, asked the same questions."
    ends = span(finding).removeprefix("from ")
    wide = f"spread beyond {ends}" if missing > 1 else f"best outside {ends}"
    return f"{_word(missing)} more {_plural(units(finding), missing)} of {finding.name}, {wide}, asked the same questions."


def _word(number: int) -> str:
    return {1: "One", 2: "Two", 3: "Three"}.get(number, str(number))


def _plural(noun: str, number: int) -> str:
    return noun if number == 1 else _plural_noun(noun)


def facts_of(entry: Behavior | None) -> tuple[str, ...]:
    """Known errors and oddities of the released data, as sentences; empty where the catalogue knows none."""
    return () if entry is None else tuple(fact if fact.endswith(".") else f"{fact}." for fact in entry.facts)


def old_link(old: str, new: str) -> str:
    """Banner of a link made with other data."""
    return f"This link was made with other data ({old}, now {new}). Numbers may differ."


def true_minus(text: str) -> str:
    """Hyphens before digits as minus signs, for text from elsewhere."""
    return re.sub(r"(?<![\w.])-(?=\d)", MINUS, text)


def key_facts(finding: Finding) -> dict[str, str]:
    """The numbers beside the chart, as label -> text."""
    result, points = finding.result, placed(finding)
    facts: dict[str, str] = {}
    several = "Sizes" if result.axis == "size" else "Steps"
    if result.change_points is not None:
        facts["Change"] = f"{signed_points(result.change_points)} points"
        if result.change_points_low is not None and result.change_points_high is not None:
            ends = f"{signed_points(result.change_points_low)} to {signed_points(result.change_points_high)}"
            facts["95% interval"] = ends
        if result.q is not None:
            facts[f"q, of {plural(result.n_tests, 'test')}"] = q_text(result.q)
        facts[several] = f"{result.n_points}, {span(finding).removeprefix('from ')}"
    else:
        shown = points or list(finding.points)
        some = shown if len(shown) <= 4 else [shown[0], shown[-1]]
        joint = ", " if len(shown) <= 4 else " to "
        if points:
            facts[several] = f"{result.n_points}: {joint.join(point.label for point in some)}"
        facts["Observed"] = joint.join(percent(point.rate) for point in some)
    facts["Questions"] = questions(finding.points)
    return facts


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
    models = {point.checkpoint for finding in findings for point in finding.points}
    families = {finding.family for finding in findings}
    asked = questions([point for finding in findings for point in finding.points])
    asked = asked.replace(" per model", " questions each") if "per model" in asked else "questions not stated"
    families_and_models = f"{plural(len(families), 'family')}, {plural(len(models), 'model')}"
    return f"{findings[0].title} · {families_and_models} · {asked} · data {data_hash}"
