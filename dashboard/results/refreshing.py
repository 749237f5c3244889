"""How far the process is that computes stale findings anew, and what it is asked to compute.

A server has one such process at a time (`keep`); whoever reads the folder and meets a stale set asks it for that one
(`ask`). Pages see how far it is (`now`).
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path

from analysis.findings.findings_json import METHOD_VERSION
from dashboard.results.worker import Begun, Ended, Reached, Said, said_by_a_process
from loaders.store.errors import StoreError
from loaders.store.manifest import MANIFEST
from loaders.store.set_folder import REFRESH, SetFolder
from loaders.store.writing import FINDINGS


@dataclass(frozen=True, slots=True, kw_only=True)
class Refreshing:
    """How far the worker is."""

    left: tuple[str, ...] = ()
    """Sets to be done, the one being computed included."""
    at: str = ""
    """The set being computed."""
    share: float = 0.0
    """How much of that one is done, 0-1."""
    n_done: int = 0
    failed: Mapping[str, str] = field(default_factory=dict)
    """Set whose findings could not be computed -> why."""

    def asked_for(self, names: Sequence[str]) -> Refreshing:
        """As it is once these are to be done too."""
        failed = {name: reason for name, reason in self.failed.items() if name not in names}
        return replace(self, left=(*self.left, *names), failed=failed)

    def after(self, said: Said) -> Refreshing:
        """As it is once the worker said this."""
        if isinstance(said, Begun):
            return replace(self, at=said.name, share=0.0)
        if isinstance(said, Reached):
            return replace(self, share=max(self.share, said.share))  # the second axis starts anew
        left = tuple(name for name in self.left if name != said.name)
        failed = {said.name: said.reason} if said.reason else {}
        return replace(self, left=left, at="", share=0.0, n_done=self.n_done + 1, failed={**self.failed, **failed})

    def after_the_end(self, of: Sequence[str], why: str) -> Refreshing:
        """As it is once the process that was given these sets has gone."""
        died = {
            name: f"{name}: its findings were not computed: the process that computes findings ended early ({why}). "
            f"{REFRESH}"
            for name in of
            if name in self.left
        }
        left = tuple(name for name in self.left if name not in died)
        return replace(self, left=left, at="", share=0.0, failed={**self.failed, **died})


_now = Refreshing()
_lock = threading.RLock()


def now() -> Refreshing:
    """How far the process is; nothing is left where there is none."""
    with _lock:
        return _now


def _become(change: Callable[[Refreshing], Refreshing]) -> None:
    global _now
    with _lock:
        _now = change(_now)


@dataclass(frozen=True, slots=True)
class _Look:
    """What a stale set looks like: it is asked for once in each state."""

    rates: str
    """Their hash, as the manifest has it."""
    answers: str
    """As `rates`."""
    method: str
    """Version of the method that its findings are of."""
    files: tuple[tuple[str, int, int], ...]
    """File, time and size, of those that are there."""

    @property
    def foreign(self) -> tuple[str, str, str] | None:
        """What another version of the method has computed; None where this one has."""
        return None if self.method == METHOD_VERSION else (self.rates, self.answers, self.method)


class Keeper:
    """Keeps the findings of one results folder computed: asked by many threads, one process at a time."""

    def __init__(self, folder: Path, work: Callable[[Path, Sequence[str]], Iterator[Said]] = said_by_a_process) -> None:
        """`work` computes sets and says how far it is; OSError or EOFError where it could not go on."""
        self._folder, self._work = folder, work
        self._asked: dict[str, _Look] = {}
        """What each set was like when it was last asked for."""
        self._overruled: set[tuple[str, tuple[str, str, str]]] = set()
        """Findings of another version that were computed anew: if they are back, somebody serves that version, and two
        servers would take turns without end."""
        self._at_work = False

    def ask(self, names: Iterable[str]) -> threading.Thread | None:
        """Have these stale sets computed, but those that were in this very state; the thread, where one is started."""
        looks = {name: look for name in names if (look := _look(self._folder, name)) is not None}
        with _lock:
            new = [name for name, look in looks.items() if name not in _now.left and self._is_new(name, look)]
            self._asked |= {name: looks[name] for name in new}
            _become(lambda seen: seen.asked_for(new))
            if self._at_work or not new:
                return None
            self._at_work = True
        thread = threading.Thread(target=self._until_done, daemon=True)
        thread.start()
        return thread

    def _is_new(self, name: str, look: _Look) -> bool:
        is_overruled = look.foreign is not None and (name, look.foreign) in self._overruled
        return self._asked.get(name) != look and not is_overruled

    def _until_done(self) -> None:
        while names := self._next():
            why = "it left them out"
            try:
                for said in self._work(self._folder, names):
                    self._hear(said)
            except (OSError, EOFError) as error:
                why = str(error)
            _become(partial(Refreshing.after_the_end, of=names, why=why))

    def _next(self) -> tuple[str, ...]:
        with _lock:
            self._at_work = bool(_now.left)
            return _now.left

    def _hear(self, said: Said) -> None:
        with _lock:
            if isinstance(said, Ended) and not said.reason and (foreign := self._asked[said.name].foreign):
                self._overruled.add((said.name, foreign))
            _become(lambda seen: seen.after(said))


_keeper: Keeper | None = None


def keep(folder: Path) -> None:
    """Let this process keep a results folder's findings computed: whoever meets stale ones asks."""
    global _keeper
    _keeper = Keeper(folder)


def ask(names: Iterable[str]) -> None:
    """Somebody has met these stale sets. They are computed where this is a server that keeps them; whoever looks at a
    page changes nothing by it."""
    if _keeper is not None:
        _keeper.ask(names)


def _look(folder: Path, name: str) -> _Look | None:
    """None where it is no set of the folder, or its manifest cannot be read."""
    stored = SetFolder(folder, name)
    try:
        said = stored.manifest()
    except StoreError:
        return None
    found = []
    for file in sorted({*said.hashes, FINDINGS, MANIFEST}):
        try:
            facts = (stored.path / file).lstat()
        except OSError:
            continue
        found.append((file, facts.st_mtime_ns, facts.st_size))
    return _Look(said.data_hash, said.answers_hash, said.method_version, tuple(found))
