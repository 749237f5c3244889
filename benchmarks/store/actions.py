"""What is killed: actions that write a results folder, and the folder each begins with."""

from __future__ import annotations

import builtins
import io
import json
import os
import shutil
import signal
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing.synchronize import Event
from pathlib import Path
from typing import Any

from loaders.importing.run import import_results
from loaders.store.checking.report import check
from loaders.store.rearranging.rearrange import merge, remove, rename, undo
from loaders.store.store import Store
from loaders.sweep.run import run_sweep
from loaders.sweep.sweep_file import read_sweep

_SIZES = {"125m": 0.43, "350m": 0.41, "1.3b": 0.39, "2.7b": 0.37, "6.7b": 0.35}
_MODELS = ("pythia-14m", "pythia-70m", "pythia-160m", "pythia-410m")
_CALLS = (
    "rename", "replace", "link", "symlink", "unlink", "remove", "rmdir", "mkdir", "open", "fsync", "truncate", "utime",
    "chmod",
)  # fmt: skip
"""Calls of the operating system before which a writer is killed."""


@dataclass(frozen=True, slots=True)
class Action:
    """Something that writes a results folder."""

    name: str
    run: Callable[[Path], object]
    """Takes the results folder; files it needs lie beside it."""
    can_be_undone: bool = False


def _import(results: Path) -> None:
    import_results([results.parent / "more.csv"], "a", Store(results))


def _publish(results: Path) -> None:
    run_sweep(read_sweep(results.parent / "sweep.yaml"), Store(results))


ACTIONS = {
    action.name: action
    for action in (
        Action("import", _import),
        Action("refresh", lambda results: Store(results).refresh("a")),
        Action("publish", _publish),
        Action("remove", lambda results: remove(Store(results), "a"), can_be_undone=True),
        Action("rename", lambda results: rename(Store(results), "a", "z"), can_be_undone=True),
        Action("merge", lambda results: merge(Store(results), ["a", "b"], "c"), can_be_undone=True),
        Action("undo", lambda results: undo(Store(results))),
        Action("check", lambda results: check(Store(results), anew=True)),
    )
}


def prepared(folder: Path, name: str) -> Path:
    """The folder that an action begins with, made once: a results folder and what is imported or swept."""
    made = folder / f"{name}-begin"
    if made.exists():
        return made
    common = folder / "begin"
    if not common.exists():
        _begin(common)
    shutil.copytree(common, made)
    if name in ("publish", "check"):
        _sweep_twice(made)
    if name == "refresh":
        manifest = made / "results" / "a" / "manifest.json"
        manifest.write_text(json.dumps(json.loads(manifest.read_text()) | {"method_version": "0"}))
    if name == "undo":
        remove(Store(made / "results"), "a")
    return made


def _begin(folder: Path) -> None:
    """Sets 'a' and 'b' of imported rates."""
    folder.mkdir()
    for into, evaluation, file in (("a", "TruthfulQA", "a.csv"), ("b", "arc_challenge", "b.csv")):
        _write_table(folder / file, evaluation)
        import_results([folder / file], into, Store(folder / "results"))
    _write_table(folder / "more.csv", "winogrande")


def _sweep_twice(folder: Path) -> None:
    """A set 'swept' of a sweep, two models of which are scored and wait to be published."""
    swept = folder / "results" / "swept"
    for models in (_MODELS[:2], _MODELS):
        _write_sweep(folder, models)
        _publish(folder / "results")
        if models != _MODELS:
            shutil.copytree(swept, folder / "swept")
    shutil.rmtree(swept)
    (folder / "swept").rename(swept)


def _write_table(path: Path, evaluation: str) -> None:
    rows = [f"facebook/opt-{size},{evaluation},{rate},817\n" for size, rate in _SIZES.items()]
    path.write_text("model,evaluation,rate,n_questions\n" + "".join(rows))


def _write_sweep(folder: Path, models: tuple[str, ...]) -> None:
    question = {"answer_matching_behavior": " Yes", "answer_not_matching_behavior": " No"}
    rows = [json.dumps({"question": f"Is {number} even?", **question}) + "\n" for number in range(60)]
    for evaluation in ("openness", "narcissism"):
        (folder / "evals").mkdir(exist_ok=True)
        (folder / "evals" / f"{evaluation}.jsonl").write_text("".join(rows))
    (folder / "sweep.yaml").write_text(
        "into: swept\nbackend: scripted\nevaluations_root: evals\nevaluations: [openness, narcissism]\n"
        f"checkpoints: [{', '.join(models)}]\n"
    )


def act(name: str, results: Path, step: int, started: Event) -> None:
    """Target of a process: the action, with SIGKILL before its `step`-th call in the results folder (0: no kill)."""
    if step:
        _Steps(results.resolve(), step).watch()
    started.set()
    ACTIONS[name].run(results)


class _Steps:
    """Counts calls in a folder and kills this process before one of them."""

    def __init__(self, folder: Path, last: int) -> None:
        self._folder, self._left = str(folder), last

    def watch(self) -> None:
        """Put a count before each call."""
        for name in _CALLS:
            setattr(os, name, self._counted(getattr(os, name)))
        opened = io.open
        io.open = builtins.open = self._opening(opened)  # type: ignore[assignment]

    def step(self) -> None:
        """One more call."""
        self._left -= 1
        if not self._left:
            os.kill(os.getpid(), signal.SIGKILL)

    def _inside(self, arguments: tuple[Any, ...], named: dict[str, Any]) -> bool:
        if named.get("dir_fd") is not None or any(isinstance(each, int) for each in arguments[:1]):
            return True
        return any(os.path.abspath(os.fspath(each)).startswith(self._folder) for each in _paths(arguments))

    def _counted(self, call: Callable[..., Any]) -> Callable[..., Any]:
        def counted(*arguments: Any, **named: Any) -> Any:
            if self._inside(arguments, named):
                self.step()
            return call(*arguments, **named)

        return counted

    def _opening(self, opened: Callable[..., Any]) -> Callable[..., Any]:
        """Files that are written: a step before they are made, one with half of the first bytes in them."""

        def opening(file: Any, mode: str = "r", *arguments: Any, **named: Any) -> Any:
            writes = any(letter in mode for letter in "wax+") and self._inside((file,), {})
            if writes:
                self.step()
            handle = opened(file, mode, *arguments, **named)
            return _HalfWritten(handle, self) if writes and "b" in mode and "+" not in mode else handle

        return opening


class _HalfWritten:
    """A file whose first write is two, with a step between them."""

    def __init__(self, handle: Any, steps: _Steps) -> None:
        self._handle, self._steps = handle, steps

    def write(self, content: bytes) -> int:
        """All of it, in two halves."""
        self._handle.write(content[: len(content) // 2])
        self._handle.flush()
        self._steps.step()
        self._handle.write(content[len(content) // 2 :])
        return len(content)

    def __enter__(self) -> _HalfWritten:
        return self

    def __exit__(self, *error: object) -> None:
        self._handle.close()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._handle, name)


def _paths(arguments: tuple[Any, ...]) -> list[Any]:
    return [each for each in arguments[:2] if isinstance(each, (str, os.PathLike))]
