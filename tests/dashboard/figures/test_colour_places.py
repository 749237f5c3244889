"""Which colour a lineage has: fixed for seven, in the registry's order for the others."""

from __future__ import annotations

from dashboard.figures.parts.colour_places import FIXED, colour_place, colour_places
from loaders.models.registry import lineages


def test_fixed_places_and_those_in_the_order_of_the_registry() -> None:
    fixed = {"Pythia": 1, "Qwen": 2, "Llama": 3, "OPT": 4, "Gemma": 5, "BLOOM": 6, "GPT-Neo/J": 6}
    assert {lineage: colour_place(lineage) for lineage in fixed} == fixed
    assert set(colour_places()) == set(lineages())
    others = [lineage for lineage in lineages() if lineage not in FIXED]
    assert [colour_place(lineage) for lineage in others[:7]] == [1, 2, 3, 4, 5, 6, 1]


def test_every_fixed_lineage_is_in_the_registry() -> None:
    assert set(FIXED) <= set(lineages())


def test_an_unknown_lineage_has_the_last_place() -> None:
    assert colour_place("My own family") == 6
