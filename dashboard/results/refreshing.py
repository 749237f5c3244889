"""Stale findings, computed anew by a process of our own while pages are shown.

The detector's libraries and memory stay out of the server, which may run for weeks. What the process says comes through
a pipe that a thread empties; pages ask `now`.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from multiprocessing.connection import Connection
from pathlib import Path

from analysis.errors import ScalewatchError
from loaders.store.set_folder import REFRESH
from loaders.store.states import survey
from loaders.store.store import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class Begun:
    """The worker turned to a set."""

    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """The worker is done with a set; `reason` says why its findings were not computed."""

    name: str
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Refreshing:
    """How far the worker is."""

    left: tuple[str, ...] = ()
    """Sets to be done, the one being computed included."""
    at: str = ""
    """The set being computed."""
    n_done: int = 0
    failed: Mapping[str, str] = field(default_factory=dict)
    """Set whose findings could not be computed -> why."""

    @property
    def share(self) -> float:
        """Sets done, 0-1."""
        return self.n_done / max(self.n_done + len(self.left), 1)

    def after(self, said: Begun | Ended) -> Refreshing:
        """As it is once the worker said this."""
        if isinstance(said, Begun):
            return replace(self, at=said.name)
        left = tuple(name for name in self.left if name != said.name)
        failed = {said.name: said.reason} if said.reason else {}
        return replace(self, left=left, at="", n_done=self.n_done + 1, failed={**self.failed, **failed})

    def after_the_end(self, exit_code: int | None) -> Refreshing:
        """As it is once the worker has gone."""
        why = f"the process that computes findings ended early (exit code {exit_code}). {REFRESH}"
        died = {name: f"{name}: its findings were not computed: {why}" for name in self.left}
        return replace(self, left=(), at="", failed={**self.failed, **died})


_now = Refreshing()
_lock = threading.Lock()


def now() -> Refreshing:
    """How far the worker is; nothing is left where there is none."""
    with _lock:
        return _now


def start(folder: Path) -> threading.Thread | None:
    """Compute stale findings of a results folder anew, in a process of its own; None where there are none.

    To be called by the main script only, before any page runs: Streamlit puts a module of its own in the place of
    `__main__`. The thread ends when the process does.
    """
    stale = tuple(state.name for state in survey(Store(folder)) if state.is_stale)
    if not stale:
        return None
    _become(Refreshing(left=stale))
    os.environ["PYTHONSAFEPATH"] = "1"  # a spawned process looks for its own modules in the working directory first
    receiver, sender = multiprocessing.Pipe(duplex=False)
    worker = multiprocessing.get_context("spawn").Process(target=_work, args=(folder, stale, sender), daemon=True)
    worker.start()
    sender.close()
    listener = threading.Thread(target=_listen, args=(receiver, worker), daemon=True)
    listener.start()
    return listener


def _work(folder: Path, names: Sequence[str], sender: Connection) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent answers Ctrl-C, and ends this process with itself
    compute(folder, names, sender)


def compute(folder: Path, names: Sequence[str], sender: Connection) -> None:
    """Each set on its own; what another process has done meanwhile is not done again."""
    store = Store(folder)
    for name in names:
        sender.send(Begun(name=name))
        try:
            store.refresh_stale(name)
            sender.send(Ended(name=name))
        except ScalewatchError as error:
            reason = f"{name}: its findings cannot be computed anew: {error}"
            print(f"scalewatch: {reason}", file=sys.stderr)
            sender.send(Ended(name=name, reason=reason))


def _listen(receiver: Connection, worker: multiprocessing.process.BaseProcess) -> None:
    try:
        while True:
            _become(now().after(receiver.recv()))
    except EOFError:
        worker.join()
        _become(now().after_the_end(worker.exitcode))


def _become(state: Refreshing) -> None:
    global _now
    with _lock:
        _now = state
