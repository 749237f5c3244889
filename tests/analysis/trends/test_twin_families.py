"""Replicates without a known truth: the same sweep with other training seeds, or other prompts, is never opposite."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest

from analysis import detect

SIZES = {"70m": 70e6, "160m": 160e6, "410m": 410e6, "1b-bf16": 1e9, "1.4b": 1.4e9, "2.8b": 2.8e9, "6.9b": 6.9e9,
         "12b": 12e9}  # fmt: skip
LAST = "step143000"
SEEDS = (0, 1, 2, 4)
OPPOSITE = ({"inverse", "positive"}, {"u_shaped", "inverted_u"})
Rates = dict[str, tuple[float, float]]


def rates_in(path: Path) -> Rates:
    """Task -> (accuracy, its standard error)."""
    told = {}
    for task, values in json.loads(path.read_text())["results"].items():
        for mean, error in (("acc", "acc_stderr"), ("acc,none", "acc_stderr,none")):
            if isinstance(values.get(error), float) and values[error] > 0:
                told[task] = values[mean], values[error]
    return told


def sweep(data: Path, shots: str) -> dict[str, Rates]:
    """Size -> rates of the last checkpoints of Pythia."""
    folders = {size: data / "pythia/evals/pythia-v1" / f"pythia-{size}" / shots for size in SIZES}
    found = {size: sorted(folder.glob(f"*{LAST}.json")) for size, folder in folders.items()}
    return {size: rates_in(paths[0]) for size, paths in found.items() if paths}


def table(families: dict[str, dict[str, Rates]]) -> pd.DataFrame:
    rows = [
        {"behavior": task, "family": family, "model": size, "n_params": SIZES[size], "rlhf_steps": 0, "n": None,
         "mean": mean, "se": error}
        for family, sizes in families.items() for size, rates in sizes.items() for task, (mean, error) in rates.items()
    ]  # fmt: skip
    return pd.DataFrame(rows)


def detected(families: dict[str, dict[str, Rates]], what: str = "verdict") -> pd.DataFrame:
    """A row per task, a column per family."""
    rows = table(families)
    seen = detect(rows, dict.fromkeys(rows["behavior"].unique(), -1))
    return seen.pivot(index="behavior", columns="family", values=what)


def opposites(seen: pd.DataFrame) -> list[str]:
    return [str(task) for task, row in seen.iterrows() if any(pair <= set(row.dropna()) for pair in OPPOSITE)]


@pytest.fixture(scope="module")
def zero_shot(shared_data: Path) -> dict[str, Rates]:
    return sweep(shared_data, "zero-shot")


def test_other_training_seeds_of_the_small_models(shared_data: Path, zero_shot: dict[str, Rates]) -> None:
    """Four times the sweep with 70M and 160M trained anew from another seed."""
    folder = shared_data / "pythia-seeds/results/eval-harness/Pythia"
    twins = {"first": zero_shot}
    for seed in SEEDS:
        small = {size: rates_in(folder / f"downstream_{size}_seed{seed}.json") for size in ("70m", "160m")}
        shared = set.intersection(*(set(rates) for rates in (*small.values(), zero_shot["410m"])))
        twins[f"seed {seed}"] = {
            size: {task: small.get(size, rates)[task] for task in shared} for size, rates in zero_shot.items()
        }
    seen = detected(twins).dropna()
    assert len(seen) >= 4
    assert opposites(seen) == []
    called = seen.isin(["inverse", "positive"]).mean(axis=1)
    assert (called == 1).sum() >= 3


def test_five_shot_against_zero_shot(shared_data: Path, zero_shot: dict[str, Rates]) -> None:
    five = sweep(shared_data, "five-shot")
    assert list(five) == ["160m", "1.4b", "12b"]
    twins = {"zero": zero_shot, "five": five}
    seen = detected(twins)
    assert len(seen) >= 60
    assert opposites(seen) == []
    change = detected(twins, "change")[seen["zero"].isin(["inverse", "positive"])]  # three sizes alone call none
    assert len(change) >= 10
    assert (change["five"] * change["zero"] > 0).mean() >= 0.9
