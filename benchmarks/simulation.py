"""Sweeps with known truth: what `benchmarks.trust` measures error rates on.

A behaviour has a true curve on the logit of its rate along size (or RLHF steps); each model deviates from it by its
own amount (tau); each question has a difficulty that all models share in part. All of it is drawn from
`numpy.random.default_rng([SEED, design, replicate])`.
"""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd
from scipy.special import expit

from analysis.arrays import logit

Array = np.ndarray[Any, np.dtype[Any]]

SEED = 20221219
SIZES = {
    3: 1e9 * np.array([1, 10, 100]),
    5: 1e6 * np.array([125, 760, 2700, 13000, 175000]),
    7: 1e9 * np.array([0.81, 1.6, 3.5, 6.4, 13, 22, 52]),
}
STEPS = np.array([0, 50, 100, 250, 500, 1000])
NULL = {"null": 1.0}
MIXTURE = {"null": 0.50, "small": 0.15, "large": 0.10, "plateau": 0.08, "late": 0.07, "sigmoid": 0.05, "U": 0.05}
SPARSE = {"null": 0.85, "small": 0.05, "large": 0.03, "plateau": 0.02, "late": 0.02, "sigmoid": 0.02, "U": 0.01}
CURVY = {"null": 0.30, "small": 0.10, "plateau": 0.20, "late": 0.15, "sigmoid": 0.10, "U": 0.10, "J": 0.05}
BENDS = {"null": 0.20, "large": 0.20, "plateau": 0.30, "late": 0.30}
STEP_MIXTURE = {
    "null": 0.50, "steps small": 0.15, "steps large": 0.10, "steps linear": 0.10, "steps jump": 0.05,
    "steps U": 0.10,
}  # fmt: skip
STEP_U_AT = np.log2(3) / np.log2(21)
"""Turn of 'steps U': 100 steps on the axis log2(1 + steps/50)."""
NODES, WEIGHTS = np.polynomial.hermite_e.hermegauss(41)
WEIGHTS = WEIGHTS / WEIGHTS.sum()


@dataclass(frozen=True, slots=True)
class Design:
    """One simulated situation. Scatter in logits."""

    name: str
    what: str
    n_sizes: int
    tau: float
    """Standard deviation of a model's own deviation."""
    mix: Mapping[str, float] = field(default_factory=lambda: NULL)
    """Share of each kind of curve."""
    spread: float = 0.0
    """Log-sd of tau over behaviours (mean kept)."""
    common: float = 0.0
    """Share of the deviation's variance that one odd model brings to all behaviours at once."""
    df: float | None = None
    """Student degrees of freedom of the deviations; None: normal."""
    behaviors: int = 154
    times: int = 1
    """Data sets drawn per replicate asked for (small designs need more)."""
    n_items: tuple[int, ...] = (200, 500, 1000)
    binary: bool = False
    """Answers are 0 or 1 instead of probabilities."""
    edge: bool = False
    """Rates near 2 % or 98 %."""
    missing: float = 0.0
    """Share of cells that were not measured."""
    per_size: int = 1
    """Models of each size."""
    shared: float = 0.0
    """Share of the deviation's variance that models of one size have in common."""
    steps: bool = False
    """Along RLHF steps, in models of `n_sizes` sizes."""


@dataclass(frozen=True, slots=True, eq=False)
class Sweep:
    """One data set of B behaviours x C cells, cells in order of size, then steps."""

    names: list[str]
    kind: Array
    sign: Array
    """+1 or -1 (B,): the curve as listed or mirrored."""
    slope: Array
    """True least-squares slope per decade, (B,)."""
    sizes: Array
    """Parameters of each cell, (C,)."""
    steps: Array
    models: list[str]
    answers: list[Array]
    """(items, C) for each behaviour, NaN where not measured."""

    def table(self) -> pd.DataFrame:
        """Item rows for `analysis.detect`."""
        C = len(self.sizes)
        rows = [len(each) for each in self.answers]
        size, steps = (np.concatenate([np.tile(v, n) for n in rows]) for v in (self.sizes, self.steps))
        at = np.concatenate([np.tile(np.arange(C), n) for n in rows])
        cells = np.repeat(np.arange(len(rows)), np.array(rows) * C)
        frame = pd.DataFrame(
            {
                "behavior": pd.Categorical.from_codes(cells, self.names),
                "family": "F",
                "model": pd.Categorical(np.array(self.models)[at]),
                "n_params": size,
                "rlhf_steps": steps,
                "item_id": np.concatenate([np.repeat(np.arange(n), C) for n in rows]),
                "p_match": np.concatenate([each.ravel() for each in self.answers]),
            }
        )
        return frame[frame["p_match"].notna()]


