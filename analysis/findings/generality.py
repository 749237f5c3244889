"""What the families of one behaviour say together: a random-effects summary, the signs, and the rule for 'general'
(method, section 4.6)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from analysis.arrays import Array
from analysis.trends.result import SeriesResult
from analysis.verdicts import LEVEL


@dataclass(frozen=True, slots=True, kw_only=True)
class Generality:
    """Agreement between the families of one behaviour along one axis of a set, kept with each finding."""

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


@dataclass(frozen=True, slots=True, kw_only=True)
class Together:
    """The same with what is not kept: who was tested, and the mean change over the series (logits)."""

    generality: Generality
    families: tuple[str, ...]
    """Families with a tested series, sorted."""
    left_out: tuple[str, ...]
    """Families whose series could not be tested."""
    change: float
    """Random-effects mean over the series."""
    change_low: float
    """Lower end of its 95 % interval."""
    change_high: float
    tau_squared: float
    """Variance between families (Paule-Mandel), logits squared."""


def generality(results: Sequence[SeriesResult]) -> Generality | None:
    """Of all series of one behaviour along one axis; None where fewer than two families were tested.

    A series with q <= .05 that the detector still calls inconclusive (its fall starts from one constant answer, or is
    too small to matter) speaks neither for nor against.
    """
    kept = [result for result in results if result.verdict != "inconclusive" or (result.q or 0.0) > LEVEL]
    seen = together(kept)
    return None if seen is None else seen.generality


def together(results: Sequence[SeriesResult]) -> Together | None:
    """What the families of one behaviour say along one axis; None where fewer than two have a tested series.

    The standard error of each change is its 95 % interval over 2 x 1.96. Sweeps cover different ranges of size and
    prompts differ, so the size of the heterogeneity says less than the signs. Raises ValueError where the results are
    of several behaviours or axes.
    """
    from scipy.special import gammaincc, ndtri

    names, axes = sorted({result.behavior for result in results}), sorted({result.axis for result in results})
    if len(names) > 1 or len(axes) > 1:
        raise ValueError(
            "Agreement between families needs results of one behaviour along one axis; seen: "
            f"behaviours {', '.join(names)}; axes {', '.join(axes)}. Give those of one."
        )
    tested = [result for result in results if result.change is not None and result.q is not None]
    families = {result.family for result in tested}
    if len(families) < 2:
        return None
    change = np.array([result.change for result in tested], float)
    width = np.array([(result.change_high or 0) - (result.change_low or 0) for result in tested], float)
    variance = (width / (2 * ndtri(0.975))) ** 2
    df = len(tested) - 1
    q, tau2 = cochran_q(change, variance, 0.0), paule_mandel(change, variance)
    weight = 1 / (variance + tau2)
    mean, se = float(weight @ change / weight.sum()), float(1 / np.sqrt(weight.sum()))
    general, reason = _general(tested)
    return Together(
        generality=Generality(
            general=general,
            reason=reason,
            n_families=len(families),
            n_rising=int((change > 0).sum()),
            n_falling=int((change < 0).sum()),
            q=q,
            q_df=df,
            q_p=float(gammaincc(df / 2, q / 2)),
            i_squared=max(0.0, 1 - df / q) if q > 0 else 0.0,
        ),
        families=tuple(sorted(families)),
        left_out=tuple(sorted({result.family for result in results} - families)),
        change=mean,
        change_low=mean + ndtri(0.025) * se,
        change_high=mean + ndtri(0.975) * se,
        tau_squared=tau2,
    )


def _general(tested: Sequence[SeriesResult]) -> tuple[bool, str]:
    sure = [result for result in tested if result.q is not None and result.q <= LEVEL]
    up = sorted({result.family for result in sure if (result.change or 0) > 0})
    down = sorted({result.family for result in sure if (result.change or 0) < 0})
    if up and down:
        return False, f"rises in {', '.join(up)} and falls in {', '.join(down)} (q <= {LEVEL})"
    if len(up + down) >= 2:
        return True, f"{'rises' if up else 'falls'} in {', '.join(up + down)} (q <= {LEVEL}), opposite in none"
    if up or down:
        return False, f"only {(up + down)[0]} shows a trend (q <= {LEVEL}); general needs two families"
    return False, f"no family shows a trend (q <= {LEVEL})"


def cochran_q(effect: Array, variance: Array, tau2: float) -> float:
    """Sum of w (effect - mean)^2 with w = 1/(variance + tau2)."""
    weight = 1 / (variance + tau2)
    return float(weight @ (effect - weight @ effect / weight.sum()) ** 2)


def paule_mandel(effect: Array, variance: Array) -> float:
    """The tau^2 at which Cochran's Q equals its degrees of freedom; 0 where Q is below them already."""
    df = len(effect) - 1
    if cochran_q(effect, variance, 0.0) <= df:
        return 0.0
    low, high = 0.0, float(np.ptp(effect) ** 2)
    while cochran_q(effect, variance, high) > df:
        high *= 2
    for _ in range(100):
        middle = (low + high) / 2
        if middle in (low, high):  # the two are neighbours
            break
        low, high = (middle, high) if cochran_q(effect, variance, middle) > df else (low, middle)
    return (low + high) / 2
