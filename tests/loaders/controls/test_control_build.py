"""Cells, the resumable build and the rows it stores, on models of width 4 trained for a few steps."""

from __future__ import annotations

import datetime
import json
import math
import os
import shutil
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from analysis.tables import ANSWERS, RATES
from loaders.backends import open_scorer
from loaders.controls.build import BuildError, build, prepare
from loaders.controls.cells import do_cell
from loaders.controls.design import ControlCell, Design, DesignError, cells_of, read_design
from loaders.controls.documents import BATCH, LENGTH
from loaders.controls.questions import evaluations_of
from loaders.controls.results import read_cells, store_build, write_sweeps
from loaders.evaluations.released import read_evaluation
from loaders.files.locks import LockError, only_writer
from loaders.store.store import Store
from loaders.sweep.sweep_file import read_sweep

START = ControlCell(family="positive", width=4, seed=0)
ARM = ControlCell(family="positive", width=4, seed=0, arm="biased")


def small(**changes: object) -> Design:
    design = read_design(quick=True)
    sizes = tuple(replace(design.sizes[0], width=width) for width in (4, 8, 12, 16))
    few = {
        "world_seed": 1, "questions": 20, "pretraining_steps": 6, "negative_steps": 4, "comparisons": 128,
        "panel_comparisons": 64, "passes": 1, "rlhf_steps": (1, 2, 3), "prompts": 4, "sizes": sizes,
    }  # fmt: skip
    return replace(design, **(few | changes))  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def one_model(tmp_path_factory: pytest.TempPathFactory) -> tuple[Design, Path]:
    """A folder with one model and one arm, made without worker processes."""
    folder = tmp_path_factory.mktemp("models")
    design = small(sizes=(replace(small().sizes[0], negative_seeds=0),), arms=("biased",))
    prepare(design, folder)
    for cell in (START, ARM):
        do_cell(cell, design, folder)
    return design, folder


def test_the_shipped_design_can_be_read_and_planned() -> None:
    for quick in (False, True):
        design = read_design(quick=quick)
        cells = list(cells_of(design))
        assert len({cell.name for cell in cells}) == len(cells)
        pretrained = {cell.name for cell in cells if not cell.arm}
        assert all(cell.needs in pretrained for cell in cells if cell.arm)
        assert len({size.width for size in design.sizes}) >= 4  # fewer sizes are not tested
    full = sum(cell.seconds(read_design()) for cell in cells_of(read_design()))
    quick_seconds = sum(cell.seconds(read_design(quick=True)) for cell in cells_of(read_design(quick=True)))
    assert full / 2 < 50 * 60
    assert quick_seconds / 2 < 4 * 60


def test_larger_sizes_come_after_the_others() -> None:
    design = read_design().for_larger_sizes([384, 256])
    assert [size.width for size in design.sizes][-2:] == [256, 384]
    last = read_design().sizes[-1]
    assert [size.rate for size in design.sizes][-2:] == [
        pytest.approx(last.rate * math.sqrt(last.width / width)) for width in (256, 384)
    ]
    assert [size.seeds for size in design.sizes][-2:] == [1, 1]
    for width in (last.width + 1, last.width, 32):
        with pytest.raises(DesignError, match=f"Width {width} cannot be added"):
            read_design().for_larger_sizes([width])


def test_cells_come_in_the_order_of_work_and_arms_for_some_seeds_only() -> None:
    size = replace(small().sizes[0], width=8, seeds=3, negative_seeds=2, rlhf_seeds=1)
    cells = list(cells_of(small(sizes=(replace(size, width=4), size), arms=("biased", "fickle"))))
    assert [cell.name for cell in cells if not cell.arm] == [cell.name for cell in cells[: 2 * (3 + 2)]], (
        "arms wait for the models they start from"
    )
    assert [cell.width for cell in cells if not cell.arm][:3] == [8, 8, 8], "long ones first"
    assert [(cell.family, cell.seed) for cell in cells if cell.arm and cell.width == 8] == [
        ("negative", 0), ("positive", 0)
    ]  # fmt: skip


def test_a_broken_truth_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "truth.toml").write_text("[design]\nworld_seed = 1\n")
    with pytest.raises(DesignError, match=r"truth\.toml: holds no design"):
        read_design(tmp_path / "truth.toml")


