"""Every series fitted again without each of its places, the prior of its family staying (method, section 4.8)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from analysis.arrays import Array
from analysis.trends.assess import Assessment
from analysis.trends.decide import Evidence, decide
from analysis.trends.reversal import reversals
from analysis.trends.series.batches import Batch
from analysis.trends.trend import grid_trend, tested, weights_of

NUMBERS = ("p", "change", "level", "inside_margin", "p_shape", "left", "right")


@dataclass(frozen=True, slots=True, eq=False)
class Refits:
    """One series without each of its places in turn, (places,) each. Logits; as in Trends and Reversals."""

    raw: Array
    """Parameters or steps of the place that was left out."""
    p: Array
    change: Array
    level: Array
    inside_margin: Array
    p_shape: Array
    """NaN, as both arms, where a turn cannot be tested, or where no multiplicity could give the series a verdict
    that a refit might lose."""
    left: Array
    right: Array


def refits(found: Assessment) -> dict[int, Refits]:
    """Of every tested series with four distinct places or more, by its place in the list."""
    told: dict[int, Refits] = {}
    for batch in found.batches:
        if batch.n_distinct >= 4:
            told |= _of_batch(found, batch)
    return told


def _of_batch(found: Assessment, batch: Batch) -> dict[int, Refits]:
    columns = {name: np.full((len(batch.place), batch.n_distinct), np.nan) for name in ("raw", *NUMBERS)}
    open_ = np.array([_may_say_something(found, int(place)) for place in batch.place])
    for at in range(batch.n_distinct):
        for rows, raw, shorter in _without(batch, at):
            columns["raw"][rows, at] = raw
            for name, values in _again(found, shorter, open_[rows]).items():
                columns[name][rows, at] = values
    columns["inside_margin"] = columns["inside_margin"] == 1
    return {
        int(place): Refits(**{name: column[row] for name, column in columns.items()})
        for row, place in enumerate(batch.place)
    }


def _without(batch: Batch, at: int) -> Iterator[tuple[Array, Array, Batch]]:
    """The series without their `at`-th place, alike where the same cells stand at it: their rows, the places left
    out, and what is left."""
    gone = np.array([np.unique(raw)[at] for raw in batch.raw])
    keep = batch.raw != gone[:, None]
    for kept in np.unique(keep, axis=0):
        rows = np.flatnonzero((keep == kept).all(1)[batch.which])
        yield rows, gone[batch.which[rows]], batch.part(rows).cells_kept(kept)


def _again(found: Assessment, batch: Batch, open_: Array) -> dict[str, Array]:
    grid = grid_trend(batch, found.axis, found.shares)
    seen = tested(weights_of(batch, grid.log_likelihood, found.families, found.priors), grid)
    turn = reversals(len(found.series), [batch.part(np.flatnonzero(open_))], found.tau_prior, found.shares)
    return {
        "p": seen.p, "change": seen.change, "level": seen.level, "inside_margin": seen.inside_margin,
        "p_shape": turn.p[batch.place], "left": turn.left[batch.place], "right": turn.right[batch.place],
    }  # fmt: skip


def _may_say_something(found: Assessment, place: int) -> bool:
    """Could the series have a verdict? Its q is never below its p, and what is inconclusive at p stays so above it."""
    one, turn = found.trends, found.reversals
    evidence = Evidence(
        q=float(one.p[place]), change=float(one.change[place]), p_shape=float(turn.p[place]),
        q_shape=float(turn.p[place]), left=float(turn.left[place]), right=float(turn.right[place]),
        inside_margin=bool(one.inside_margin[place]),
    )  # fmt: skip
    return decide(evidence, 0)[0] != "inconclusive"
