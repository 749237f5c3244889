"""Runs a sweep on a Ray cluster: a task a checkpoint, this process the only one that stores anything.

A task is `score_checkpoint`, the very code of the serial executor, so the results are the same. The only file that
imports Ray.
"""

from __future__ import annotations

import logging
import os
import socket
from collections import Counter
from collections.abc import Callable, Generator, Mapping, Sequence
from typing import Any

from analysis.errors import ScalewatchError
from analysis.records import Question
from loaders.sweep.plan import Job, by_checkpoint
from loaders.sweep.scoring import Outcome, Outcomes, score_checkpoint
from loaders.sweep.sweep_file import Sweep

os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")  # read when Ray is imported: it reports usage otherwise
os.environ.setdefault("RAY_ENABLE_UV_RUN_RUNTIME_ENV", "0")
try:
    import ray
except ImportError as error:
    raise ScalewatchError("Ray is not installed.", "Install it: pip install 'scalewatch[ray]'") from error

MAX_LOSSES = 3
"""A checkpoint whose worker was lost this often without finishing a job in between has failed."""


class RayExecutor:
    """Scores on the cluster at `address`, or on one started on this machine for the time of the run."""

    def __init__(self, address: str | None = None) -> None:
        self._address = address

    def __call__(self, sweep: Sweep, jobs: Sequence[Job], tick: Callable[[int], object]) -> Outcomes:
        """Outcomes as they arrive. Raises ScalewatchError where the cluster cannot be reached or lacks resources."""
        started_here = not ray.is_initialized()
        if started_here:
            self._connect()
        try:
            _check_resources(sweep)
            yield from _run(sweep, jobs, tick)
        finally:
            if started_here:
                ray.shutdown()

    def _connect(self) -> None:
        where = {"address": self._address} if self._address else {"include_dashboard": False}
        try:
            if self._address:
                _knock(self._address)
            ray.init(**where, log_to_driver=False, logging_level=logging.ERROR)
        except (OSError, RuntimeError, ValueError, ray.exceptions.RayError) as error:
            raise ScalewatchError(
                f"No Ray cluster at {self._address or 'this machine'} ({error}).",
                "Start one with `ray start --head`, or leave --ray-address out.",
            ) from error


def _knock(address: str) -> None:
    """Raises OSError where nothing listens at host:port; Ray itself would try for minutes."""
    host, _, port = address.rpartition("//")[2].rpartition(":")
    if host and port.isdecimal():
        socket.create_connection((host, int(port)), timeout=10).close()


def _check_resources(sweep: Sweep) -> None:
    """A task that no node can hold would wait for ever."""
    nodes = [node["Resources"] for node in ray.nodes() if node["Alive"]]  # type: ignore[no-untyped-call]
    if not any(_fits(sweep, node) for node in nodes):
        most = {name: max(node.get(name, 0) for node in nodes) for name in ("CPU", "GPU")}
        raise ScalewatchError(
            f"No node of the cluster has the {sweep.num_cpus:g} CPUs and {sweep.num_gpus:g} GPUs a worker asks for; "
            f"the largest have {most['CPU']:g} and {most['GPU']:g}.",
            "Lower num_cpus or num_gpus in the sweep file.",
        )


def _fits(sweep: Sweep, node: Mapping[str, float]) -> bool:
    return node.get("CPU", 0) >= sweep.num_cpus and node.get("GPU", 0) >= sweep.num_gpus


def _run(sweep: Sweep, jobs: Sequence[Job], tick: Callable[[int], object]) -> Outcomes:
    evaluations = {job.evaluation.name: job.evaluation for job in jobs}
    questions = {name: ray.put(sweep.questions(evaluation)) for name, evaluation in evaluations.items()}
    task: Any = ray.remote(_score).options(
        num_cpus=sweep.num_cpus, num_gpus=sweep.num_gpus, max_retries=0, num_returns="streaming"
    )
    running: dict[Any, tuple[Job, ...]] = {task.remote(sweep, group, questions): group for group in by_checkpoint(jobs)}
    losses: Counter[str] = Counter()
    try:
        while running:
            stream: Any = ray.wait(list(running), num_returns=1)[0][0]
            left = running.pop(stream)
            name = left[0].target.checkpoint.name
            try:
                outcome: Outcome = ray.get(next(stream))
            except StopIteration:
                continue
            except ray.exceptions.RayTaskError as error:
                yield from (Outcome(job, None, f"the worker failed: {error.cause!r}") for job in left)
            except ray.exceptions.RayError as error:  # the worker or its node is gone
                losses[name] += 1
                if losses[name] < MAX_LOSSES:
                    running[task.remote(sweep, left, questions)] = left
                    continue
                reason = f"its worker was lost {MAX_LOSSES} times, last: {' '.join(str(error).split())}"
                yield from (Outcome(job, None, reason) for job in left)
            else:
                losses[name] = 0
                left = tuple(job for job in left if job.key != outcome.job.key)
                if left:
                    running[stream] = left
                tick(outcome.job.evaluation.n_questions)
                yield outcome
    finally:
        for stream in running:
            ray.cancel(stream, force=True)


def _score(sweep: Sweep, jobs: Sequence[Job], questions: Mapping[str, Any]) -> Generator[Outcome, None, None]:
    """The task: every job's outcome as soon as it is known."""

    def asked(job: Job) -> Sequence[Question]:
        found: Sequence[Question] = ray.get(questions[job.evaluation.name])
        return found

    yield from score_checkpoint(sweep, jobs, asked)
