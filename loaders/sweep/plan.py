"""The plan of a sweep: jobs (checkpoint x evaluation x prompt style), each with a key that decides its answers."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from loaders.sweep.sweep_file import Sweep, SweepEvaluation
from loaders.sweep.targets import Target

KEY_VERSION = 1
"""Raised when the same job would give other answers."""
_NO_MATTER = frozenset({"batch_tokens", "concurrency", "threads", "timeout_s", "max_retries", "pause_s"})
"""Options of backends that change speed, not answers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One checkpoint on one evaluation in one prompt style."""

    target: Target
    evaluation: SweepEvaluation
    prompt_style: str
    key: str
    """SHA-256 of everything that decides the answers."""


def jobs_of(sweep: Sweep) -> tuple[Job, ...]:
    """Every job, checkpoint by checkpoint in the file's order."""
    return tuple(
        Job(target=target, evaluation=evaluation, prompt_style=style, key=_key(sweep, target, evaluation, style))
        for target in sweep.targets
        for evaluation in sweep.evaluations
        for style in evaluation.prompt_styles
    )


def by_checkpoint(jobs: Sequence[Job]) -> list[tuple[Job, ...]]:
    """The jobs of each checkpoint, so that a model is loaded once for all of them."""
    return [tuple(group) for _, group in groupby(jobs, key=lambda job: job.target.checkpoint.name)]


def plan_table(jobs: Sequence[Job], cached: frozenset[str]) -> str:
    """What will run and what is there already (keys in `cached`): a line a checkpoint."""
    rows = [("checkpoint", "evaluations", "stored", "to run", "questions to ask")]
    for group in by_checkpoint(jobs):
        todo = [job for job in group if job.key not in cached]
        asked = sum(job.evaluation.n_questions for job in todo)
        name = group[0].target.checkpoint.name
        rows.append((name, f"{len(group):,}", f"{len(group) - len(todo):,}", f"{len(todo):,}", f"{asked:,}"))
    widths = [max(len(row[place]) for row in rows) for place in range(len(rows[0]))]
    return "\n".join(
        "  ".join(
            [row[0].ljust(widths[0]), *(cell.rjust(width) for cell, width in zip(row[1:], widths[1:], strict=True))]
        )
        for row in rows
    )


def _key(sweep: Sweep, target: Target, evaluation: SweepEvaluation, prompt_style: str) -> str:
    """Device and dtype are part of it, as written: on another device the same weights round differently."""
    asked = sweep.limit if sweep.limit is not None and sweep.limit <= evaluation.n_questions else None
    decides = {
        "version": KEY_VERSION,
        "weights": target.identity,
        "evaluation": [evaluation.name, evaluation.sha256],
        "prompt_style": prompt_style,
        "questions": [asked, sweep.seed if asked is not None else None],
        "backend": target.backend,
        "options": {name: value for name, value in sweep.options.items() if name not in _NO_MATTER},
        "device": sweep.device,
        "dtype": sweep.dtype,
    }
    return hashlib.sha256(json.dumps(decides, sort_keys=True, default=str).encode()).hexdigest()
