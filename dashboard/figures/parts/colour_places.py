"""Which of the six family colours a lineage has."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType

from loaders.models.registry import lineages

PLACES = 6
"""Family colours: there is no seventh hue."""
FIXED: Mapping[str, int] = MappingProxyType(
    {"Pythia": 1, "Qwen": 2, "Llama": 3, "OPT": 4, "Gemma": 5, "BLOOM": 6, "GPT-Neo/J": 6}
)
"""Lineage -> place. The others of the registry share the places in its order."""
CONTROLS: Mapping[str, int] = MappingProxyType({"Control positive": 1, "Control negative": 2})
"""Places of control models, which the registry does not hold."""


def colour_place(lineage: str) -> int:
    """Place 1-6 of a lineage; one that neither the registry nor the controls know takes place 6."""
    return colour_places().get(lineage) or CONTROLS.get(lineage, PLACES)


@cache
def colour_places() -> Mapping[str, int]:
    """Lineage -> place, for every lineage of the registry: fixed ones first, then in its order."""
    others = [lineage for lineage in lineages() if lineage not in FIXED]
    return MappingProxyType({**FIXED, **{lineage: i % PLACES + 1 for i, lineage in enumerate(others)}})
