"""Sweep files over the control models, so that `scalewatch run` scores them anew: a file per family."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from analysis.records import checkpoint_name
from loaders.controls.design import FAMILIES, VARIANTS
from loaders.controls.questions import evaluations_of
from loaders.controls.results import FAMILY_NAMES


def write_sweeps(records: pd.DataFrame, into: str, folder: Path) -> list[Path]:
    """<folder>/sweep-positive.yaml and sweep-negative.yaml, storing into '<into>-again'.

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
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
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
