"""Writers of one results folder, each for a process of its own: what they could not store, and why."""

from __future__ import annotations

import time
from pathlib import Path

import loaders.sweep.run as run_module
from analysis.errors import ScalewatchError
from loaders.importing.run import import_results
from loaders.store.store import Store
from loaders.sweep.run import run_sweep
from loaders.sweep.sweep_file import read_sweep


def write_table(path: Path) -> Path:
    """Rates of five sizes on an evaluation that is called as the file."""
    rows = [f"F-{size},{path.stem},0.{size},500,F,{size}000000000,pretrained\n" for size in range(1, 6)]
    path.write_text("model,evaluation,rate,n_questions,family,parameter_count,stage\n" + "".join(rows))
    return path


def import_after(seconds: float, path: Path, into: str, results: Path) -> str:
    """Import a file after a while; why it was refused, empty where it was stored."""
    time.sleep(seconds)
    try:
        report = import_results([path], into, Store(results))
    except ScalewatchError as error:
        return str(error)
    return "" if report.changed and not report.rejected else str(report.as_json())


def sweep_after(seconds: float, path: Path, results: Path) -> str:
    """Run a sweep after a while, publishing after every job; why its set was not stored, empty where it was."""
    run_module.PUBLISH_AFTER_S, run_module.PUBLISH_SHARE = 0.0, 1.0
    time.sleep(seconds)
    try:
        return run_sweep(read_sweep(path), Store(results)).set_problem
    except ScalewatchError as error:
        return str(error)
