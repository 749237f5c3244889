"""Do models prefer the same behaviours? (Perez et al. 2022, appendices A.1 and A.2)

Agreement of two models: the share of behaviours on which both prefer or both disprefer. Ties and cells that are left
out count for nobody. Beside it stands the agreement that two unrelated models which prefer as many would have.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from analysis.preferences.preference import Preference

LEAST_SHARED = 10
"""Shared behaviours below which a share of agreement is not shown: one behaviour moves it by more than ten points."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """Two models compared."""

    first: str
    second: str
    n: int
    """Behaviours on which both have a preference."""
    same: int
    """Of these, those on which both prefer or both disprefer."""
    expected: float | None
    """Share 0-1 if the two preferences had nothing to do with each other; None without shared behaviours."""

    @property
    def agreement(self) -> float | None:
        """Share 0-1; None without shared behaviours."""
        return self.same / self.n if self.n else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reversal:
    """A behaviour that some models of a group clearly prefer and others clearly disprefer."""

    behavior: str
    group: str
    prefer: tuple[str, ...]
    """Checkpoints, in the order given."""
    disprefer: tuple[str, ...]


def pairs(preferences: Sequence[Preference], rows: Sequence[str], columns: Sequence[str]) -> list[list[Pair]]:
    """Every model of `rows` against every one of `columns`, in that order."""
    places = {slug: i for i, slug in enumerate(sorted({each.behavior for each in preferences}))}
    models = {name: i for i, name in enumerate(dict.fromkeys((*rows, *columns)))}
    signs = np.zeros((len(models), len(places)), dtype=int)
    for each in preferences:
        if each.checkpoint in models:
            signs[models[each.checkpoint], places[each.behavior]] = each.sign
    return [[_pair(a, b, signs[models[a]], signs[models[b]]) for b in columns] for a in rows]


def reversals(preferences: Sequence[Preference], groups: Mapping[str, str]) -> list[Reversal]:
    """Behaviours on which models of one group (checkpoint -> group) differ, both sides clearly.

    Most evenly split first; checkpoints stand in the order of `groups`.
    """
    order = {name: i for i, name in enumerate(groups)}
    sides: dict[tuple[str, str], dict[int, list[str]]] = {}
    for each in sorted((p for p in preferences if p.checkpoint in order), key=lambda p: order[p.checkpoint]):
        side = sides.setdefault((each.behavior, groups[each.checkpoint]), {1: [], -1: [], 0: []})
        side[each.clear].append(each.checkpoint)
    found = [
        Reversal(behavior=behavior, group=group, prefer=tuple(side[1]), disprefer=tuple(side[-1]))
        for (behavior, group), side in sides.items()
        if side[1] and side[-1]
    ]
    return sorted(found, key=lambda r: (-min(len(r.prefer), len(r.disprefer)), r.behavior, r.group))


def _pair(first: str, second: str, a: np.ndarray, b: np.ndarray) -> Pair:
    both = (a != 0) & (b != 0)
    n = int(both.sum())
    expected = None
    if n:
        p, q = float((a[both] > 0).mean()), float((b[both] > 0).mean())
        expected = p * q + (1 - p) * (1 - q)
    return Pair(first=first, second=second, n=n, same=int((a[both] == b[both]).sum()), expected=expected)


def each_once(table: Sequence[Sequence[Pair]]) -> list[Pair]:
    """Pairs of different models, each once."""
    seen: set[frozenset[str]] = set()
    out = []
    for row in table:
        for pair in row:
            both = frozenset((pair.first, pair.second))
            if len(both) == 2 and both not in seen:
                seen.add(both)
                out.append(pair)
    return out
