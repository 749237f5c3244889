"""What a method said of a simulated sweep, against the truth."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from analysis import detect, predict
from analysis.trends.multiplicity import benjamini_hochberg
from analysis.verdicts import LEVEL
from benchmarks.rivals import RIVALS, Means, Said
from benchmarks.simulation import Sweep

Array = np.ndarray[Any, np.dtype[Any]]

OURS = "this detector"
RISE, FALL, VALLEY, HILL, NONE, FLAT = 1, -1, 2, -2, 0, 3
"""Claims about the rate p. With every behaviour's direction 'more is worse' our words mean: inverse, rise; positive,
fall; inverted_u (of goodness), valley; u_shaped, hill."""
WORDS = {"inverse": RISE, "positive": FALL, "inverted_u": VALLEY, "u_shaped": HILL, "flat": FLAT}


@dataclass(frozen=True, slots=True)
class Score:
    """One method on one data set; shares 0-1, NaN where the data set cannot show it."""

    false_positives: float
    """Behaviours without a trend that have p <= .05."""
    claimed: float
    """Behaviours without a trend that were given a trend or a turn."""
    false_discoveries: float
    """Share of the claims that are about behaviours without a trend; 0 where nothing was claimed."""
    small: float
    """Trends of .6 logit (.5 along steps) claimed with the right sign."""
    large: float
    """The same for all larger monotone trends, bends included."""
    wrong_sign: float
    """Monotone trends claimed with the wrong sign."""
    turns: float
    """Turns claimed as such."""
    false_turns: float
    """Series without a turn claimed to have one."""
    coverage: float
    """95 % intervals that hold the true least-squares slope."""
    flat: float
    """Behaviours without a trend called flat."""


NAMES = tuple(Score.__dataclass_fields__)


def rivals_score(sweep: Sweep) -> dict[str, Score]:
    """All usual other methods: claims are trends with q <= .05 after Benjamini-Hochberg, or their own turns."""
    means = Means.of(sweep)
    scores = {}
    for name, method in RIVALS.items():
        said = method(means)
        scores[name] = _score(sweep.kind, sweep.sign, _claims(said), said.p, sweep.slope, (said.low, said.high))
    return scores


def _claims(said: Said) -> Array:
    p = np.where(np.isfinite(said.p), said.p, 1.0)
    trend = np.where(benjamini_hochberg(p) <= LEVEL, np.sign(said.slope), 0)
    return np.asarray(np.where(said.turn != 0, 2 * said.turn, trend))


def our_score(sweep: Sweep, axis: str) -> Score:
    """The detector, all of it: its own false-discovery control, least change and turns."""
    found = detect(sweep.table(), dict.fromkeys(sweep.names, 1), "rlhf" if axis == "rlhf" else "size")
    at = found["behavior"].map({name: place for place, name in enumerate(sweep.names)}).to_numpy()
    claims = found["verdict"].map(WORDS).fillna(NONE).to_numpy(int)
    ends = (found["ci_low"].to_numpy(float), found["ci_high"].to_numpy(float))
    return _score(sweep.kind[at], sweep.sign[at], claims, found["p"].to_numpy(float), sweep.slope[at], ends)


def _score(kind: Array, sign: Array, claims: Array, p: Array, slope: Array, ends: tuple[Array, Array]) -> Score:
    null, turning = kind == "null", np.isin(kind, ["U", "steps U"])
    small = np.isin(kind, ["small", "steps small"])
    both = kind == "J"
    monotone = ~(null | turning | both)
    found = np.isin(claims, [RISE, FALL, VALLEY, HILL])
    hit = claims == sign
    known = np.isfinite(ends[0]) & np.isfinite(slope)
    inside = (ends[0] <= slope) & (slope <= ends[1])
    return Score(
        false_positives=_share(np.where(np.isfinite(p), p, 1.0)[null] <= LEVEL),
        claimed=_share(found[null]),
        false_discoveries=float((found & null).sum() / max(1, found.sum())),
        small=_share(hit[small]),
        large=_share(hit[monotone & ~small]),
        wrong_sign=_share((claims == -sign)[monotone]),
        turns=_share((claims == 2 * sign)[turning]),
        false_turns=_share((np.abs(claims) == 2)[null | monotone]),
        coverage=_share(inside[known]),
        flat=_share((claims == FLAT)[null]),
    )


def forecast_score(sweep: Sweep, level: float = 0.9) -> tuple[float, float]:
    """Share of the models of the two largest sizes whose measured rate lies in the interval forecast from the others:
    the smaller of the two sizes, then the larger."""
    table, sizes = sweep.table(), np.unique(sweep.sizes)
    fit = table[table["n_params"] <= sizes[-3]]
    seen = predict(fit, dict.fromkeys(sweep.names, 1), sizes[-2:].tolist(), level=level)
    new = table[table["n_params"] > sizes[-3]]
    measured = new.groupby(["behavior", "n_params", "model"], observed=True)["p_match"].mean().reset_index()
    both = measured.merge(seen, on=["behavior", "n_params"], validate="many_to_one")
    held = both["p_match"].between(both["pi_low"], both["pi_high"]).groupby(both["n_params"]).mean()
    return float(held.iloc[0]), float(held.iloc[1])


def _share(values: Array) -> float:
    return float(np.mean(values)) if len(values) else float("nan")


def average(scores: list[Score], how: Callable[[Array], Any] = np.mean) -> Score:
    """Over replicates."""
    return Score(*(float(how(np.array([getattr(each, name) for each in scores]))) for name in NAMES))
