"""A stored set, and the ways in which somebody can have damaged it (damaging/)."""

from __future__ import annotations

import shutil
from pathlib import Path

from answer_builders import store_answers_set
from damaging.damage import TRAINING, Damage, forge
from damaging.of_answers import of_answers
from damaging.of_files import of_files
from damaging.of_findings import of_findings
from damaging.of_folders import of_folders
from damaging.of_rates import of_rates
from damaging.of_the_manifest import of_the_manifest

from loaders.store.store import Store


def write_whole_set(root: Path, name: str = "whole") -> Path:
    """A set with findings, rates, answers and training.csv, not damaged; its folder."""
    store_answers_set(root, name)
    store = Store(root)
    stored = store.read_set(name)
    training = b"checkpoint,family,arm,seed,step,parameters,kl,reward,preference,allowed_share\n"
    store.write_set(
        name, rates=stored.rates, answers=stored.answers, sheet=stored.info.sheet(), files={},
        extra={TRAINING: training},
    )  # fmt: skip
    return root / name


def damaged(whole: Path, root: Path, damage: Damage) -> Path:
    """A damaged copy of a set in a results folder, with data of its own; its folder as it was asked for."""
    folder = root / f"d-{damage.name}"
    shutil.copytree(whole, folder)
    manifest = folder / "manifest.json"
    manifest.write_text(manifest.read_text().replace('"name": "whole"', f'"name": "{folder.name}"'))
    forge(folder, "rates.csv", (folder / "rates.csv").read_bytes().replace(b"whole,", f"{folder.name},".encode()))
    damage.apply(folder)
    return folder


def damages() -> list[Damage]:
    """All of them, each under a name of its own."""
    found = [*of_files(), *of_the_manifest(), *of_findings(), *of_rates(), *of_answers(), *of_folders()]
    assert len({each.name for each in found}) == len(found)
    return found
