"""Do families agree about one behaviour? Random-effects summary, sign agreement and the 'general' rule
(method, section 4.6)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.special import gammaincc, ndtri

from analysis.arrays import Array
from analysis.errors import TableError
from analysis.trends.result import SeriesResult
from analysis.verdicts import LEVEL


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """One behaviour across families. Effects are changes of the logit over each family's own sweep."""

    behavior: str
    families: tuple[str, ...]
    """Families with a tested series, sorted."""
    left_out: tuple[str, ...]
    """Families whose series could not be tested."""
    general: bool
    """Two families or more with q <= .05 and the same sign, and none with q <= .05 and the other."""
    reason: str
    """One clause: why general or not."""
    n_rising: int
    """Series whose change is above 0, significant or not."""
    n_falling: int
    change: float | None = None
    """Random-effects mean over the series; None where fewer than two were tested."""
    change_low: float | None = None
    """Lower end of its 95 % interval."""
    change_high: float | None = None
    q: float | None = None
    """Cochran's Q."""
    q_df: int | None = None
    q_p: float | None = None
    i_squared: float | None = None
    """Share of the scatter between families that sampling does not explain, 0-1."""
    tau_squared: float | None = None
    """Variance between families (Paule-Mandel), logits squared."""


def agreement(results: list[SeriesResult]) -> Agreement:
    """What the families of one behaviour say together, along one axis.

    The standard error of each change is its 95 % interval over 2 x 1.96. Sweeps cover different ranges of
    size and prompts differ, so the size of the heterogeneity says less than the signs. Raises TableError
    where the results are of several behaviours or axes, or none.
    """
    names = sorted({one.behavior for one in results})
    axes = sorted({one.axis for one in results})
    if len(names) != 1 or len(axes) != 1:
        raise TableError(
            f"Agreement between families needs results of one behaviour along one axis; seen: behaviours "
            f"{', '.join(names) or 'none'}; axes {', '.join(axes) or 'none'}.",
            "Give those of one.",
        )
    tested = [one for one in results if one.change is not None and one.q is not None]
    families = {one.family for one in tested}
    general, reason = _general(tested)
    change = np.array([one.change for one in tested], float)
    return Agreement(
        behavior=names[0],
        families=tuple(sorted(families)),
        left_out=tuple(sorted({one.family for one in results} - families)),
        general=general,
        reason=reason,
        n_rising=int((change > 0).sum()),
        n_falling=int((change < 0).sum()),
        **_summary(tested, change),
    )


def _general(tested: list[SeriesResult]) -> tuple[bool, str]:
    sure = [one for one in tested if one.q is not None and one.q <= LEVEL]
    up = sorted({one.family for one in sure if (one.change or 0) > 0})
    down = sorted({one.family for one in sure if (one.change or 0) < 0})
    if up and down:
        return False, f"rises in {', '.join(up)} and falls in {', '.join(down)} (q <= {LEVEL})"
    if len(up + down) >= 2:
        return (
            True,
            f"{'rises' if up else 'falls'} in {', '.join(up + down)} (q <= {LEVEL}), opposite in none",
        )
    if up or down:
        return False, f"only {(up + down)[0]} shows a trend (q <= {LEVEL}); general needs two families"
    return False, f"no family shows a trend (q <= {LEVEL})"


def _summary(tested: list[SeriesResult], change: Array) -> dict[str, Any]:
    """Q, I^2, tau^2 and the mean as keyword arguments of Agreement; empty for fewer than two series."""
    if len(tested) < 2:
        return {}
    width = np.array([(one.change_high or 0) - (one.change_low or 0) for one in tested], float)
    variance = (width / (2 * ndtri(0.975))) ** 2
    df = len(tested) - 1
    q, tau2 = cochran_q(change, variance, 0.0), paule_mandel(change, variance)
    weight = 1 / (variance + tau2)
    mean, se = float(weight @ change / weight.sum()), float(1 / np.sqrt(weight.sum()))
    return {
        "change": mean, "change_low": mean + ndtri(0.025) * se, "change_high": mean + ndtri(0.975) * se,
        "q": q, "q_df": df, "q_p": float(gammaincc(df / 2, q / 2)),
        "i_squared": max(0.0, 1 - df / q) if q > 0 else 0.0, "tau_squared": tau2,
    }  # fmt: skip


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
        low, high = (middle, high) if cochran_q(effect, variance, middle) > df else (low, middle)
    return (low + high) / 2
