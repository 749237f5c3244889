"""The same sweep on Ray: identical results, failures reported alike, lost workers' jobs run again."""

from __future__ import annotations

import contextlib
import os
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from stored_files import contents
from sweep_builders import SIZES, run_file, write_sweep

from analysis.errors import ScalewatchError
from loaders.store.store import Store
from loaders.sweep.plan import jobs_of
from loaders.sweep.run import run_sweep
from loaders.sweep.serial_executor import run_serial
from loaders.sweep.sweep_file import read_sweep

ray = pytest.importorskip("ray", reason="needs the extra 'ray'")
MODELS = SIZES[:4]


@pytest.fixture(scope="module", autouse=True)
def ray_environment() -> Iterator[None]:
    """Ray writes a token file to the home folder unless told not to; workers score with one thread, as we do."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("RAY_AUTH_MODE", "disabled")
        patched.setenv("OMP_NUM_THREADS", "1")
        yield


@pytest.fixture
def local() -> Iterator[None]:
    """A cluster of this machine."""
    ray.init(num_cpus=2, include_dashboard=False, log_to_driver=False, object_store_memory=100 * 2**20)
    yield
    ray.shutdown()


def executor() -> Any:
    from loaders.sweep.ray_executor import RayExecutor

    return RayExecutor()


def same(one: Path, other: Path) -> bool:
    return contents(one / "small") == contents(other / "small")


@pytest.mark.slow
@pytest.mark.usefixtures("local")
def test_results_are_those_of_the_serial_run(tmp_path: Path) -> None:
    path = write_sweep(tmp_path, models=MODELS)
    run_file(path, tmp_path / "serial")
    ticks: list[int] = []
    report = run_file(path, tmp_path / "ray", executor=executor(), tick=ticks.append)
    assert (len(report.done), report.failed, sum(ticks)) == (12, [], 12 * 30)
    assert same(tmp_path / "serial", tmp_path / "ray")
    assert len(run_file(path, tmp_path / "ray", executor=executor()).cached) == 12
    # What no node can hold, and what no worker can load, is said at once.
    greedy = write_sweep(tmp_path, models=MODELS, more="num_gpus: 9\nlimit: 3\n")
    with pytest.raises(ScalewatchError, match="9 GPUs"):
        run_file(greedy, tmp_path / "ray", executor=executor())
    wrong = write_sweep(tmp_path, models=MODELS, more="options: {option_mass: 7}\n")
    report = run_file(wrong, tmp_path / "ray", executor=executor())
    assert len(report.failed) == 12
    assert "option_mass" in report.failed[0][1]


@pytest.mark.slow
def test_a_cluster_is_started_where_none_runs(tmp_path: Path) -> None:
    path = write_sweep(tmp_path, models=MODELS[:2])
    report = run_file(path, tmp_path / "ray", executor=executor())
    assert report.is_complete
    assert not ray.is_initialized()


def test_no_cluster_at_the_address(tmp_path: Path) -> None:
    from loaders.sweep.ray_executor import RayExecutor

    with pytest.raises(ScalewatchError, match=r"No Ray cluster at 127\.0\.0\.1:1 "):
        run_file(write_sweep(tmp_path, models=MODELS[:1]), tmp_path / "ray", executor=RayExecutor("127.0.0.1:1"))


def test_a_task_is_the_serial_run_of_a_checkpoint(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from loaders.sweep import ray_executor

    sweep = read_sweep(write_sweep(tmp_path, models=MODELS[:1]))
    evaluations = {evaluation.name: evaluation for evaluation in sweep.evaluations}
    monkeypatch.setattr(ray_executor.ray, "get", sweep.questions)  # an evaluation stands for what the store holds
    jobs = jobs_of(sweep)
    outcomes = list(ray_executor._score(sweep, jobs, evaluations))
    serial = list(run_serial(sweep, jobs, lambda answered: None))
    assert [outcome.job for outcome in outcomes] == list(jobs) == [outcome.job for outcome in serial]
    for one, other in zip(outcomes, serial, strict=True):
        assert one.answers is not None
        assert other.answers is not None
        pd.testing.assert_frame_equal(one.answers, other.answers)


def test_what_no_node_can_hold_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from loaders.sweep import ray_executor

    nodes = [{"Alive": True, "Resources": {"CPU": 8.0}}, {"Alive": False, "Resources": {"CPU": 99.0, "GPU": 4.0}}]
    monkeypatch.setattr(ray_executor.ray, "nodes", lambda: nodes)
    ray_executor._check_resources(read_sweep(write_sweep(tmp_path, more="num_cpus: 8\n")))
    greedy = read_sweep(write_sweep(tmp_path, more="num_cpus: 9\nnum_gpus: 1\n"))
    with pytest.raises(ScalewatchError, match="9 CPUs and 1 GPUs a worker asks for; the largest have 8 and 0"):
        ray_executor._check_resources(greedy)


def scoring_workers() -> list[int]:
    """Processes below this one in which Ray runs a checkpoint's task."""
    parents, names = {}, {}
    for folder in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            parents[int(folder.name)] = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
            names[int(folder.name)] = (folder / "cmdline").read_text()
    mine = {os.getpid()}
    while more := {pid for pid, parent in parents.items() if parent in mine} - mine:
        mine |= more
    return [pid for pid in mine if names.get(pid, "").startswith("ray::_score")]


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="finds the worker in /proc")
def test_a_worker_is_killed(tmp_path: Path, local: None) -> None:
    path = write_sweep(tmp_path, models=MODELS, more="options: {seconds_per_question: 0.02}\n")
    run_file(path, tmp_path / "serial")
    killed: list[int] = []

    def kill_one(answered: int) -> None:
        if not killed and (busy := scoring_workers()):
            os.kill(busy[0], signal.SIGKILL)
            killed.append(busy[0])

    report = run_file(path, tmp_path / "ray", executor=executor(), tick=kill_one)
    assert killed
    assert report.is_complete, report.failed
    assert len(report.done) == 12
    assert same(tmp_path / "serial", tmp_path / "ray")


@pytest.mark.slow
def test_a_node_of_two_is_killed(tmp_path: Path) -> None:
    from ray.cluster_utils import Cluster

    path = write_sweep(tmp_path, models=MODELS, more="options: {seconds_per_question: 0.02}\n")
    run_file(path, tmp_path / "serial")
    quick = {
        "health_check_initial_delay_ms": 0, "health_check_period_ms": 500, "health_check_timeout_ms": 500,
        "health_check_failure_threshold": 3,
    }  # fmt: skip
    memory = {"object_store_memory": 100 * 2**20}
    cluster = Cluster(initialize_head=True, head_node_args={"num_cpus": 1, "_system_config": quick, **memory})
    try:
        second = cluster.add_node(num_cpus=1, **memory)
        cluster.wait_for_nodes()
        ray.init(address=cluster.address, log_to_driver=False)
        done: list[int] = []

        def tick(n: int) -> None:
            done.append(n)
            if len(done) == 3:
                cluster.remove_node(second, allow_graceful=False)

        report = run_sweep(read_sweep(path), Store(tmp_path / "ray"), executor=executor(), tick=tick)
    finally:
        ray.shutdown()
        cluster.shutdown()
    assert report.is_complete
    assert same(tmp_path / "serial", tmp_path / "ray")
