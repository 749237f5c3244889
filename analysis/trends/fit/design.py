"""Design matrices of a trend along one axis (method, sections 4.2-4.4)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from analysis.arrays import Array
from analysis.verdicts import Axis


@dataclass(frozen=True, slots=True, eq=False)
class Design:
    """Fixed effects of D designs over M cells each, with what the restricted likelihood needs of them.

    In the formulas X is (M, p), N an orthonormal basis of its complement, c a row of pinv(X).
    """

    pinv: Array
    """(D, p, M)"""
    N: Array
    """(D, M, M - p)"""
    log_det: Array
    """log |X'X|, (D,)."""

    @classmethod
    def of(cls, X: Array) -> Design:
        """From X, (D, M, p), of full column rank."""
        Q, R = np.linalg.qr(X, mode="complete")
        p = X.shape[-1]
        log_det = 2 * np.log(np.abs(np.diagonal(R[:, :p], axis1=1, axis2=2))).sum(1)
        return cls(np.linalg.pinv(X), Q[:, :, p:], log_det)


def centred(x: Array) -> Array:
    """t = (x - mean x)/range x along the last dimension."""
    return np.asarray((x - x.mean(-1, keepdims=True)) / (x[..., -1:] - x[..., :1]))


@dataclass(frozen=True, slots=True, eq=False)
class Shape:
    """One candidate shape z of the trend with its curvature term, for D sets of places of M cells each."""

    design: Design
    """Of X = [1, z]; z has unit range, so that its coefficient is the change from first to last."""
    curvature: Array
    """q = t^2 made orthogonal to X, unit range, (D, M)."""
    _coefficients: Array
    _range: Array
    _t_origin: Array
    _t_range: Array
    _name: str
    ends_middle: Array
    """z midway between its two ends, (D,)."""
    X: Array
    """[1, z], (D, M, 2)."""

    def at(self, x: Array, raw: Array, first_raw: Array, last_raw: Array) -> tuple[Array, Array]:
        """z and q at other places: x and raw (D, points) -> (D, points) each. First and last raw of the
        data: (D,)."""
        t = (x - self._t_origin) / self._t_range
        z = _shape(self._name, t, raw, first_raw[:, None], last_raw[:, None])
        a = self._coefficients
        return z, (t**2 - a[:, :1] - a[:, 1:] * z) / self._range


SHAPES: dict[Axis, tuple[str, ...]] = {"size": ("axis",), "rlhf": ("axis", "steps", "any")}
"""Candidate shapes: along the axis itself; in RLHF steps; 'any RLHF at all' against none."""


def _shape(name: str, t: Array, raw: Array, first: Array, last: Array) -> Array:
    if name == "axis":
        return t
    if name == "steps":
        return np.asarray((raw - first) / (last - first))
    return (raw > 0).astype(float)


def shape_of(name: str, x: Array, raw: Array) -> Shape:
    """The shape over D sets of places; x and raw are (D, M), ascending, with at least three distinct places
    each."""
    t = centred(x)
    z = _shape(name, t, raw, raw[:, :1], raw[:, -1:])
    X = np.stack([np.ones_like(z), z], -1)
    design = Design.of(X)
    coefficients = np.einsum("dpm,dm->dp", design.pinv, t**2)
    rest = t**2 - np.einsum("dmp,dp->dm", X, coefficients)
    spread = np.ptp(rest, axis=1, keepdims=True)
    return Shape(
        design,
        rest / spread,
        coefficients,
        spread,
        x.mean(1, keepdims=True),
        x[:, -1:] - x[:, :1],
        name,
        (z[:, 0] + z[:, -1]) / 2,
        X,
    )


def has_shape(name: str, raw: Array) -> Array:
    """Which of D sets of places tell this shape from a constant, (D,): 'any' needs a step 0 and later
    ones."""
    return (raw[:, 0] == 0) & (raw[:, -1] > 0) if name == "any" else np.ones(len(raw), bool)


def knots_of(t: Array) -> Array:
    """Knots of each of D sets of places with the same number m of distinct values: every interior place and
    midway between interior places, (D, 2m - 5)."""
    distinct = np.array([np.unique(row) for row in t])
    inner = distinct[:, 1:-1]
    return np.sort(np.concatenate([inner, (inner[:, 1:] + inner[:, :-1]) / 2], axis=1), axis=1)


def broken_line(t: Array, knot: Array) -> Array:
    """X = [1, min(t - k, 0), max(t - k, 0)] for every knot: t (D, M), knot (D, K) -> (D, M, K, 3)."""
    away = t[:, :, None] - knot[:, None, :]
    return np.stack([np.ones_like(away), np.minimum(away, 0), np.maximum(away, 0)], -1)
