"""One family alone: everything that does not depend on which other families are tested beside it.

What the method pools over a whole call is false-discovery control, and what follows from it: q, the number of tests,
how sure a refit must be and the smallest change that would be found. All else is learned inside a family, so that
families are fitted one after the other, and only their numbers are kept.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from analysis.arrays import Array
from analysis.trends.adequacy import Adequacy, adequacy
from analysis.trends.assess import Assessment, assess_batches, joined
from analysis.trends.curves import curves_of
from analysis.trends.detectable import Believed, believed
from analysis.trends.fit.side_by_side import Each
from analysis.trends.refits import Refits, refits
from analysis.trends.residuals import residuals
from analysis.trends.result import Curve
from analysis.trends.series.batches import Batch, batches_of
from analysis.trends.series.replicates import shares_of
from analysis.trends.series.series import Scale, Series
from analysis.verdicts import Axis

Progress = Callable[[int, int], None]
"""Told how many series are done, and of how many."""


@dataclass(frozen=True, slots=True, eq=False)
class FamilyFit:
    """What is kept of one family; places are those in the list of its own series."""

    place: Array
    """Where each of its series stands in the list of all."""
    tests: Assessment
    """Tests of its series, without these and the grids; its q are of the family alone."""
    curves: dict[int, Curve]
    adequacy: Adequacy
    residuals: dict[int, tuple[float, ...]]
    refits: dict[int, Refits]
    believed: list[Believed]


@dataclass(frozen=True, slots=True, eq=False)
class _Family:
    """All that its fit needs."""

    series: list[Series]
    place: Array
    """Where each of its series stands in the list of all."""
    batches: list[Batch]
    """Its series stacked by form; places are the family's own."""
    axis: Axis
    scale: Scale
    shares: tuple[float, ...]


def fit_families(
    series: list[Series], axis: Axis, scale: Scale, progress: Progress | None = None, each: Each = map
) -> list[FamilyFit]:
    """Each family's fit, in order of their first series, worked through as `each` does. `progress` is told after
    each."""
    fits: list[FamilyFit] = []
    for done in each(_fit, _split(series, axis, scale)):
        fits.append(done)
        if progress is not None:
            progress(sum(len(fit.place) for fit in fits), len(series))
    return fits


def _split(series: list[Series], axis: Axis, scale: Scale) -> Iterator[_Family]:
    batches = batches_of(series)
    shares = shares_of(batches)
    numbers: dict[str, int] = {}
    family = np.array([numbers.setdefault(one.family, len(numbers)) for one in series], int)
    within = np.zeros(len(series), int)
    for number in range(len(numbers)):
        place = np.flatnonzero(family == number)
        within[place] = np.arange(len(place))
        own = [(batch, np.flatnonzero(family[batch.place] == number)) for batch in batches]
        parts = [batch.part(rows) for batch, rows in own if len(rows)]
        stacked = [replace(part, place=within[part.place]) for part in parts]
        yield _Family([series[at] for at in place], place, stacked, axis, scale, shares)


def _fit(family: _Family) -> FamilyFit:
    found = assess_batches(family.series, family.axis, family.shares, family.batches)
    return FamilyFit(
        place=family.place,
        tests=replace(found, series=[], batches=[], grids=[]),
        curves=curves_of(found, family.scale),
        adequacy=adequacy(found),
        residuals=residuals(found),
        refits=refits(found),
        believed=believed(found),
    )


def assessment_of(series: list[Series], axis: Axis, fits: Sequence[FamilyFit]) -> Assessment:
    """The tests of all families together, with false-discovery control over the whole call."""
    return joined(series, axis, [(fit.place, fit.tests) for fit in fits])
