"""What the families of one behaviour say together, kept with each finding (method, section 4.6)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from analysis.trends.result import SeriesResult


@dataclass(frozen=True, slots=True, kw_only=True)
class Generality:
    """Agreement between the families of one behaviour along one axis of a set."""

    general: bool
    """Two families or more with q <= .05 and the same sign, and none with q <= .05 and the other."""
    reason: str
    """One clause: why general or not."""
    n_families: int
    """Families with a tested series."""
    n_rising: int
    """Series whose change is above 0, significant or not."""
    n_falling: int
    q: float
    """Cochran's Q of the changes (logits over each family's own sweep)."""
    q_df: int
    q_p: float
    i_squared: float
    """Share of the scatter between families that sampling does not explain, 0-1."""


def generality(results: Sequence[SeriesResult]) -> Generality | None:
    """Of all series of one behaviour along one axis; None where fewer than two families were tested.

    A series with q <= .05 that the detector still calls inconclusive (its fall starts from one constant answer, or is
    too small to matter) speaks neither for nor against.
    """
    tested = [one for one in results if one.change is not None and one.q is not None]
    if len({one.family for one in tested}) < 2:
        return None
    from analysis.findings.heterogeneity import agreement
    from analysis.verdicts import LEVEL

    kept = [one for one in tested if one.verdict != "inconclusive" or (one.q or 0.0) > LEVEL]
    if len({one.family for one in kept}) < 2:
        return None
    seen = agreement(kept)
    if seen.q is None or seen.q_df is None or seen.q_p is None or seen.i_squared is None:
        return None
    return Generality(
        general=seen.general, reason=seen.reason, n_families=len(seen.families), n_rising=seen.n_rising,
        n_falling=seen.n_falling, q=seen.q, q_df=seen.q_df, q_p=seen.q_p, i_squared=seen.i_squared,
    )  # fmt: skip
