"""Families worked through side by side, each in a process of its own: threads wait for each other (Python's lock).

A spawned process imports the program's main module again, so that only a program whose main module allows this may ask
for processes (`use_processes`); else, and for a small set, families are worked through one after the other here.
Nothing else differs: a family gives the same numbers in either place.
"""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Protocol, TypeVar

from analysis.errors import ScalewatchError

if TYPE_CHECKING:
    from concurrent.futures import ProcessPoolExecutor

Job = TypeVar("Job")
Result = TypeVar("Result")
LEAST_SERIES = 1000
"""Series that take as long as it takes to start processes."""
MOST_PROCESSES = 4
"""Each takes about 220 MB."""
_SAFE_PATH = "PYTHONSAFEPATH"
_most = 1


class Each(Protocol):
    """What `map` is: does a task for each job, here or elsewhere, and gives the results in the order of the jobs."""

    def __call__(self, task: Callable[[Job], Result], jobs: Iterable[Job], /) -> Iterator[Result]:
        """The results, as they come. Raises what a task raises, FitError where a process was killed."""
        ...


class FitError(ScalewatchError):
    """A process that fitted a family has ended early."""


def use_processes(count: int) -> None:
    """Allow this program as many; to be called by one whose main module does nothing when it is imported again."""
    global _most
    _most = min(count, MOST_PROCESSES)


@contextmanager
def side_by_side(n_series: int) -> Iterator[Each]:
    """How the families of a set of `n_series` series are worked through. Its processes end with the block."""
    if _most < 2 or n_series < LEAST_SERIES:
        yield map
        return
    import multiprocessing
    from concurrent.futures import ProcessPoolExecutor

    spawn = multiprocessing.get_context("spawn")
    pool = ProcessPoolExecutor(_most, spawn, initializer=_begin)
    safe = os.environ.get(_SAFE_PATH)
    os.environ[_SAFE_PATH] = "1"  # a spawned process looks for its own modules in the working directory first
    try:
        yield lambda task, jobs: _several(pool, task, jobs)
    finally:
        pool.shutdown(cancel_futures=True)
        os.environ.pop(_SAFE_PATH)
        os.environ |= {} if safe is None else {_SAFE_PATH: safe}


def _several(pool: ProcessPoolExecutor, task: Callable[[Job], Result], jobs: Iterable[Job]) -> Iterator[Result]:
    from concurrent.futures import BrokenExecutor

    try:
        yield from pool.map(task, jobs)
    except BrokenExecutor as error:
        raise FitError(
            "A process that fitted families was killed or could not start.",
            "Run the command again; where memory is short, close other programs. What was stored is unchanged.",
        ) from error


def _begin() -> None:
    """In a new process: one thread for small matrices, and an end with Ctrl-C or with the program that started it."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    end_with_parent()
    from threadpoolctl import threadpool_limits

    threadpool_limits(1, "blas")


def end_with_parent() -> None:
    """This process ends when its parent is killed, so that it never works beside those of the next call."""
    from multiprocessing import parent_process

    def watch() -> None:
        if parent is not None:
            parent.join()
            os._exit(1)

    parent = parent_process()
    threading.Thread(target=watch, daemon=True).start()
