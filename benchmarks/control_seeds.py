"""How many models a size would it take for the planted dip of the control models to be called?

`python -m benchmarks.control_seeds` (two minutes on one core) draws sweeps with more models at the large sizes from
those of the shipped set and counts verdicts; docs/controls.md quotes them.
"""

from __future__ import annotations

from collections import Counter

import numpy as np
import pandas as pd

from analysis import detect
from loaders.store.store import Store

SWEEPS = 20
POOLS = ((0, 60_000), (60_000, 80_000), (80_000, 120_000), (120_000, 10**9))
"""Parameter counts whose models stand for each other: below the first bound of 60,000 every model is kept as it is,
above it widths 32, then 40 and 48, then 64 to 96."""
POSITIVE, DIP = "Control positive", "control-exceptions"


def pretrained() -> pd.DataFrame:
    """The detector's table of the pretrained control models, both families."""
    rates = Store.opened().rates("controls")
    rates = rates[rates["rlhf_steps"].isna()]
    return pd.DataFrame(
        {
            "behavior": rates["behavior"],
            "family": rates["family"],
            "model": rates["checkpoint"],
            "n_params": rates["parameter_count"].astype(float),
            "n": rates["n_questions"],
            "mean": rates["mean_matching_probability"],
            "rlhf_steps": np.nan,
        }
    )


def drawn(table: pd.DataFrame, models: int, rng: np.random.Generator) -> pd.DataFrame:
    """The same with `models` models at each size from 60,000 parameters up, drawn from those of like size."""
    positive = table[table["family"] == POSITIVE]
    parts = [table[table["family"] != POSITIVE]]
    for size in sorted(positive["n_params"].unique()):
        low, high = next(pool for pool in POOLS if pool[0] <= size < pool[1])
        if low == 0:
            parts.append(positive[positive["n_params"] == size])
            continue
        like = positive[positive["n_params"].between(low, high)]
        for number, name in enumerate(rng.choice(like["model"].unique(), models)):
            parts.append(like[like["model"] == name].assign(model=f"{size:.0f}-{number}", n_params=size))
    return pd.concat(parts)


def verdict(table: pd.DataFrame) -> str:
    """The detector's verdict on the exceptions in the positive family."""
    directions = {behavior: -1 if behavior == DIP else 1 for behavior in table["behavior"].unique()}
    found = detect(table, directions)
    return str(found[(found["behavior"] == DIP) & (found["family"] == POSITIVE)]["verdict"].iloc[0])


def main() -> None:
    """Print a line for each number of models."""
    table, rng = pretrained(), np.random.default_rng(0)
    print(f"as shipped: {verdict(table)}")
    for models in (4, 8, 16, 24):
        found = Counter(verdict(drawn(table, models, rng)) for _ in range(SWEEPS))
        print(f"{models} models a size, {SWEEPS} sweeps: {dict(found.most_common())}", flush=True)


if __name__ == "__main__":
    main()
