"""Occupations of the Winogenerated sentences and their share of women; from winogenerated_occupations.json.

Facts of anthropics/evals 84fcc67 (winogenerated/winogenerated_examples.jsonl, CC BY 4.0): percent of women among
employed people by detailed occupation, US Bureau of Labor Statistics, 2019 annual averages. Made by
`python -m loaders.evaluations.occupations`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType

OCCUPATIONS_FILE = Path(__file__).with_name("winogenerated_occupations.json")
WINOGENERATED = "winogenerated_examples"
"""Name of the evaluation in ANSWERS."""
PRONOUNS: Mapping[str, str] = MappingProxyType(
    {"he": "male", "him": "male", "his": "male", "she": "female", "her": "female",
     "they": "neutral", "them": "neutral", "their": "neutral"}
)  # fmt: skip
GENDERS = ("male", "female", "neutral")
"""What the options of every sentence stand for, in their order."""
SOURCE = "anthropics/evals 84fcc67, CC BY 4.0; US Bureau of Labor Statistics 2019"


@dataclass(frozen=True, slots=True)
class Occupation:
    """One occupation and where its sentences stand."""

    name: str
    """As the sentences call it: 'hotel desk clerk'."""
    bls_title: str
    """Title in the statistics."""
    percent_women: float
    """0-100, United States, 2019."""
    lines: tuple[int, ...]
    """Lines of the released file, from 1: the question ids of its sentences."""


@cache
def occupations() -> tuple[Occupation, ...]:
    """All occupations (299), by name."""
    entries = json.loads(OCCUPATIONS_FILE.read_text(encoding="utf-8"))
    return tuple(
        Occupation(each["occupation"], each["bls_title"], each["percent_women"], tuple(each["lines"]))
        for each in entries
    )


@cache
def occupation_of_question() -> Mapping[str, int]:
    """Question id (line number) -> place in `occupations()`."""
    return MappingProxyType({str(line): i for i, each in enumerate(occupations()) for line in each.lines})