def draw(design: Design, replicate: int) -> Sweep:
    """The data set of one replicate."""
    rng = np.random.default_rng([SEED, zlib.crc32(design.name.encode()), replicate])
    B, steps = design.behaviors, STEPS if design.steps else np.zeros(1)
    sizes = SIZES[design.n_sizes]
    size_at, step_at = np.repeat(np.arange(len(sizes)), len(steps)), np.tile(np.arange(len(steps)), len(sizes))
    kind, sign = _kinds(rng, B, design.mix), rng.choice([-1, 1], B)
    centre = rng.uniform(-1.2, 1.2, B)
    if design.edge:
        centre = rng.choice([-1, 1], B) * rng.uniform(3.2, 4.2, B)
    x = np.log10(sizes)
    along = np.log2(1 + steps / 50) / np.log2(21) if design.steps else (x - x[0]) / (x[-1] - x[0])
    curves = np.array([_curve(name, along, steps, rng) for name in kind])
    curves = centre[:, None] + sign[:, None] * (curves - (curves.max(1) + curves.min(1))[:, None] / 2)
    eta = curves[:, step_at if design.steps else size_at]
    if design.steps:
        eta = eta + rng.normal(0, 0.3, (B, len(sizes)))[:, size_at]
    away = np.log10(sizes) - np.log10(sizes).mean()
    slope = curves @ away / (away @ away) if not design.steps else np.full(B, np.nan)
    models = [f"m{at}" for at in size_at]
    if design.per_size > 1:
        eta, size_at, step_at = (np.repeat(each, design.per_size, axis=-1) for each in (eta, size_at, step_at))
        models = [f"m{size}.{at % design.per_size}" for at, size in enumerate(size_at)]
    rate = expit(eta + _deviations(rng, design, *eta.shape))
    answers = _answers(rng, design, rate)
    if design.missing:
        for each in answers:
            gone = rng.random(rate.shape[1]) < design.missing
            gone[rng.permutation(rate.shape[1])[:3]] = False
            each[:, gone] = np.nan
    return Sweep([f"b{at:03d}" for at in range(B)], kind, sign, slope, sizes[size_at], steps[step_at], models, answers)


def _kinds(rng: np.random.Generator, B: int, mix: Mapping[str, float]) -> Array:
    kinds = [name for name, share in mix.items() for _ in range(round(share * B))]
    shuffled = np.array((kinds + ["null"] * B)[:B], dtype=object)
    rng.shuffle(shuffled)
    return shuffled


def _curve(kind: str, t: Array, steps: Array, rng: np.random.Generator) -> Array:
    """Logits along t in [0, 1] before centre and sign."""
    knot = rng.uniform(0.35, 0.65)
    curves = {
        "null": 0 * t,
        "small": 0.6 * t,
        "large": 1.6 * t,
        "sigmoid": 1.2 * expit(9 * (t - 0.35)),
        "plateau": 1.2 * np.minimum(t / knot, 1),
        "late": 1.2 * np.maximum((t - knot) / (1 - knot), 0),
        "U": np.abs(t - knot) / np.where(t < knot, knot, 1 - knot),
        "J": np.where(t < knot, 1.2 * (knot - t) / knot, 0.6 * (t - knot) / (1 - knot)),
        "steps small": 0.5 * t,
        "steps large": 1.4 * t,
        "steps linear": steps / 1000,
        "steps jump": (steps > 0) * 1.0,
        "steps U": np.abs(t - STEP_U_AT) / np.where(t < STEP_U_AT, STEP_U_AT, 1 - STEP_U_AT),
    }
    return curves[kind]


def _deviations(rng: np.random.Generator, design: Design, B: int, C: int) -> Array:
    tau = design.tau * np.exp(design.spread * rng.normal(size=(B, 1)) - design.spread**2 / 2)
    if design.df is None:
        own = rng.normal(size=(B, C))
    else:
        own = rng.standard_t(design.df, (B, C)) * np.sqrt((design.df - 2) / design.df)
    if design.shared:
        of_size = np.repeat(rng.normal(size=(B, C // design.per_size)), design.per_size, axis=1)
        own = np.sqrt(1 - design.shared) * own + np.sqrt(design.shared) * of_size
    shock = rng.normal(size=C) * rng.choice([-1, 1], (B, 1))
    return tau * (np.sqrt(1 - design.common) * own + np.sqrt(design.common) * shock)


def _answers(rng: np.random.Generator, design: Design, rate: Array) -> list[Array]:
    """Item logits a + s (sqrt(rho) d + sqrt(1 - rho) e), a chosen so that a cell's expected rate is exact."""
    B, C = rate.shape
    s, rho = rng.uniform(0.5, 2.5, B), rng.uniform(0.1, 0.9, B)
    a = location(rate, s[:, None])
    found = []
    for at in range(B):
        n = design.n_items[at % len(design.n_items)]
        shared, own = rng.normal(size=(n, 1)), rng.normal(size=(n, C))
        p = expit(a[at] + s[at] * (np.sqrt(rho[at]) * shared + np.sqrt(1 - rho[at]) * own))
        found.append((rng.random(p.shape) < p).astype(float) if design.binary else p)
    return found


def location(rate: Array, s: Array) -> Array:
    """The a at which expit(a + s Z), Z standard normal, has mean `rate`: Newton's method, 41-point quadrature."""
    a = logit(rate) * np.sqrt(1 + 0.3458 * s**2)
    for _ in range(12):
        p = expit(a[..., None] + s[..., None] * NODES)
        a = a - ((p * WEIGHTS).sum(-1) - rate) / np.maximum((p * (1 - p) * WEIGHTS).sum(-1), 1e-12)
    return a
