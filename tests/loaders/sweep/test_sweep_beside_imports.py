"""Two imports and a sweep that publishes after every job, at once: nothing is lost, and what is refused is said."""

from __future__ import annotations

import multiprocessing
import random
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import pytest
from stored_files import contents
from sweep_builders import run_file, write_sweep
from writers_at_once import import_after, sweep_after, write_table

from loaders.store.checking.report import check
from loaders.store.store import Store

ROUNDS = 10
FILES = ("a", "b")


@pytest.fixture(scope="module")
def pool() -> Iterator[ProcessPoolExecutor]:
    """Three processes that have imported what they need."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["writers_at_once", "loaders.backends.scripted", "statsmodels.api"])
    with ProcessPoolExecutor(3, mp_context=context) as made:
        yield made


@pytest.fixture
def sweep(tmp_path: Path) -> Path:
    """A sweep into 'small', which was run alone in 'alone'; two tables beside it."""
    for name in FILES:
        write_table(tmp_path / f"{name}.csv")
    path = write_sweep(tmp_path)
    run_file(path, tmp_path / "alone")
    return path


def at_once(pool: ProcessPoolExecutor, sweep: Path, results: Path, into: str, chance: random.Random) -> dict[str, str]:
    """Who was refused, and why; empty texts where all was stored."""
    jobs = {"sweep": pool.submit(sweep_after, chance.uniform(0, 0.5), sweep, results)}
    for name in FILES:
        path = sweep.with_name(f"{name}.csv")
        jobs[name] = pool.submit(import_after, chance.uniform(0, 2), path, into, results)
    return {name: job.result() for name, job in jobs.items()}


@pytest.mark.slow
@pytest.mark.parametrize("into", ["imported", "small"])
def test_everything_is_in_it_afterwards(pool: ProcessPoolExecutor, sweep: Path, tmp_path: Path, into: str) -> None:
    chance = random.Random(7)
    for number in range(ROUNDS):
        store = Store(tmp_path / f"round {number}")
        refused = at_once(pool, sweep, store.folder, into, chance)
        for name in FILES if into == "imported" else ():
            assert refused[name] == ""
        if refused["sweep"]:
            assert into == "small"
            assert "is there already and is not from this sweep file" in refused["sweep"]
            assert set(store.info("small").files) == {f"{name}.csv" for name in FILES if not refused[name]}
            run_file(write_sweep(tmp_path, into="other", name="other.yaml"), store.folder)
        for name in FILES:
            if refused[name]:
                assert "holds results of scored with sweep.yaml" in refused[name]
                assert import_after(0, sweep.with_name(f"{name}.csv"), "imported", store.folder) == ""
        stored = {name: store.read_set(name) for name in store.sets()}
        assert sum(each.info.n_rates for each in stored.values()) == 18 + 2 * 5
        assert {n for each in stored.values() for n in each.rates["evaluation"]} >= set(FILES)
        if not refused["sweep"]:
            assert contents(store.folder / "small") == contents(tmp_path / "alone" / "small")
        report = check(store, anew=True)
        assert (report.damage, report.notices) == ([], ())
