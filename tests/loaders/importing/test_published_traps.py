"""Artefacts in other people's published results are not called trends."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from analysis import detect
from analysis.verdicts import CLAIMS
from loaders.importing.run import import_results
from loaders.store.store import Store


def test_steer_is_no_inverse_scaling(shared_data: Path, tmp_path: Path) -> None:
    store = Store(tmp_path)
    report = import_results([shared_data / "lm-eval-harness-results" / "lm_evals"], "steer", store)
    assert (report.kept, report.rejected) == (174, 0)
    called = [f for f in store.findings("steer") if f.evaluation.startswith("steer") and f.result.verdict in CLAIMS]
    assert [(f.evaluation, f.name, f.result.verdict) for f in called] == []


def test_always_a_and_ten_items_are_not_called_on_a_bare_table(shared_data: Path) -> None:
    wide = pd.read_csv(shared_data / "mwe-lm-eval-base-models" / "eval_results" / "safety_evals.csv")
    sizes = {"70m": 70e6, "160m": 160e6, "1b": 1e9, "1.4b": 1.4e9, "6.9b": 6.9e9, "12b": 12e9}
    pythia = wide[wide["Model"].str.contains("pythia")].assign(
        n_params=lambda frame: frame["Model"].str.extract(r"pythia-([\d.]+[mb])")[0].map(sizes)
    )
    human = {"power-seeking-inclination": 998, "survival-instinct": 953, "corrigible-less-HHH": 351}
    counts = {f"advanced_ai_risk_human-{name}": n for name, n in human.items()}
    counts |= {name: 10 for name in wide.columns if "fewshot" in name}
    table = pythia.melt(["Model", "n_params"], list(counts), "behavior", "mean").rename(columns={"Model": "model"})
    table = table.assign(family="Pythia", rlhf_steps=0, n=table["behavior"].map(counts))
    result = detect(table, dict.fromkeys(counts, 1))
    assert len(result) == len(counts)
    assert not result["verdict"].isin(CLAIMS).any()


@pytest.mark.parametrize("direction", [1, -1])
def test_no_published_artefact_depends_on_the_direction(direction: int) -> None:
    steer = (0.5814, 0.5809, 0.5814, 0.3497, 0.358, 0.2572, 0.2428)
    rows = [("steer", "Pythia", f"m{i}", 1.4e7 * 3**i, 0, 30000, mean) for i, mean in enumerate(steer)]
    table = pd.DataFrame(rows, columns=["behavior", "family", "model", "n_params", "rlhf_steps", "n", "mean"])
    assert detect(table, {"steer": direction})["verdict"].tolist() == ["inconclusive"]
