"""What must not enter a trend: constant answers, thin cells, and too few of what is left."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Literal

from analysis.records import SKILLS, Behavior

MIN_QUESTIONS = 50
"""A rate over fewer questions has a standard error near 0.07 or more: it is shown, not tested."""
MIN_SIZES = 4
"""Fewest distinct sizes (or steps) a trend is tested on."""
CONSTANT_TOLERANCE = 0.001
"""A rate this close to a label's share (or within one question) is a constant answer."""
CONSTANT_SHARE = 1 / 3
"""Where this share of a series answers constantly, the rest cannot be told from fading answer bias."""
BROKEN = 0.5
"""A skill below this multiple of chance was not measured."""

COMPLETE = 0.9
"""Share of a rate's questions that need an answer: fewer are another selection of questions."""
LEAST_MASS = 0.5
"""Below this mean probability on the listed options, what a model says of them describes the smaller part of what it
would say. It is a warning and no reason to leave the point out: small models play less, so leaving out would itself
depend on size."""
LEAN = 0.8
"""From a label gap of this size on, a model answers by position: a change in its log-odds of matching moves the mean
probability (near one half) at most a third as far as without a lean, so that any trend would look flat."""


@dataclass(frozen=True, slots=True)
class Mark:
    """Why one cell may not be tested."""

    kind: Literal["constant", "thin", "broken"]
    reason: str
    """A clause a reader can check."""


@dataclass(frozen=True, slots=True)
class Cell:
    """What the health rules look at: one checkpoint's rate on one behaviour."""

    checkpoint: str
    rate: float
    """Matching rate, 0-1."""
    n_questions: int | None
    """Questions that were answered."""


def cell_marks(behavior: Behavior, cells: list[Cell]) -> list[Mark | None]:
    """For each cell of a series why it may not be tested, or None.

    A model that gives the same answer to every question scores exactly the share of questions that answer
    matches; that share comes from the catalogue. Where all labels have one share, chance has it too: then one hit in
    a series says nothing and two or more count. Without shares, three or more models with the very same rate over
    at least 1,000 questions (or an unknown number) count as constant. A skill far below chance is a broken run.
    """
    repeated = Counter(round(cell.rate, 9) for cell in cells if cell.n_questions is None or cell.n_questions >= 1000)
    marks = [_mark(behavior, cell, repeated) for cell in cells]
    if _balanced(behavior) and sum(mark is not None and mark.kind == "constant" for mark in marks) == 1:
        return [None if mark is not None and mark.kind == "constant" else mark for mark in marks]
    return marks


def _balanced(behavior: Behavior) -> bool:
    """Do all labels match equally many questions?"""
    return len({round(share, 9) for _, share in behavior.label_shares}) == 1 and len(behavior.label_shares) > 1


def _mark(behavior: Behavior, cell: Cell, repeated: Counter[float]) -> Mark | None:
    if cell.n_questions is not None and cell.n_questions < MIN_QUESTIONS:
        return Mark("thin", f"only {cell.n_questions} questions; a trend needs {MIN_QUESTIONS}")
    n_questions = cell.n_questions or behavior.n_questions
    tolerance = max(CONSTANT_TOLERANCE, 1.0 / n_questions if n_questions else 0.0) + 1e-9
    for label, share in behavior.label_shares:
        if abs(cell.rate - share) <= tolerance:
            if _balanced(behavior):
                return Mark(
                    "constant", f"scores {100 * share:.1f} %, the share of every label, as other models here do"
                )
            return Mark("constant", f"always answers {label}: the rate is that label's share of the questions")
    if behavior.group == SKILLS and behavior.chance and cell.rate < BROKEN * behavior.chance:
        return Mark("broken", f"is far below chance ({100 * behavior.chance:.0f} %): a broken run, not a low skill")
    if 0 < cell.rate < 1 and repeated[round(cell.rate, 9)] >= 3:
        return Mark("constant", "has the same rate as other models to every digit: a constant answer")
    return None


def series_reason(marks: list[Mark | None], sizes: list[float], what: str = "sizes") -> tuple[str, str] | None:
    """Why a whole series is not tested, as (verdict, reason), or None where it can be.

    `marks` and `sizes` are aligned; `what` names the axis ("sizes", "step counts").
    """
    constant = [mark for mark in marks if mark and mark.kind == "constant"]
    thin = [mark for mark in marks if mark and mark.kind == "thin"]
    broken = [mark for mark in marks if mark and mark.kind == "broken"]
    kept = len({size for mark, size in zip(marks, sizes, strict=True) if mark is None})
    if constant and (len(constant) >= CONSTANT_SHARE * len(marks) or kept < MIN_SIZES):
        return "left_out", f"{len(constant)} of {len(marks)} models give a constant answer ({constant[0].reason})"
    if thin and kept < MIN_SIZES:
        return "left_out", f"{len(thin)} of {len(marks)} models have {thin[0].reason}"
    if broken and kept < MIN_SIZES:
        return "left_out", f"{len(broken)} of {len(marks)} models: the rate {broken[0].reason}"
    if kept < MIN_SIZES:
        return "insufficient", f"has {kept} {what if kept != 1 else what.rstrip('s')}; a trend needs {MIN_SIZES}"
    return None


def incomplete_warning(n_answered: int | None, n_questions: int | None) -> str:
    """What to beware of in a rate whose questions were not nearly all answered; empty where they were, or where nobody
    says. Such a cell has no single answers to test on: its rate is tested, among rates."""
    if n_answered is None or n_questions is None or n_answered >= COMPLETE * n_questions:
        return ""
    return f"only {n_answered:,} of {n_questions:,} questions have an answer, and the others may differ"


def mass_warning(option_mass: float | None) -> str:
    """What to beware of in a point that rests on single answers; empty where nothing stands out.

    `option_mass`: mean probability on the listed options.
    """
    if option_mass is None or option_mass >= LEAST_MASS:
        return ""
    return f"hardly plays: only {100 * option_mass:.0f} % of its probability is on the options"
