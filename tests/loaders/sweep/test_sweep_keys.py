"""The key of a job changes with everything that decides its answers; the plan counts what is stored."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sweep_builders import EVALUATIONS, SIZES, write_evaluation, write_sweep

from loaders.sweep.plan import KEY_VERSION, Job, by_checkpoint, jobs_of, plan_table
from loaders.sweep.sweep_file import Sweep, read_sweep


def keys(sweep: Sweep) -> set[str]:
    return {job.key for job in jobs_of(sweep)}


def test_a_key_changes_with_everything_that_decides_the_answers(tmp_path: Path) -> None:
    sweep = read_sweep(write_sweep(tmp_path))
    assert keys(sweep) == keys(read_sweep(sweep.path))
    assert len(keys(sweep)) == 18
    changes: list[dict[str, Any]] = [
        {"limit": 3}, {"dtype": "bfloat16"}, {"device": "cuda"}, {"options": {"option_mass": 0.5}},
        {"limit": 3, "seed": 1}, {"targets": tuple(replace(each, backend="other") for each in sweep.targets)},
        {"targets": tuple(replace(each, identity=f"{each.identity}+") for each in sweep.targets)},
        {"evaluations": tuple(replace(each, name=f"{each.name}+") for each in sweep.evaluations)},
        {"evaluations": tuple(replace(each, prompt_styles=("chat",)) for each in sweep.evaluations)},
    ]  # fmt: skip
    for change in changes:
        assert keys(replace(sweep, **change)).isdisjoint(keys(sweep)), change
    no_matter = [{name: 3} for name in ("concurrency", "threads", "timeout_s", "max_retries", "pause_s")]
    for change in (
        {"batch_tokens": 7}, {"limit": 99}, {"seed": 4}, {"num_gpus": 2.0}, *({"options": each} for each in no_matter)
    ):  # fmt: skip
        assert keys(replace(sweep, **change)) == keys(sweep), change
    assert keys(read_sweep(sweep.path, limit=3)).isdisjoint(keys(sweep)), "three questions of thirty"
    limited = [keys(replace(sweep, limit=3, seed=seed)) for seed in (None, 0, 1)]
    assert len(set().union(*limited)) == 3 * 18, "with another seed other questions are asked"
    write_evaluation(tmp_path / "evals" / f"{EVALUATIONS[0]}.jsonl", 31)
    assert len(keys(read_sweep(sweep.path)) & keys(sweep)) == 12


def test_a_key_changes_with_the_version_of_scoring(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sweep = read_sweep(write_sweep(tmp_path))
    before = keys(sweep)
    monkeypatch.setattr("loaders.sweep.plan.KEY_VERSION", KEY_VERSION + 1)
    assert keys(sweep).isdisjoint(before)


def test_plan_table_counts_what_is_left(tmp_path: Path) -> None:
    jobs = jobs_of(read_sweep(write_sweep(tmp_path, models=SIZES[:2])))
    lines = plan_table(jobs, frozenset({jobs[0].key})).splitlines()
    assert lines[0].split() == ["checkpoint", "evaluations", "stored", "to", "run", "questions", "to", "ask"]
    assert lines[1].split() == ["pythia-14m", "3", "1", "2", "60"]
    assert lines[2].split() == ["pythia-70m", "3", "0", "3", "90"]
    groups: list[tuple[Job, ...]] = by_checkpoint(jobs)
    assert [len(group) for group in groups] == [3, 3]
