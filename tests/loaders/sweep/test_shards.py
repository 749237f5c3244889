"""Shards: one for the same answers, the newer of two, none that is damaged, one writer."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from sweep_builders import SIZES, run_file, write_sweep

from loaders.store.store import Store
from loaders.sweep.plan import jobs_of
from loaders.sweep.shards import ShardError, Shards
from loaders.sweep.sweep_file import read_sweep


def test_a_damaged_shard_is_scored_again(tmp_path: Path) -> None:
    path = write_sweep(tmp_path)
    run_file(path, tmp_path / "results")
    shards = sorted((tmp_path / "results" / ".sweeps" / "small").glob("*.parquet"))
    whole = shards[0].read_bytes()
    shards[0].write_bytes(whole[: len(whole) // 2])
    shards[1].write_bytes(b"")
    report = run_file(path, tmp_path / "results")
    assert len(report.done) == 2
    assert shards[0].read_bytes() == whole


def test_the_same_answers_again_leave_the_shard_where_it_is(tmp_path: Path) -> None:
    path, results = write_sweep(tmp_path, models=SIZES[:1]), tmp_path / "results"
    run_file(path, results)
    (job, *_), shards = jobs_of(read_sweep(path)), Shards(results, "small")
    shards.write(job.key, shards.read(job.key))
    assert len(Shards(results, "small").finished()) == 3
    assert len(Shards(results, "small").read(job.key)) == 30


def test_of_two_shards_of_one_job_the_newer_counts(tmp_path: Path) -> None:
    path, results = write_sweep(tmp_path, models=SIZES[:1]), tmp_path / "results"
    run_file(path, results)
    (job, *_), shards = jobs_of(read_sweep(path)), Shards(results, "small")
    (older,) = shards.folder.glob(f"{job.key}-*")
    before, written = older.read_bytes(), older.stat().st_mtime
    shards.write(job.key, shards.read(job.key).assign(scoring_way="again"))
    assert not older.exists()
    older.write_bytes(before)  # killed between writing the new one and removing the old one
    os.utime(older, (written, written))
    assert set(Shards(results, "small").read(job.key)["scoring_way"]) == {"again"}
    os.utime(older, (written + 1000, written + 1000))
    assert set(Shards(results, "small").read(job.key)["scoring_way"]) == {"scripted"}


def test_two_runs_at_once(tmp_path: Path) -> None:
    path = write_sweep(tmp_path)
    with Shards.locked(tmp_path / "results", "small"), pytest.raises(ShardError, match="Another run is writing"):
        run_file(path, tmp_path / "results")


def test_the_same_weights_under_two_names_are_scored_once(tmp_path: Path) -> None:
    models = ("pythia-70m", "{model: pythia-70m, name: twin}")
    answered: list[int] = []
    report = run_file(write_sweep(tmp_path, models=models), tmp_path / "results", tick=answered.append)
    assert sum(answered) == 3 * 30
    assert (report.as_json()["planned"], report.as_json()["done"]) == (6, 6)
    assert set(Store(tmp_path / "results").rates("small")["checkpoint"]) == {"pythia-70m", "twin"}
