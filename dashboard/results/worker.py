"""The process that computes stale findings anew while pages are shown, and what it says meanwhile.

The detector's libraries and memory stay out of the server, which may run for weeks. It is started as a command, not by
`multiprocessing`: Streamlit puts a module of its own in the place of `__main__`, which would be run again.
"""

from __future__ import annotations

import atexit
import os
import pickle
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from analysis.errors import ScalewatchError
from loaders.store.store import Store

_ROOT = Path(__file__).resolve().parents[2]
"""Where our packages lie."""
_CODE = """
import signal

signal.signal(signal.SIGINT, signal.SIG_IGN)  # the server answers Ctrl-C, and ends this process with itself
from dashboard.results.worker import main

main()
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Begun:
    """It turned to a set."""

    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Reached:
    """How much of the set it is at is computed, 0-1."""

    share: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """It is done with a set; `reason` says why its findings were not computed."""

    name: str
    reason: str = ""


Said = Begun | Reached | Ended


def said_by_a_process(folder: Path, names: Sequence[str]) -> Iterator[Said]:
    """Compute these sets of a results folder in a process; what it says, as it comes.

    Raises OSError where it cannot be started, EOFError where it ended early. It ends with this process.
    """
    path = os.pathsep.join([str(_ROOT), *filter(None, [os.environ.get("PYTHONPATH")])])
    process = subprocess.Popen(
        [sys.executable, "-P", "-c", _CODE, str(folder), *names],  # -P: nothing is taken from the working directory
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, env={**os.environ, "PYTHONPATH": path},
    )  # fmt: skip
    atexit.register(process.terminate)
    try:
        assert process.stdout is not None
        with process.stdout as out:
            yield from _received(out)
    finally:
        code = process.wait()
        atexit.unregister(process.terminate)
    if code:
        raise EOFError(f"exit code {code}")


def _received(out: IO[bytes]) -> Iterator[Said]:
    while True:
        try:
            said: Said = pickle.load(out)
        except (EOFError, pickle.UnpicklingError):  # it has gone, perhaps in the middle of a message
            return
        yield said


def main() -> None:
    """The process itself: compute the sets that its arguments name, and say so on stdout."""
    folder, *names = sys.argv[1:]
    with os.fdopen(os.dup(1), "wb") as out:
        os.dup2(2, 1)  # what a library prints goes to stderr

        def tell(said: Said) -> None:
            pickle.dump(said, out)
            out.flush()

        compute(Path(folder), names, tell)


def compute(folder: Path, names: Sequence[str], tell: Callable[[Said], None]) -> None:
    """Each set on its own; what another process has done meanwhile is not done again."""
    store = Store(folder)
    for name in names:
        tell(Begun(name=name))
        try:
            store.refresh_stale(name, lambda done, total: tell(Reached(share=done / max(total, 1))))
            tell(Ended(name=name))
        except ScalewatchError as error:
            reason = f"{name}: its findings cannot be computed anew: {error}"
            print(f"scalewatch: {reason}", file=sys.stderr)
            tell(Ended(name=name, reason=reason))
