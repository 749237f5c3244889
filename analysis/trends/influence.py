"""Leave one place out: does the verdict stand, and which place matters most (method, section 4.8)?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from analysis.trends.assess import Assessment, assess_with
from analysis.trends.decide import Evidence, decide
from analysis.trends.multiplicity import critical_p, in_groups
from analysis.trends.series.batches import batches_of
from analysis.trends.trend import grid_trend
from analysis.verdicts import LEVEL, MOVES

KEPT_SHARE = 0.8
"""A verdict kept by a smaller share of the refits is fragile."""


@dataclass(frozen=True, slots=True)
class Influence:
    """What leaving out one place at a time does to one series."""

    fragile: bool | None
    """None for an inconclusive series: there is no verdict to lose."""
    x: float
    """Parameters or steps of the place whose removal moves the change most."""
    change: float
    """Change without it, logits."""
    level: float
    """Fitted middle without it, logits."""


def influences(found: Assessment, ways: dict[str, int]) -> dict[int, Influence]:
    """Refits of every series with four distinct places or more, by place in the list; the family prior stays.

    A refit is significant where its p would be in the false-discovery procedure of the call, in the place of
    the full series' p.
    """
    refits, owner, left_out = [], [], []
    for batch in found.batches:
        if batch.n_distinct < 4:
            continue
        for place, which in zip(batch.place, batch.which, strict=True):
            for raw in np.unique(batch.raw[which]):
                refits.append(found.series[place].without(raw))
                owner.append(int(place))
                left_out.append(float(raw))
    if not refits:
        return {}
    batches = batches_of(refits)
    grids = [grid_trend(batch, found.axis, found.shares) for batch in batches]
    again = assess_with(refits, found.axis, found.shares, batches, grids, found.priors)
    trend_cut = in_groups(critical_p, found.trends.p, found.groups, LEVEL)
    shape_cut = in_groups(critical_p, found.reversals.p, found.groups, LEVEL)
    of_series: dict[int, list[int]] = {}
    for at, place in enumerate(owner):
        of_series.setdefault(place, []).append(at)
    return {
        place: _influence(found, again, place, rows, left_out, (trend_cut[place], shape_cut[place]), ways)
        for place, rows in of_series.items()
    }


def _influence(
    found: Assessment,
    again: Assessment,
    place: int,
    rows: list[int],
    left_out: list[float],
    cuts: tuple[float, float],
    ways: dict[str, int],
) -> Influence:
    direction = ways[found.series[place].behavior]
    verdict, _ = decide(found.evidence(place), direction)
    changes = again.trends.change[rows]
    kept = []
    for row in rows:
        seen = again.evidence(row)
        p, p_shape = float(again.trends.p[row]), seen.p_shape
        evidence = Evidence(
            q=0.0 if p <= cuts[0] else 1.0,
            change=seen.change,
            p_shape=p_shape,
            q_shape=0.0 if p_shape <= cuts[1] else 1.0,
            left=seen.left,
            right=seen.right,
            inside_margin=seen.inside_margin,
        )
        kept.append(decide(evidence, direction)[0] == verdict)
    is_trend = verdict in MOVES
    turned = is_trend and bool((np.sign(changes) != np.sign(found.trends.change[place])).any())
    most = int(np.argmax(np.abs(changes - found.trends.change[place])))
    return Influence(
        fragile=None if verdict == "inconclusive" else turned or float(np.mean(kept)) < KEPT_SHARE,
        x=left_out[rows[most]],
        change=float(changes[most]),
        level=float(again.trends.level[rows[most]]),
    )
