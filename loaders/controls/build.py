"""Builds the control models: every cell of a design, two one-thread processes at a time, resumable after any kill.

<folder>/design.json            the design; a folder holds one build
         evaluations/*.jsonl    questions in the released format
         <cell>/                a finished cell: <checkpoint>/ folders, answers.parquet, cell.json
"""

from __future__ import annotations

import json
import multiprocessing
import sys
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from dataclasses import dataclass
from pathlib import Path

from tqdm import tqdm

from analysis.errors import ScalewatchError
from analysis.trends.fit.side_by_side import end_with_parent
from loaders.controls.design import ControlCell, Design, cells_of
from loaders.files.locks import only_writer
from loaders.files.whole_file import write_file
from loaders.files.whole_folder import settle

EVALUATIONS = "evaluations"


class BuildError(ScalewatchError):
    """A build that cannot go on; the text says why and what to do."""


@dataclass(frozen=True, slots=True)
class Built:
    """What a run of the build did."""

    done: int
    found: int
    """Cells that were finished before."""
    seconds: float
    """Work of all processes together."""


def build(design: Design, folder: Path, *, device: str = "cpu", processes: int = 2) -> Built:
    """Do every cell that is not finished. Raises BuildError where the folder holds another design, another build is at
    work in it, or a cell fails; LockError where it cannot be written.

    Killed at any point, the next call goes on: finished cells stay, unfinished ones are begun anew. Progress and time
    left go to stderr where that is a terminal.
    """
    held = BuildError(f"Another build is at work in {folder}.", "Wait for it, or choose another folder.")
    with only_writer(folder, busy=held, remedy="Choose another folder with --models."):
        prepare(design, folder)
        return _work(design, folder, device, processes)


def _work(design: Design, folder: Path, device: str, processes: int) -> Built:
    cells = list(cells_of(design))
    finished = {cell.name for cell in cells if (folder / cell.name).is_dir()}
    waiting = [cell for cell in cells if cell.name not in finished]
    found, seconds = len(finished), 0.0
    running: dict[Future[float], ControlCell] = {}
    bar = tqdm(
        total=sum(cell.seconds(design) for cell in cells),
        initial=sum(cell.seconds(design) for cell in cells if cell.name in finished),
        file=sys.stderr, disable=None, bar_format="{desc} {percentage:3.0f} %, {elapsed} so far, {remaining} left",
    )  # fmt: skip
    spawn = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(processes, spawn, initializer=end_with_parent) as pool, bar:
        while waiting or running:
            for cell in [cell for cell in waiting if not cell.needs or cell.needs in finished]:
                if len(running) < processes:
                    waiting.remove(cell)
                    running[pool.submit(_do, cell, design, folder, device)] = cell
            bar.set_description_str(f"{len(finished)} of {len(cells)} cells")
            for future in wait(running, return_when=FIRST_COMPLETED).done:
                cell = running.pop(future)
                seconds += _result(future, cell)
                finished.add(cell.name)
                bar.update(cell.seconds(design))
    return Built(len(cells) - found, found, seconds)


def _do(cell: ControlCell, design: Design, folder: Path, device: str) -> float:
    """In the worker: torch is imported here."""
    from loaders.controls.cells import do_cell

    return do_cell(cell, design, folder, device)


def _result(future: Future[float], cell: ControlCell) -> float:
    try:
        return future.result()
    except ScalewatchError:
        raise
    except Exception as error:
        raise BuildError(
            f"{cell.name} failed ({type(error).__name__}: {error}).", "Run the command again: finished cells are kept."
        ) from error


def prepare(design: Design, folder: Path) -> None:
    """Write the design and the questions, or check that they are these."""
    said = json.dumps(design.as_json(), indent=1) + "\n"
    path = folder / "design.json"
    if path.is_file():
        if path.read_text(encoding="utf-8") != said:
            raise BuildError(
                f"{folder} holds control models of another design.",
                "Choose another folder with --models, or remove it.",
            )
        if (folder / EVALUATIONS).is_dir():
            return
    from loaders.controls.questions import write_evaluations
    from loaders.controls.world import make_world

    folder.mkdir(parents=True, exist_ok=True)
    write_file(path, said.encode())
    unfinished = folder / f".{EVALUATIONS}"
    write_evaluations(make_world(design.world_seed), unfinished, design.questions)
    settle(unfinished, folder / EVALUATIONS)
