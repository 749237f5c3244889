"""Runs a sweep in this process, one checkpoint at a time."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Sequence
from itertools import zip_longest
from pathlib import Path

from loaders.sweep.plan import Job, by_checkpoint
from loaders.sweep.scoring import Outcomes, score_checkpoint
from loaders.sweep.sweep_file import Sweep


def run_serial(sweep: Sweep, jobs: Sequence[Job], tick: Callable[[int], object]) -> Outcomes:
    """Outcomes of the jobs as they are known; while one checkpoint computes, the next one's files are read ahead."""
    groups = by_checkpoint(jobs)
    for group, following in zip_longest(groups, groups[1:]):
        if following is not None and following[0].target.folder is not None:
            read_ahead(following[0].target.folder)
        yield from score_checkpoint(sweep, group, lambda job: sweep.questions(job.evaluation), tick)


def read_ahead(folder: Path) -> None:
    """Ask the operating system to bring a folder's files into memory meanwhile, where it takes such advice.

    A folder that cannot be read is left to the loading, whose error becomes the outcome of that checkpoint's jobs.
    """
    if not hasattr(os, "posix_fadvise"):
        return
    with contextlib.suppress(OSError):
        for path in folder.iterdir():
            if path.is_file():
                _read_soon(path)


def _read_soon(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.posix_fadvise(descriptor, 0, 0, os.POSIX_FADV_WILLNEED)
    finally:
        os.close(descriptor)
