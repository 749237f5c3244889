"""Runs a sweep: what is not stored yet is scored, stored at once, and published as it comes."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from analysis.errors import ScalewatchError
from loaders.store.store import Store
from loaders.sweep.plan import Job, jobs_of
from loaders.sweep.publish import Publisher
from loaders.sweep.scoring import Outcome, Outcomes
from loaders.sweep.serial_executor import run_serial
from loaders.sweep.shards import ShardError, Shards
from loaders.sweep.sweep_file import Sweep

PUBLISH_AFTER_S = 30.0
"""The set is published this long after the last time, ..."""
PUBLISH_SHARE = 0.01
"""... or later, so that publishing takes at most this share of the time."""
MOST_REFUSED = 2
"""So many jobs in a row that cannot be stored end a run: answers nobody can keep are not worth asking for."""


class Executor(Protocol):
    """Scores jobs and gives their outcomes in any order; calls `tick` with numbers of answered questions."""

    def __call__(self, sweep: Sweep, jobs: Sequence[Job], tick: Callable[[int], object]) -> Outcomes:
        """Every job has one outcome."""
        ...


@dataclass(slots=True)
class SweepReport:
    """What became of a sweep."""

    into: str
    """The result set."""
    jobs: tuple[Job, ...]
    cached: frozenset[str] = frozenset()
    """Keys of jobs that were stored before."""
    done: set[str] = field(default_factory=set)
    """Keys of jobs that were scored and stored now; the same weights under two names share one."""
    failed: list[tuple[Job, str]] = field(default_factory=list)
    unanswered: list[tuple[Job, int, str]] = field(default_factory=list)
    """Jobs, stored before or now, with questions that could not be scored: how many, and why the first."""
    n_leaving: int = 0
    """Rates the stored set held that this sweep file does not ask for."""
    n_fewer: int = 0
    """Rates the stored set held over more questions than are asked now."""
    notes: list[str] = field(default_factory=list)
    """What to beware of in the set, a line each."""
    n_refused: int = 0
    """Jobs that could not be stored since the last one that could."""
    set_problem: str = ""
    """Why the set could not be written; the shards are there."""
    interrupted: bool = False

    @property
    def is_complete(self) -> bool:
        """Is everything that was asked for stored?"""
        return not self.failed and not self.interrupted and not self.set_problem

    def count(self, keys: Collection[str]) -> int:
        """Jobs with one of these keys."""
        return sum(job.key in keys for job in self.jobs)

    def as_json(self) -> dict[str, Any]:
        """The document `scalewatch run --json` prints."""
        return {
            "set": self.into,
            "planned": len(self.jobs),
            "cached": self.count(self.cached),
            "done": self.count(self.done),
            "failed": [{**_named(job), "reason": reason} for job, reason in self.failed],
            "unanswered": [{**_named(job), "questions": n, "reason": why} for job, n, why in self.unanswered],
            "notes": self.notes,
            "interrupted": self.interrupted,
            "set_problem": self.set_problem or None,
            "jobs": [
                {**_named(job), "questions": job.evaluation.n_questions, "cached": job.key in self.cached}
                for job in self.jobs
            ],
        }


def plan_sweep(sweep: Sweep, store: Store, *, retry_unanswered: bool = False) -> SweepReport:
    """What a run would do: every job, and which are stored. Raises ScalewatchError where the set is another's."""
    return _plan(sweep, store, Shards(store.folder, sweep.into), retry_unanswered)[0]


def _plan(sweep: Sweep, store: Store, shards: Shards, retry_unanswered: bool) -> tuple[SweepReport, Publisher]:
    jobs = jobs_of(sweep)
    publisher = Publisher(sweep, jobs, store, shards)
    cached = shards.finished() & {job.key for job in jobs}
    if retry_unanswered:
        cached = frozenset(key for key in cached if not shards.has_silent(key))
    report = SweepReport(sweep.into, jobs, cached=cached, n_leaving=publisher.n_leaving, n_fewer=publisher.n_fewer)
    return report, publisher


def run_sweep(
    sweep: Sweep,
    store: Store,
    *,
    executor: Executor = run_serial,
    retry_unanswered: bool = False,
    planned: Callable[[SweepReport], None] = lambda report: None,
    tick: Callable[[int], object] = lambda answered: None,
) -> SweepReport:
    """Score what is missing. Every finished job is on the disk before the next one's outcome is taken.

    `retry_unanswered`: stored jobs with a question that has no answer are run again; until then, and where that fails,
    what is stored of them counts. `planned` is called with the plan before anything is scored. An interrupt ends the
    run with `interrupted` set; what was finished is stored and published. Two jobs in a row that cannot be stored end
    it too, the rest reported as failed. Raises ScalewatchError where nothing could be started.
    """
    with Shards.locked(store.folder, sweep.into) as shards:
        report, publisher = _plan(sweep, store, shards, retry_unanswered)
        planned(report)
        first = {job.key: job for job in reversed(report.jobs) if job.key not in report.cached}
        todo = [*reversed(first.values())]
        published, cost = time.monotonic(), 0.0
        try:
            with contextlib.closing(executor(sweep, todo, tick)) as outcomes:
                for outcome in outcomes:
                    _keep(outcome, shards, report)
                    if report.n_refused == MOST_REFUSED:
                        _give_up(report, todo)
                        break
                    started = time.monotonic()
                    if started - published > max(PUBLISH_AFTER_S, cost / PUBLISH_SHARE):
                        _publish(publisher, report)
                        published = time.monotonic()
                        cost = published - started
        except KeyboardInterrupt:
            report.interrupted = True
        finally:
            _publish(publisher, report)
    return report


def _keep(outcome: Outcome, shards: Shards, report: SweepReport) -> None:
    job, answers = outcome.job, outcome.answers
    if answers is None:
        report.failed.append((job, outcome.reason))
        return
    try:
        shards.write(job.key, answers)
    except ScalewatchError as error:
        report.failed.append((job, str(error)))
        report.n_refused += isinstance(error, ShardError)
        return
    report.n_refused = 0
    report.done.add(job.key)


def _give_up(report: SweepReport, todo: Sequence[Job]) -> None:
    """Every job that has no outcome yet has failed, for the reason the last one could not be stored."""
    reason = f"not run, as {MOST_REFUSED} jobs in a row could not be stored: {report.failed[-1][1]}"
    ended = report.done | {job.key for job, _ in report.failed}
    report.failed += [(job, reason) for job in todo if job.key not in ended]


def _publish(publisher: Publisher, report: SweepReport) -> None:
    try:
        publisher.publish()
        report.set_problem = ""
    except ScalewatchError as error:
        report.set_problem = str(error)
    report.unanswered, report.notes = publisher.unanswered(), publisher.notes()


def _named(job: Job) -> dict[str, str]:
    return {
        "checkpoint": job.target.checkpoint.name,
        "evaluation": job.evaluation.name,
        "prompt_style": job.prompt_style,
    }
