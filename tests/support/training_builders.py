"""RATES frames along training, and a small stored set of them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pandas as pd
from rate_builders import rates_row

from analysis.tables import RATES
from loaders.store.source_sheet import SourceSheet
from loaders.store.store import Store

STEPS = (0, 1, 512, 1000, 13_000, 143_000)
TOKENS_A_STEP = 2_097_152
SIZES = {"pythia-12b": 12_000_000_000, "pythia-70m": 70_000_000, "pythia-1b": 1_000_000_000, "pythia-410m": 410_000_000}
"""Not in order of size, so that order is tested."""
BEHAVIOR = "sycophancy-nlp-survey"


def training_rows(
    sizes: dict[str, int | None] = SIZES, steps: Sequence[int] = STEPS, **values: Any
) -> list[dict[str, Any]]:
    """Rows of every model at every step (last step first), each with a rate of its own."""
    return [
        rates_row(
            checkpoint=f"{model}@step{step}", parameter_count=size, training_tokens=step * TOKENS_A_STEP,
            matching_rate=(300 + 40 * m + 7 * s) / 1000, **values,
        )
        for m, (model, size) in enumerate(sizes.items())
        for s, step in reversed(list(enumerate(steps)))
    ]  # fmt: skip


def training_rates(*more: dict[str, Any], **values: Any) -> pd.DataFrame:
    """A RATES frame of four sizes at six checkpoints, and `more` rows."""
    return RATES.validate(pd.DataFrame([*training_rows(**values), *more]))


def store_training_set(folder: Path, name: str = "checkpoints") -> pd.DataFrame:
    """Store four sizes at six checkpoints, and another behaviour at the last one only; the rates."""
    last = training_rows(steps=(143_000,), behavior="truthfulqa", evaluation="truthfulqa_mc2")
    rates = training_rates(*last).assign(result_set=name)
    sheet = SourceSheet(title="Checkpoints", source="made for a test", licence="none", origin="published")
    assert Store(folder).write_set(name, rates=rates, answers=None, sheet=sheet, files={})
    return rates