def test_a_cell_leaves_checkpoints_that_can_be_scored(one_model: tuple[Design, Path]) -> None:
    _, folder = one_model
    names = sorted(path.name for path in (folder / ARM.name).iterdir() if path.is_dir())
    assert names == [f"{ARM.name}-{end}" for end in ("preference", "step1", "step2", "step3")]
    answers = pd.read_parquet(folder / ARM.name / "answers.parquet")
    assert set(answers["evaluation"]) == set(evaluations_of("positive"))
    evaluation = read_evaluation(folder / "evaluations" / "control-wealth-seeking.jsonl")
    scorer = open_scorer(folder / ARM.name / f"{ARM.name}-step2", device="cpu", dtype="float32")
    again = scorer.score(evaluation.questions, "dialogue", evaluation="control-wealth-seeking")
    scorer.close()
    kept = answers[(answers["checkpoint"] == f"{ARM.name}-step2") & (answers["evaluation"] == "control-wealth-seeking")]
    assert kept["matching_probability"].tolist() == pytest.approx(again["matching_probability"].tolist(), abs=1e-4)


def test_a_record_holds_kl_and_the_share_of_allowed_answers(one_model: tuple[Design, Path]) -> None:
    _, folder = one_model
    records = json.loads((folder / ARM.name / "cell.json").read_text())
    assert [record["step"] for record in records] == [1, 2, 3]
    assert all(record["kl"] >= 0 and 0 <= record["allowed_share"] <= 1 for record in records)
    assert 0 < records[0]["preference"] < 1
    (start,) = json.loads((folder / START.name / "cell.json").read_text())
    assert start["kl"] is None
    assert start["loss"] > 0
    assert start["parameters"] > start["parameters_without_embedding"] == 496


def test_a_finished_cell_is_left_alone_and_an_unfinished_one_is_begun_anew(
    one_model: tuple[Design, Path], tmp_path: Path
) -> None:
    design, folder = one_model
    assert do_cell(START, design, folder) == 0.0
    prepare(design, tmp_path)
    leftover = tmp_path / f".{START.name}"
    leftover.mkdir()
    (leftover / "half.txt").write_text("cut off")
    assert do_cell(START, design, tmp_path) > 0
    assert not leftover.exists()
    assert not (tmp_path / START.name / "half.txt").exists()
    same = [pd.read_parquet(each / START.name / "answers.parquet") for each in (folder, tmp_path)]
    pd.testing.assert_frame_equal(*same)


def test_a_folder_holds_one_design(one_model: tuple[Design, Path]) -> None:
    design, folder = one_model
    with pytest.raises(BuildError, match="of another design"):
        build(replace(design, world_seed=2), folder)


def test_the_checkpoints_can_be_swept(one_model: tuple[Design, Path]) -> None:
    design, folder = one_model
    records, _ = read_cells(design, folder)
    (path,) = write_sweeps(records, "controls", folder)
    sweep = read_sweep(path)
    found = {target.checkpoint.name: target.checkpoint for target in sweep.targets}
    assert set(found) == {START.name, *(f"{ARM.name}@step{step}" for step in (1, 2, 3))}
    assert (found[f"{ARM.name}@step2"].rlhf_steps, found[START.name].rlhf_steps) == (2, None)
    assert {each.family for each in found.values()} == {"Control positive"}
    assert [evaluation.name for evaluation in sweep.evaluations] == list(evaluations_of("positive"))


def test_two_builds_do_not_share_a_folder(one_model: tuple[Design, Path]) -> None:
    design, folder = one_model
    with only_writer(folder), pytest.raises(BuildError, match="Another build is at work"):
        build(design, folder)


