"""One checkpoint's jobs, one after the other with the model loaded once: what every executor runs."""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TypeVar

import pandas as pd

from analysis.errors import ScalewatchError
from analysis.records import Question
from loaders.backends import AnswerScorer, open_scorer
from loaders.sweep.plan import Job
from loaders.sweep.sweep_file import Sweep

T = TypeVar("T")
_logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a job: its answers, or why there are none."""

    job: Job
    answers: pd.DataFrame | None
    """ANSWERS rows in the order of the questions."""
    reason: str = ""


Outcomes = Generator[Outcome, None, None]


def score_checkpoint(
    sweep: Sweep,
    jobs: Sequence[Job],
    questions: Callable[[Job], Sequence[Question]],
    tick: Callable[[int], object] = lambda answered: None,
) -> Outcomes:
    """An outcome for every job of one checkpoint, each as soon as it is known; `tick` hears of answered questions.

    Whatever goes wrong is the outcome of the jobs it concerns, so that the rest of a sweep goes on.
    """
    target = jobs[0].target
    scorer, reason = _tried(
        f"{target.checkpoint.name} cannot be loaded",
        lambda: open_scorer(
            target.model, target.revision, device=sweep.device, dtype=sweep.dtype, batch_tokens=sweep.batch_tokens,
            backend=target.backend, **sweep.options,
        ),
    )  # fmt: skip
    if scorer is None:
        yield from (Outcome(job, None, reason) for job in jobs)
        return
    with contextlib.closing(scorer):
        for job in jobs:
            what = f"{job.evaluation.name} cannot be scored"
            yield Outcome(job, *_tried(what, partial(_answers, scorer, job, questions, tick)))


def _tried(what: str, act: Callable[[], T]) -> tuple[T | None, str]:
    """What `act` gives, or None and the reason; an error no user causes is logged with its traceback."""
    try:
        return act(), ""
    except ScalewatchError as error:
        return None, str(error)
    except Exception as error:
        _logger.exception(what)
        return None, f"{what}: {type(error).__name__}: {error}"


def _answers(
    scorer: AnswerScorer, job: Job, questions_of: Callable[[Job], Sequence[Question]], tick: Callable[[int], object]
) -> pd.DataFrame:
    questions, parts = questions_of(job), []
    for part in scorer.stream(questions, job.prompt_style, evaluation=job.evaluation.name):
        parts.append(part)
        tick(len(part))
    order = {question.id: place for place, question in enumerate(questions)}
    answers = pd.concat(parts, ignore_index=True)
    answers = answers.iloc[answers["question_id"].map(order).argsort()].reset_index(drop=True)
    if (reasons := answers["missing_reason"]).notna().all():
        raise ScalewatchError(f"no question could be scored; the first: {reasons.iloc[0]}")
    return answers
