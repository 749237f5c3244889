"""A sweep that is killed again and again at random points ends with the very rates of one that was not."""

from __future__ import annotations

import multiprocessing
import random
import signal
from pathlib import Path

import pytest
from stored_files import contents
from sweep_builders import run_file, run_until_killed, write_sweep

KILLS = 20


def count_shards(results: Path) -> int:
    return len(list((results / ".sweeps" / "small").glob("*.parquet")))


@pytest.mark.slow
def test_killed_then_resumed(tmp_path: Path) -> None:
    path = write_sweep(tmp_path, more="options: {seconds_per_question: 0.001}\n")
    whole = run_file(path, tmp_path / "whole")
    assert len(whole.done) == len(whole.jobs) == 18
    processes = multiprocessing.get_context("forkserver")
    processes.set_forkserver_preload(["loaders.sweep.run", "loaders.backends.scripted", "statsmodels.api"])
    chance, kills = random.Random(5), 0
    while kills < KILLS:
        started = processes.Event()
        process = processes.Process(target=run_until_killed, args=(path, tmp_path / "killed", started))
        process.start()
        assert started.wait(60)
        wanted = count_shards(tmp_path / "killed") + chance.randrange(2)
        while process.is_alive() and count_shards(tmp_path / "killed") < wanted:
            process.join(0.002)
        process.join(chance.uniform(0, 0.1))
        process.kill()
        process.join()
        kills += process.exitcode == -signal.SIGKILL
        assert process.exitcode in (0, -signal.SIGKILL)
    resumed = run_file(path, tmp_path / "killed")
    assert resumed.cached, "no shard outlived any kill"
    assert len(resumed.cached) + len(resumed.done) == 18
    assert contents(tmp_path / "killed" / "small") == contents(tmp_path / "whole" / "small")