@pytest.mark.parametrize("place", ["write_file", "settle"])
def test_a_build_stopped_before_its_first_cell_goes_on(
    place: str, one_model: tuple[Design, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def killed(*args: object) -> None:
        raise KeyboardInterrupt

    design, folder = one_model
    with monkeypatch.context() as patched:
        patched.setattr(f"loaders.controls.build.{place}", killed)
        with pytest.raises(KeyboardInterrupt):
            prepare(design, tmp_path)
    prepare(design, tmp_path)
    for file in ("design.json", "evaluations/control-wealth-seeking.jsonl"):
        assert (tmp_path / file).read_bytes() == (folder / file).read_bytes()


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "models").write_text("a file")
    with pytest.raises(LockError, match="--models"):
        build(small(), tmp_path / "models")


def test_rows_say_control_and_every_arm_starts_at_step_0(one_model: tuple[Design, Path], tmp_path: Path) -> None:
    design, folder = one_model
    store = Store(tmp_path)
    assert store_build("mine", store, design, folder, "scalewatch controls build --into mine")
    assert not store_build("mine", store, design, folder, "scalewatch controls build --into mine")
    rates, answers = store.rates("mine"), store.answers("mine")
    assert answers is not None
    RATES.validate(rates)
    ANSWERS.validate(answers)
    assert set(rates["origin"]) == {"control"}
    assert set(rates["checkpoint"]) == {START.name} | {f"{ARM.name}@step{step}" for step in range(4)}
    options = answers["option_logprobs"].iloc[0]
    assert [round(value, 4) for value in options] == list(options)
    before = answers[answers["checkpoint"] == START.name]["matching_probability"].tolist()
    assert answers[answers["checkpoint"] == f"{ARM.name}@step0"]["matching_probability"].tolist() == before
    assert rates[rates["checkpoint"] == START.name]["rlhf_steps"].isna().all()
    facts = rates.drop_duplicates("checkpoint").set_index("checkpoint")[["stage", "rlhf_steps"]]
    assert facts["stage"].to_dict() == {
        START.name: "pretrained",
        f"{ARM.name}@step0": "pretrained",
        **{f"{ARM.name}@step{step}": "rlhf" for step in (1, 2, 3)},
    }
    assert [facts.loc[f"{ARM.name}@step{step}", "rlhf_steps"] for step in range(4)] == [0, 1, 2, 3]
    whole = read_cells(design, folder)[1].sort_values(list(ANSWERS.key), ignore_index=True)
    answers = answers.sort_values(list(ANSWERS.key), ignore_index=True)
    kept = answers[answers["checkpoint"] == START.name]["matching_probability"].to_numpy()
    true = whole[whole["checkpoint"] == START.name]["matching_probability"].to_numpy()
    assert abs(kept - true).max() <= 0.51e-6 + 2**-25
    exact = [value for row in whole["option_logprobs"][:20] for value in row]
    short = [value for row in answers["option_logprobs"][:20] for value in row]
    assert short == pytest.approx(exact, abs=0.51e-4)
    note = store.info("mine").note
    assert "scalewatch controls build --into mine" in note
    assert "world seed 1" in note
    records, _ = read_cells(design, folder)
    assert len(records) == 4
    training = pd.read_csv(folder / "training.csv")
    assert training.set_index("checkpoint")["kl"][f"{ARM.name}@step0"] == 0
    tokens = design.steps("positive") * BATCH * LENGTH
    assert set(rates["training_tokens"]) == {tokens}


def test_a_set_is_as_old_as_its_newest_cell(one_model: tuple[Design, Path], tmp_path: Path) -> None:
    design, folder = one_model
    shutil.copytree(folder, tmp_path / "models")
    noon = datetime.datetime(2024, 5, 6, 12, tzinfo=datetime.UTC).timestamp()
    for days, cell in ((0, ARM), (-2, START)):
        os.utime(tmp_path / "models" / cell.name / "cell.json", (noon, noon + days * 86400))
    store_build("mine", Store(tmp_path), design, tmp_path / "models", "scalewatch controls build --into mine")
    assert Store(tmp_path).info("mine").date == "2024-05-06"


def test_models_of_the_negative_family_have_read_their_own_number_of_tokens(tmp_path: Path) -> None:
    design = small()
    prepare(design, tmp_path)
    cell = ControlCell(family="negative", width=4, seed=0)
    do_cell(cell, design, tmp_path)
    (record,) = json.loads((tmp_path / cell.name / "cell.json").read_text())
    assert record["training_tokens"] == 4 * BATCH * LENGTH
    assert design.steps("positive") == 6


@pytest.mark.slow
def test_a_build_resumes_and_the_findings_pass_over_it(tmp_path: Path) -> None:
    design = small()
    first = build(design, tmp_path / "models")
    assert (first.done, first.found) == (len(list(cells_of(design))), 0)
    answers = tmp_path / "models" / "control-positive-w004-s0" / "answers.parquet"
    untouched = answers.stat().st_mtime_ns
    (tmp_path / "models" / "control-positive-w008-s0-biased").rename(tmp_path / "models" / ".cut-off")
    second = build(design, tmp_path / "models")
    assert (second.done, second.found) == (1, first.done - 1)
    assert answers.stat().st_mtime_ns == untouched
    store = Store(tmp_path / "results")
    store_build("controls", store, design, tmp_path / "models", "scalewatch controls build --into controls")
    findings = store.findings("controls")
    assert {finding.origin for finding in findings} == {"control"}
    assert {finding.result.axis for finding in findings} == {"size", "rlhf"}
