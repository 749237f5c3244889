"""Series of one form, stacked: what the vectorised fits work on."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from analysis.arrays import Array
from analysis.trends.series.series import Series


@dataclass(frozen=True, slots=True, eq=False)
class Batch:
    """S series with the same number of cells M and of distinct places, on D different sets of places."""

    place: Array
    """Where each series stands in the list, (S,)."""
    y: Array
    """(S, M)"""
    V: Array
    """(S, M, M)"""
    which: Array
    """Set of places of each series, (S,)."""
    x: Array
    """The sets of places, (D, M), ascending."""
    raw: Array
    """The same in parameters or steps, (D, M)."""
    n_distinct: int

    def part(self, rows: Array) -> Batch:
        """Some of its series, and their sets of places alone, in the order they have here."""
        sets, which = np.unique(self.which[rows], return_inverse=True)
        return Batch(self.place[rows], self.y[rows], self.V[rows], which, self.x[sets], self.raw[sets], self.n_distinct)

    def chunks(self, size: int) -> Iterator[tuple[slice, Batch]]:
        """Its series, `size` at a time, with where they stand in the batch: bounds the memory of a fit."""
        for start in range(0, len(self.place), size):
            rows = slice(start, min(start + size, len(self.place)))
            yield rows, self.part(np.arange(rows.start, rows.stop))

    def cells_kept(self, keep: Array) -> Batch:
        """Every series without the cells at one of its places; `keep` (M,) says which are left."""
        V = self.V[:, keep][:, :, keep]
        return Batch(
            self.place, self.y[:, keep], V, self.which, self.x[:, keep], self.raw[:, keep], self.n_distinct - 1
        )


def batches_of(series: list[Series]) -> list[Batch]:
    """All series that can be tested (three distinct places or more), stacked by form."""
    forms: dict[tuple[int, int], list[int]] = defaultdict(list)
    for at, one in enumerate(series):
        if one.n_distinct >= 3:
            forms[len(one.x), one.n_distinct].append(at)
    stacked = []
    for (_, n_distinct), place in sorted(forms.items()):
        members = [series[at] for at in place]
        places: dict[bytes, int] = {}
        which = np.array([places.setdefault(one.raw.tobytes(), len(places)) for one in members])
        first = np.unique(which, return_index=True)[1]
        stacked.append(
            Batch(
                place=np.array(place),
                y=np.stack([one.y for one in members]),
                V=np.stack([one.V for one in members]),
                which=which,
                x=np.stack([members[at].x for at in first]),
                raw=np.stack([members[at].raw for at in first]),
                n_distinct=n_distinct,
            )
        )
    return stacked
