"""Sentences under and behind a chart: notes, source line, and what a screen reader says."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from analysis.findings.finding import Finding
from analysis.findings.training_curves import TrainingCurves
from analysis.verdicts import AxisKind
from dashboard.figures.spec import ORDINARY_HEIGHT, Line
from dashboard.words.numbers import licence_text, percent

CONTROL_MARK = "CONTROL"
"""Watermark of control models and made-up answers: a screenshot must never pass for evidence."""


ACROSS: dict[AxisKind, str] = {"size": "number of parameters", "rlhf": "RL steps", "training": "training tokens"}
"""What the rates are shown by."""


def watermark(findings: Iterable[Finding | TrainingCurves]) -> str:
    """'CONTROL' as soon as one finding comes from controls."""
    return CONTROL_MARK if any(finding.is_control for finding in findings) else ""


def heading(what: str, kind: AxisKind) -> str:
    """'Share of answers judged true, by number of parameters'; `what` is the rate's quantity."""
    return f"{what[:1].upper()}{what[1:]}, by {ACROSS[kind]}"


def provenance(findings: Iterable[Finding | TrainingCurves]) -> str:
    """'Source: ObsScaling, Apache‑2.0' from all sources that are on the chart."""
    sources = dict.fromkeys(
        f"{finding.source}, {licence_text(finding.licence)}" if finding.licence else finding.source
        for finding in findings
    )
    return f"Source: {'; '.join(sources)}" if sources else ""


def notes(
    lines: Sequence[Line], kind: AxisKind, *, marks_hide_intervals: bool = False, dotted: bool = True
) -> tuple[str, ...]:
    """Caption sentences: what points, lines, grey and hollow marks are, as far as the chart has them."""
    coloured = [line for line in lines if line.place is not None]
    points = [point for line in coloured for point in line.points]
    unit = {"size": "size", "rlhf": "step count", "training": "token count"}[kind]
    said = [_interval_note([point.method for point in points if point.lo is not None], marks_hide_intervals)]
    if any(point.lo is None for point in points):
        said.append("Points without a bar have no interval: hover says why.")
    if any(line.fit for line in coloured):
        dots = dotted and any(not part.inside for line in coloured for part in line.fit)
        beyond = f", dotted beyond the largest {unit}" if dots else ""
        said.append(f"Lines: fit on logits with 95% band{beyond}.")
    if kind == "training":
        said.append("One line per model size, faint to strong as size grows; lines only join the checkpoints.")
        said.append("Nothing is tested along training: no fit, no verdict.")
    elif any(line.ramp for line in coloured):
        said.append("One family: its series go from faint to strong in the order of their names.")
    if kind != "training" and any(
        not line.fit and len(line.points) > 1 and not line.has_replicates for line in coloured
    ):
        said.append("Thin lines only join the points: no fit, no verdict.")
    if any(line.has_replicates for line in coloured):
        said.append("Several models of one size are points of their own.")
    if any(line.place is None for line in lines):
        said.append("Grey: other series, named on hover.")
    if any(point.left_out for point in points):
        said.append("Hollow grey: left out of the test.")
    if kind == "rlhf":
        said.append("RL steps on a log(1 + s/25) scale.")
    if kind == "training":
        said.append("Training tokens on a log(1 + t/100M) scale.")
    unplaced = sum(len(line.unplaced) for line in lines)
    if unplaced:
        models = "1 model" if unplaced == 1 else f"{unplaced} models"
        said.append(f"{models} of unknown {unit} in the table only.")
    return tuple(sentence for sentence in said if sentence)


def _interval_note(methods: Sequence[str], hidden: bool) -> str:
    distinct = list(dict.fromkeys(methods))
    if not distinct:
        return ""
    tail = ", smaller than the marks here" if hidden else ""
    if len(distinct) == 1 and " " not in distinct[0]:
        return f"Points: {distinct[0]} 95% intervals{tail}."
    return f"Points: 95% intervals ({' or '.join(distinct)}){tail}."


def alt_text(title: str, heading: str, lines: Sequence[Line], chance: float | None) -> str:
    """Alternative text: first and last rate of every line in colour, then what else is there."""
    sentences = [f"Chart of {title}. {heading}."]
    sentences += [course(line) for line in reversed(lines) if line.place is not None and line.points]
    grey = [line.name for line in lines if line.place is None]
    if grey:
        sentences.append(f"In grey: {', '.join(sorted(grey))}.")
    if chance is not None:
        sentences.append(f"Chance is {percent(chance, 0)}.")
    return " ".join(sentences)


def course(line: Line) -> str:
    """'Pythia falls from 47.5% at 70M to 33.0% at 12B.'."""
    first, last = line.points[0], line.points[-1]
    if len(line.points) == 1:
        return f"{line.name}: {percent(first.y)} at {first.label}."
    verb = "goes" if abs(last.y - first.y) < 0.005 else "rises" if last.y > first.y else "falls"
    return f"{line.name} {verb} from {percent(first.y)} at {first.label} to {percent(last.y)} at {last.label}."


def intervals_hidden(lines: Sequence[Line], y_range: tuple[float, float]) -> bool:
    """True where no interval in colour reaches out of its mark, on a plot of ordinary height."""
    scale = ORDINARY_HEIGHT / (y_range[1] - y_range[0])
    widths = [
        (max(point.hi - point.y, point.y - point.lo) * scale, line.marker_size / 2)
        for line in lines
        if line.place is not None
        for point in line.points
        if point.lo is not None and point.hi is not None
    ]
    return bool(widths) and all(width <= radius for width, radius in widths)
