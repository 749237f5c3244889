"""Writers of a results folder killed at every step: is each set the old or the new one, whole, each time?

Run: python -m benchmarks.store.kills [--timers 100]. Every action (import, findings --refresh, publishing a sweep, set
remove, rename, merge, undo) runs in a process of its own that sends itself SIGKILL before its n-th call of the
operating system in the results folder, for every n there is, and once more with half of a file's bytes written; then
each action, and `check`, at random times. After each kill: every set is as before or as after the action, its bytes
have the manifest's hashes, the next write works, says what it cleaned and leaves nothing behind, and what can be undone
leads back.
"""

from __future__ import annotations

import argparse
import logging
import multiprocessing
import random
import shutil
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from multiprocessing.synchronize import Event
from pathlib import Path
from typing import Any

from benchmarks.store.actions import ACTIONS, Action, act, prepared
from loaders.files.whole_folder import leftovers
from loaders.store.set_folder import SetFolder
from loaders.store.store import Store
from loaders.store.undo import pending, take_back

State = dict[str, tuple[Any, ...]]
_MOST_STEPS = 500
_PRELOADED = ["benchmarks.store.actions", "analysis.findings.compute", "analysis.detector.detect"]


class Killer:
    """Runs actions in processes that are killed, and looks at what they leave."""

    def __init__(self, folder: Path) -> None:
        """`folder` is an empty one for results folders."""
        self._folder, self._at = folder, 0
        self._known: dict[str, tuple[State, State, float]] = {}
        self._processes = multiprocessing.get_context("forkserver")
        self._processes.set_forkserver_preload(_PRELOADED)
        self.landed: Counter[str] = Counter()
        """Kills that hit a running action, by its name."""
        self.cleaned = 0
        """How often the next write found and named something that was left."""
        self.undone = 0
        """How often an action that was killed after its last step was undone."""

    def every_step(self, name: str, *, each: int = 1) -> None:
        """Kill the action before its first call, its 1 + `each`-th, ... until it ends by itself."""
        for n in range(1, _MOST_STEPS, each):
            if not self._one(name, lambda process, started: None, step=n):
                return
        raise AssertionError(f"{name} has more than {_MOST_STEPS} steps")

    def at_random(self, name: str, times: int, chance: random.Random) -> None:
        """Kill the action at random times while it runs."""
        longest = self._whole(name)[2]
        for _ in range(times):
            delay = chance.uniform(0, longest)
            self._one(name, lambda process, started, delay=delay: _kill_after(process, started, delay), step=0)

    def _one(self, name: str, kill: Callable[[Any, Event], None], step: int) -> bool:
        """Did the kill land? Raises AssertionError where it did harm."""
        old, new, _ = self._whole(name)
        results = self._copy(name)
        started = self._processes.Event()
        process = self._processes.Process(target=act, args=(name, results, step, started))
        process.start()
        kill(process, started)
        process.join()
        assert process.exitcode in (0, -signal.SIGKILL), f"{name}, step {step}: ended with {process.exitcode}"
        landed = process.exitcode == -signal.SIGKILL
        self.landed[name] += landed
        self._judge(ACTIONS[name], results, old, new)
        shutil.rmtree(results.parent)
        return landed

    def _judge(self, action: Action, results: Path, old: State, new: State) -> None:
        seen = state(results)
        assert seen in (old, new), f"{action.name}: neither old nor new, {seen}"
        assert not damage(results), damage(results)
        left = leftovers(results)
        with _warnings() as said, Store(results).writing():
            pass
        assert len(said) == len(left), f"{action.name}: {len(left)} left, {len(said)} named"
        self.cleaned += bool(left)
        if seen == new != old and action.can_be_undone and pending(results) is not None:
            take_back(results)
            assert state(results) == old, f"{action.name}: undone, and not as before"
            self.undone += 1
        elif seen == old != new and action.name != "undo":
            assert pending(results) is None, f"{action.name}: was not done, and could be undone"
        if state(results) == old != new:
            action.run(results)
        assert state(results) == new
        assert not leftovers(results)
        assert not damage(results)

    def _copy(self, name: str) -> Path:
        self._at += 1
        shutil.copytree(prepared(self._folder, name), self._folder / str(self._at))
        return self._folder / str(self._at) / "results"

    def _whole(self, name: str) -> tuple[State, State, float]:
        """State before and after the action where nobody kills it, and the seconds it takes."""
        if name not in self._known:
            results = self._copy(name)
            old, began = state(results), time.perf_counter()
            ACTIONS[name].run(results)
            self._known[name] = old, state(results), time.perf_counter() - began
        return self._known[name]


class _warnings(logging.Handler):  # noqa: N801  (used as a function)
    """Lines that the store logs while a block runs."""

    def __enter__(self) -> list[str]:
        self.lines: list[str] = []
        logging.getLogger("loaders.store.store").addHandler(self)
        return self.lines

    def __exit__(self, *error: object) -> None:
        logging.getLogger("loaders.store.store").removeHandler(self)

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(record.getMessage())


def state(results: Path) -> State:
    """Every set with the hashes of its files (of the state before aside) and its method."""
    found = {}
    for name in Store(results).own_sets():
        info = SetFolder(results, name).manifest()
        hashes = {file: digest for file, digest in info.hashes.items() if file != "findings_before.json"}
        found[name] = (info.method_version, *sorted(hashes.items()))
    return found


def damage(results: Path) -> list[str]:
    """Files whose bytes are not the manifest's."""
    return [str(each) for name in Store(results).own_sets() for each in Store(results).damage(name, thorough=True)]


def _kill_after(process: Any, started: Event, delay: float) -> None:
    assert started.wait(120), "the process never began"
    process.join(delay)
    process.kill()


def run_all(killer: Killer, timers: int) -> Iterator[str]:
    """Every step of every action, then `timers` kills at random times; a line for each action as it ends."""
    for name in ACTIONS:
        if name != "check":
            killer.every_step(name)
            yield f"{name}: {killer.landed[name]} steps, each killed"
    chance = random.Random(7)
    for name in ACTIONS:
        killer.at_random(name, -(-timers // len(ACTIONS)), chance)
        yield f"{name}: {killer.landed[name]} kills with those at random times"


def main() -> int:
    """Print what was killed; an AssertionError where a kill did harm."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--timers", type=int, default=120, help="kills at random times (default: %(default)s)")
    with tempfile.TemporaryDirectory() as folder:
        killer = Killer(Path(folder))
        for line in run_all(killer, parser.parse_args().timers):
            print(line, flush=True)
    print(
        f"{sum(killer.landed.values())} kills landed: 0 sets lost, 0 mixed, 0 damaged; "
        f"{killer.cleaned} times the next write named what was left; {killer.undone} times what was done was undone"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
