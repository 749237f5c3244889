"""Finished cells -> RATES and ANSWERS rows of a result set, and its source sheet; origin `control`."""

from __future__ import annotations

import datetime
import json
from collections.abc import Iterator, Mapping
from importlib import metadata
from pathlib import Path
from typing import Any

import pandas as pd

from analysis.cells.answers import measured_cell
from analysis.records import CONTROL
from loaders.controls.design import FAMILIES, VARIANTS, Cell, Design, cells_of
from loaders.controls.training_log import TRAINING_FILE
from loaders.store.source_sheet import SourceSheet
from loaders.store.store import Store

FAMILY_NAMES = {family: f"Control {family}" for family in FAMILIES}
SOURCE = "control models trained by scalewatch with planted trends; not evidence about real models"
METRIC = "share of questions answered with the matching option"
PROMPT_STYLE = "dialogue"


def read_cells(design: Design, folder: Path) -> tuple[pd.DataFrame, pd.DataFrame]:
    """(records, answers) of all finished cells: a row per checkpoint, a row per checkpoint and question."""
    records: list[dict[str, Any]] = []
    answers = []
    for cell in cells_of(design):
        if (folder / cell.name).is_dir():
            records += json.loads((folder / cell.name / "cell.json").read_text(encoding="utf-8"))
            answers.append(pd.read_parquet(folder / cell.name / "answers.parquet"))
    return pd.DataFrame(records), pd.concat(answers, ignore_index=True)


def with_starts(design: Design, records: pd.DataFrame, answers: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The same with a step 0 in every arm: the pretrained model's answers under the arm's name, KL 0.

    Checkpoints on the way of RLHF are then called 'model@stepN', as everywhere in the tables.
    """
    by_checkpoint = dict(iter(answers.groupby("checkpoint", sort=False)))
    all_records, all_answers = [], []
    for cell in cells_of(design):
        mine = records[(records[["family", "width", "seed", "arm"]] == _key(cell)).all(axis=1)]
        if cell.arm and len(mine):
            start = records[records["checkpoint"] == cell.model].assign(arm=cell.arm, kl=0.0)
            mine = pd.concat([start, mine])
        for record in mine.to_dict("records"):
            name = f"{cell.name}@step{record['step']}" if cell.arm else cell.name
            all_records.append(record | {"checkpoint": name})
            all_answers.append(by_checkpoint[record["checkpoint"]].assign(checkpoint=name))
    return pd.DataFrame(all_records), pd.concat(all_answers, ignore_index=True)


def rounded(answers: pd.DataFrame) -> pd.DataFrame:
    """Log-probabilities to 4 decimals, probabilities to 6: the stored file is 40 % smaller, no rate moves by 1e-5."""
    logprobs = answers["option_logprobs"].map(lambda each: None if each is None else [round(v, 4) for v in each])
    probabilities = {name: answers[name].round(6) for name in ("matching_probability", "total_option_mass")}
    return answers.assign(option_logprobs=logprobs, **probabilities)


def rates_of(name: str, records: pd.DataFrame, answers: pd.DataFrame) -> pd.DataFrame:
    """RATES rows of the set `name`, one per checkpoint and evaluation."""
    known = {str(record["checkpoint"]): record for record in records.to_dict("records")}
    return pd.DataFrame(list(_rows(name, known, answers)))


def _rows(name: str, known: Mapping[str, Mapping[Any, Any]], answers: pd.DataFrame) -> Iterator[dict[str, Any]]:
    for (checkpoint, evaluation), cell in answers.groupby(["checkpoint", "evaluation"], sort=False):
        record = known[str(checkpoint)]
        in_rlhf = bool(record["arm"])
        yield {
            "result_set": name,
            "origin": CONTROL,
            "checkpoint": checkpoint,
            "family": FAMILY_NAMES[record["family"]],
            "lineage": FAMILY_NAMES[record["family"]],
            "variant": VARIANTS[record["arm"]],
            "stage": "rlhf" if record["step"] else "pretrained",
            "parameter_count": record["parameters"],
            "parameter_count_is_estimate": False,
            "rlhf_steps": record["step"] if in_rlhf else None,
            "training_tokens": record["training_tokens"],
            "evaluation": evaluation,
            "behavior": evaluation,
            "prompt_style": PROMPT_STYLE,
            "metric": METRIC,
            "source": SOURCE,
            "licence": "Apache-2.0",
            **measured_cell(cell),
        }


def sheet_of(design: Design, date: str, command: str, versions: dict[str, str]) -> SourceSheet:
    """The source sheet: command, seeds and versions that made the set."""
    made_with = ", ".join(f"{package} {version}" for package, version in sorted(versions.items()))
    return SourceSheet(
        title="Control models with a known answer",
        source=SOURCE,
        licence="Apache-2.0",
        date=date,
        citation="scalewatch, loaders/controls/truth.toml",
        origin=CONTROL,
        prompt_style=PROMPT_STYLE,
        note=f"Made by `{command}`, world seed {design.world_seed}, with {made_with}. "
        "Sizes count all parameters, the embedding table included.",
    )


def _key(cell: Cell) -> list[object]:
    return [cell.family, cell.width, cell.seed, cell.arm]


def store_build(name: str, store: Store, design: Design, folder: Path, command: str) -> bool:
    """Store what is finished in a folder as a result set, with what was seen in training (training.csv, also beside
    the checkpoints: KL, reward, preference, share of probability on the allowed answers); True where it changed."""
    records, answers = with_starts(design, *read_cells(design, folder))
    training = records.to_csv(index=False, lineterminator="\n").encode()
    (folder / TRAINING_FILE).write_bytes(training)
    answers = rounded(answers)
    rates = rates_of(name, records, answers)
    newest = max(path.stat().st_mtime for path in folder.glob("*/cell.json"))
    date = datetime.datetime.fromtimestamp(newest, datetime.UTC).date().isoformat()
    versions = {package: metadata.version(package) for package in ("torch", "transformers", "tokenizers", "numpy")}
    sheet = sheet_of(design, date, command, versions)
    return store.write_set(name, rates=rates, answers=answers, sheet=sheet, files={}, extra={TRAINING_FILE: training})
