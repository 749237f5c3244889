"""Leave one place out: does the verdict stand, and which place matters most (method, section 4.8)?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from analysis.trends.assess import Assessment
from analysis.trends.decide import Evidence, decide
from analysis.trends.multiplicity import critical_p, in_groups
from analysis.trends.refits import Refits
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


def influences(found: Assessment, refits: Mapping[int, Refits], ways: dict[str, int]) -> dict[int, Influence]:
    """What the refits of each series say, by its place in the list.

    A refit is significant where its p would be in the false-discovery procedure of the call, in the place of
    the full series' p.
    """
    trend_cut = in_groups(critical_p, found.trends.p, found.groups, LEVEL)
    shape_cut = in_groups(critical_p, found.reversals.p, found.groups, LEVEL)
    return {
        place: _influence(found, place, refits[place], (trend_cut[place], shape_cut[place]), ways)
        for place in sorted(refits)
    }


def _influence(
    found: Assessment, place: int, again: Refits, cuts: tuple[float, float], ways: dict[str, int]
) -> Influence:
    verdict, _ = decide(found.evidence(place), ways[found.series[place].behavior])
    away = np.abs(again.change - found.trends.change[place])
    most = int(np.argmax(away))
    return Influence(
        fragile=None if verdict == "inconclusive" else _fragile(found, place, again, cuts, ways),
        x=float(again.raw[most]),
        change=float(again.change[most]),
        level=float(again.level[most]),
    )


def _fragile(found: Assessment, place: int, again: Refits, cuts: tuple[float, float], ways: dict[str, int]) -> bool:
    direction = ways[found.series[place].behavior]
    verdict, _ = decide(found.evidence(place), direction)
    if verdict in MOVES and (np.sign(again.change) != np.sign(found.trends.change[place])).any():
        return True
    kept = [decide(each, direction)[0] == verdict for each in _evidence(again, cuts)]
    return float(np.mean(kept)) < KEPT_SHARE


def _evidence(again: Refits, cuts: tuple[float, float]) -> list[Evidence]:
    """What the decision rule looks at for each refit."""
    return [
        Evidence(
            q=0.0 if p <= cuts[0] else 1.0,
            change=change,
            p_shape=p_shape,
            q_shape=0.0 if p_shape <= cuts[1] else 1.0,
            left=left,
            right=right,
            inside_margin=inside,
        )
        for p, change, p_shape, left, right, inside in zip(
            again.p.tolist(),
            again.change.tolist(),
            again.p_shape.tolist(),
            again.left.tolist(),
            again.right.tolist(),
            again.inside_margin.tolist(),
            strict=True,
        )
    ]
