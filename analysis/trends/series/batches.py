"""Series of one form, stacked: what the vectorised fits work on."""

from __future__ import annotations

from collections import defaultdict
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
