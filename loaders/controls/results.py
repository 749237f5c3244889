"""What a build leaves: a result set of origin `control` with its source sheet, and sweep files over the checkpoints."""

from __future__ import annotations

import datetime
import json
from collections.abc import Iterator, Mapping
from importlib import metadata
from pathlib import Path
from typing import Any

import pandas as pd

from analysis.cells.answers import measured_cell
from analysis.records import CONTROL, ModelCheckpoint, checkpoint_name
from analysis.tables import RATES, model_columns
from loaders.controls.design import FAMILIES, VARIANTS, ControlCell, Design, cells_of
from loaders.controls.questions import evaluations_of
from loaders.controls.training_log import TRAINING_FILE
from loaders.evaluations.released import read_evaluation
from loaders.files.whole_file import write_file
from loaders.store.source_sheet import SourceSheet
from loaders.store.store import Store
from loaders.store.tables.questions import PARTS as QUESTION_PARTS
from loaders.store.tables.questions import questions_frame

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
            name = checkpoint_name(cell.name, f"step{record['step']}" if cell.arm else None)
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
        model = _checkpoint(known[str(checkpoint)])
        yield RATES.row(
            result_set=name, origin=CONTROL, **model_columns(model, lineage=model.family),
            evaluation=evaluation, behavior=evaluation, prompt_style=PROMPT_STYLE, metric=METRIC,
            **measured_cell(cell), source=SOURCE, licence="Apache-2.0",
        )  # fmt: skip


def _checkpoint(record: Mapping[Any, Any]) -> ModelCheckpoint:
    return ModelCheckpoint(
        name=record["checkpoint"],
        family=FAMILY_NAMES[record["family"]],
        variant=VARIANTS[record["arm"]],
        parameter_count=record["parameters"],
        stage="rlhf" if record["step"] else "pretrained",
        rlhf_steps=record["step"] if record["arm"] else None,
        training_tokens=record["training_tokens"],
    )


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
        may_leave_machine=True,
        prompt_style=PROMPT_STYLE,
        note=f"Made by `{command}`, world seed {design.world_seed}, with {made_with}. "
        "Sizes count all parameters, the embedding table included.",
    )


def _key(cell: ControlCell) -> list[object]:
    return [cell.family, cell.width, cell.seed, cell.arm]


def store_build(name: str, store: Store, design: Design, folder: Path, command: str) -> bool:
    """Store what is finished in a folder as a result set, with what was seen in training (training.csv, also beside
    the checkpoints: KL, reward, preference, share of probability on the allowed answers); True where it changed."""
    records, answers = with_starts(design, *read_cells(design, folder))
    training = records.to_csv(index=False, lineterminator="\n").encode()
    write_file(folder / TRAINING_FILE, training)
    answers = rounded(answers)
    rates = rates_of(name, records, answers)
    newest = max(path.stat().st_mtime for path in folder.glob("*/cell.json"))
    date = datetime.datetime.fromtimestamp(newest, datetime.UTC).date().isoformat()
    versions = {package: metadata.version(package) for package in ("torch", "transformers", "tokenizers", "numpy")}
    sheet = sheet_of(design, date, command, versions)
    return store.write_set(
        name, rates=rates, answers=answers, questions=_questions(folder, rates), sheet=sheet, files={},
        extra={TRAINING_FILE: training},
    )  # fmt: skip


def _questions(folder: Path, rates: pd.DataFrame) -> dict[str, bytes]:
    """What was asked, as the set's files: made up, so it may be shown to anybody."""
    names = sorted(set(rates["evaluation"]))
    return dict(
        QUESTION_PARTS.part_of(
            questions_frame(name, read_evaluation(path).questions, licence="Apache-2.0", may_leave_machine=True)
        )
        for name in names
        if (path := folder / "evaluations" / f"{name}.jsonl").is_file()
    )


def write_sweeps(records: pd.DataFrame, into: str, folder: Path) -> list[Path]:
    """Sweep files over the control models, so that `scalewatch run` scores them anew: <folder>/sweep-positive.yaml and
    sweep-negative.yaml, storing into '<into>-again'.

    `records` are those of `read_cells`, a row per checkpoint folder. Returns the files.
    """
    written = []
    for family in FAMILIES:
        mine = records[records["family"] == family]
        if mine.empty:
            continue
        entries = [_entry(row) for row in mine.to_dict("records")]
        lines = [f"into: {into}-again", "prompt_style: dialogue", "dtype: float32", "evaluations:"]
        lines += [f"  - evaluations/{slug}.jsonl" for slug in evaluations_of(family)]
        lines += ["checkpoints:", *(f"  - {json.dumps(entry)}" for entry in entries)]
        path = folder / f"sweep-{family}.yaml"
        write_file(path, ("\n".join(lines) + "\n").encode())
        written.append(path)
    return written


def _entry(row: Mapping[Any, Any]) -> dict[str, Any]:
    """One checkpoint as a sweep file takes it."""
    name, _, step = row["checkpoint"].partition("-step")
    entry = {
        "model": f"./{name}/{row['checkpoint']}",
        "name": checkpoint_name(name, f"step{step}" if step else None),
        "family": FAMILY_NAMES[row["family"]],
        "variant": VARIANTS[row["arm"]],
        "stage": "rlhf" if row["step"] else "pretrained",
        "parameter_count": row["parameters"],
    }
    return entry | ({"rlhf_steps": row["step"]} if row["arm"] else {})
