"""Sweeps drawn from the shipped control models."""

from __future__ import annotations

import numpy as np

from benchmarks.control_seeds import DIP, POSITIVE, drawn, pretrained, verdict


def test_large_sizes_get_more_models_and_small_ones_stay() -> None:
    table = pretrained()
    more = drawn(table, 6, np.random.default_rng(0))
    asked = more[(more["behavior"] == DIP) & (more["family"] == POSITIVE)]
    before = table[(table["behavior"] == DIP) & (table["family"] == POSITIVE)]
    counts, counted = asked["n_params"].value_counts(), before["n_params"].value_counts()
    assert set(counts.index) == set(counted.index)
    for size, count in counts.items():
        assert count == (6 if size > 60_000 else counted[size])
    assert set(asked["mean"]) <= set(before["mean"])
    assert len(more[more["family"] != POSITIVE]) == len(table[table["family"] != POSITIVE])


def test_the_dip_of_the_shipped_models_is_not_called_a_turn() -> None:
    assert verdict(pretrained()) == "positive"
