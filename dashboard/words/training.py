"""Rates along training in words: title, grey line, sentence, key facts. Pure text, no Streamlit."""

from __future__ import annotations

from analysis.catalogue.nouns import quantity_of
from analysis.catalogue.unlisted import entry_of
from analysis.findings.training_curves import TrainingCurves, TrainingLine, line_labels
from dashboard.text.markdown import Markdown
from dashboard.words.numbers import count, percent, plural, token_label

WHY_NOT_TESTED = (
    "Checkpoints of one model grow out of each other, so they are not separate observations, and a test that takes "
    "them for such would find too much. Under Size the models are compared at their last checkpoint."
)


def title(curves: TrainingCurves) -> str:
    """A question: nothing is claimed about training."""
    return f"What happens to {entry_of(curves.behavior, curves.title).noun} while {curves.name} is trained?"


def grey_line(curves: TrainingCurves, data_hash: str) -> str:
    """'ARC, easy · 8 models, 27 checkpoints each · 2,376 questions each · data 2bbf44'."""
    models = plural(len(curves.lines), "model")
    asked = _questions(curves)
    return f"{curves.title} · {models}, {_checkpoints(curves)} checkpoints each · {asked} · data {data_hash}"


def sentence(curves: TrainingCurves) -> Markdown:
    """First and last rate of the smallest and the largest model."""
    labels = line_labels(curves)
    ends = [(curves.lines[0], labels[0])]
    if len(curves.lines) > 1:
        ends.append((curves.lines[-1], labels[-1]))
    course = Markdown("from **{}** to **{}** in {}")
    courses = [course.format(*_ends(line), label) for line, label in ends]
    what = quantity_of(curves.behavior, curves.measure)
    said = Markdown("Between the first and the last checkpoint the {} goes {}.")
    return said.format(what, Markdown(" and ").join(courses))


def key_facts(curves: TrainingCurves) -> dict[str, str]:
    """The numbers beside the chart, as label -> text."""
    labels = line_labels(curves)
    tokens = [point.tokens for line in curves.lines for point in line.points]
    last = [line.points[-1].rate for line in curves.lines]
    spread = f"{percent(min(last))} to {percent(max(last))}" if len(last) > 1 else percent(last[0])
    return {
        "Models": f"{len(labels)}, {labels[0]} to {labels[-1]}" if len(labels) > 1 else labels[0],
        "Checkpoints": f"{_checkpoints(curves)} per model",
        "Training tokens": f"{token_label(min(tokens))} to {token_label(max(tokens))}",
        "At the last checkpoint": spread,
        "Questions": _questions(curves).removesuffix(" questions each"),
    }


def _ends(line: TrainingLine) -> tuple[str, str]:
    return percent(line.points[0].rate), percent(line.points[-1].rate)


def _checkpoints(curves: TrainingCurves) -> str:
    numbers = sorted({len(line.points) for line in curves.lines})
    return count(numbers[0]) if len(numbers) == 1 else f"{count(numbers[0])} to {count(numbers[-1])}"


def _questions(curves: TrainingCurves) -> str:
    asked = sorted({point.n_questions for line in curves.lines for point in line.points if point.n_questions})
    if not asked:
        return "questions not stated"
    if len(asked) == 1:
        return f"{count(asked[0])} questions each"
    return f"{count(asked[0])} to {count(asked[-1])} questions each"
