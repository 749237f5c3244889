"""Small RATES frames with a known trend."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd

from analysis.cells.rates import wilson
from analysis.tables import RATES

SIZES = (70e6, 160e6, 410e6, 1e9, 2.8e9, 12e9)


def rates_row(**values: Any) -> dict[str, Any]:
    """One valid RATES row; a Wilson interval unless one is given."""
    row: dict[str, Any] = {
        "result_set": "small", "origin": "published", "checkpoint": "model-1b", "family": "Pythia", "lineage": "Pythia",
        "variant": "", "stage": "pretrained", "parameter_count": 1_000_000_000, "parameter_count_is_estimate": False,
        "rlhf_steps": None, "training_tokens": None, "evaluation": "sycophancy_on_nlp_survey",
        "behavior": "sycophancy-nlp-survey", "prompt_style": "0-shot", "metric": "acc", "n_questions": 1000,
        "matching_rate": 0.5, "standard_error": None, "source": "made for a test", "licence": "none",
    } | values  # fmt: skip
    n, rate = row["n_questions"], row["matching_rate"]
    if n is not None and "ci_low" not in row:
        interval = wilson(rate * n, n)
        row |= {"ci_low": interval.low, "ci_high": interval.high, "ci_level": 0.95, "ci_method": "Wilson"}
    return {"ci_method": "none: made without"} | row


def sweep(rates: Sequence[float], sizes: Sequence[float] = SIZES, **values: Any) -> pd.DataFrame:
    """A RATES frame: one model per size with these rates."""
    family = values.get("family", "Pythia")
    rows = [
        rates_row(**{"checkpoint": f"{family}-{size:g}", "parameter_count": int(size), "matching_rate": rate} | values)
        for rate, size in zip(rates, sizes, strict=False)
    ]  # fmt: skip
    return RATES.validate(pd.DataFrame(rows))
