"""The five forms: formula, curve with its derivatives, where fits start, and how wide parameters may roam.

Every form is a function of u, the natural log of x over the last training x, and gives v, the log of y over
the level of the last training points: fits then do not depend on the units of x and y. Parameters are free
real numbers (logs of positive quantities). Each has a normal prior, wide against what learning curves do,
which keeps a parameter that the data do not show (a floor far below the curve) from running away.

Sources: M1-M4 from Alabdulmohsin, Neyshabur, Zhai (2022), arXiv 2209.06640; the one-break law from Caballero
et al. (2022), arXiv 2210.14891.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from itertools import product
from typing import Any

import numpy as np

from analysis.arrays import expit

Array = np.ndarray[Any, np.dtype[Any]]
Curve = Callable[[Array, Array], tuple[Array, Array]]
Natural = Callable[[Array, float, float], dict[str, float]]


@dataclass(frozen=True, slots=True, eq=False)
class Form:
    """One law of how y falls with x."""

    name: str
    formula: str
    curve: Curve
    """(B, P) parameters and (B, N) u to (B, N) v and its (B, N, P) derivatives."""
    natural: Natural
    """(P,) parameters, log x at u = 0 and log y at v = 0 to the formula's parameters in units of x and y."""
    prior: tuple[tuple[float, float], ...]
    """Mean and standard deviation of each parameter."""
    starts: Array
    """(S, P) places where fits start."""


def _exp(value: float) -> float:
    return math.exp(min(value, 700.0))


def _softplus(z: Array) -> Array:
    return np.logaddexp(0, z)


def _above_floor(floor: Array, above: Array) -> tuple[Array, Array, Array]:
    """Log of exp(floor) + exp(above), and the share of each part."""
    v = np.logaddexp(floor, above)
    share = np.exp(above - v)
    return v, 1 - share, share


def _power(t: Array, u: Array) -> tuple[Array, Array]:
    return t[:, :1] - t[:, 1:2] * u, np.stack([np.ones_like(u), -u], 2)


def _power_natural(t: Array, log_x: float, log_y: float) -> dict[str, float]:
    return {"b": _exp(log_y + t[0] + t[1] * log_x), "c": float(t[1])}


def _floored(t: Array, u: Array) -> tuple[Array, Array]:
    c = np.exp(t[:, 1:2])
    v, low, high = _above_floor(t[:, 2:3], t[:, :1] - c * u)
    return v, np.stack([high, -high * c * u, low], 2)


def _floored_natural(t: Array, log_x: float, log_y: float) -> dict[str, float]:
    c = _exp(t[1])
    return {"b": _exp(log_y + t[0] + c * log_x), "c": c, "e": _exp(log_y + t[2])}


def _shifted(t: Array, u: Array) -> tuple[Array, Array]:
    c, g = np.exp(t[:, 1:2]), t[:, 3:4]
    inner = np.logaddexp(-u, g)
    v, low, high = _above_floor(t[:, 2:3], t[:, :1] + c * inner)
    return v, np.stack([high, high * c * inner, low, high * c * np.exp(g - inner)], 2)


def _shifted_natural(t: Array, log_x: float, log_y: float) -> dict[str, float]:
    return _floored_natural(t, log_x, log_y) | {"g": _exp(t[3] - log_x)}


def _two_ended(t: Array, u: Array) -> tuple[Array, Array]:
    """z = (y - e) / (e0 - e) solves log z - a log(1 - z) = beta - c u: Newton's method in w = logit z."""
    c, a = np.exp(t[:, 1:2]), np.exp(t[:, 3:4])
    right = t[:, :1] - c * u
    w = np.where(right < 0, right, right / a)
    for _ in range(30):
        z = expit(w)
        step = (a * _softplus(w) - _softplus(-w) - right) / (1 - z + a * z)
        w = w - step
        if not np.abs(step).max() > 1e-12:
            break
    z = expit(w)
    v, low, high = _above_floor(t[:, 2:3], t[:, 4:5] - _softplus(-w))
    k = high * (1 - z) / (1 - z + a * z)
    return v, np.stack([k, -k * c * u, low, -k * a * _softplus(w), high], 2)


def _two_ended_natural(t: Array, log_x: float, log_y: float) -> dict[str, float]:
    c, a, log_range = _exp(t[1]), _exp(t[3]), log_y + t[4]
    e = _exp(log_y + t[2])
    b = _exp((1 - a) * log_range + t[0] + c * log_x)
    return {"b": b, "c": c, "e": e, "a": a, "e0": e + _exp(log_range)}


def _broken(t: Array, u: Array) -> tuple[Array, Array]:
    c0, c1, f = t[:, 2:3], t[:, 3:4], np.exp(t[:, 5:6])
    past = u - t[:, 4:5]
    bend, turned = f * _softplus(past / f), expit(past / f)
    v, low, high = _above_floor(t[:, :1], t[:, 1:2] - c0 * u - c1 * bend)
    slopes = [low, high, -high * u, -high * bend, high * c1 * turned, -high * c1 * (bend - turned * past)]
    return v, np.stack(slopes, 2)


def _broken_natural(t: Array, log_x: float, log_y: float) -> dict[str, float]:
    b = _exp(log_y + t[1] + t[2] * log_x)
    return {
        "a": _exp(log_y + t[0]), "b": b, "c0": float(t[2]), "c1": float(t[3]),
        "d": _exp(log_x + t[4]), "f": _exp(t[5]),
    }  # fmt: skip


def _starts(*places: tuple[float, ...]) -> Array:
    return np.array(list(product(*places)))


HALF, LESS = math.log(0.5), math.log(0.3)

M1 = Form("M1", "y = b x^-c", _power, _power_natural, ((0, 2), (0.3, 2)), _starts((0,), (0.3,)))
M2 = Form(
    "M2", "y = b x^-c + e", _floored, _floored_natural,
    ((-1, 3), (HALF, 0.5), (-0.7, 2)),
    _starts((-1.5, -0.3), (LESS, 0), (-0.4, -2)),
)  # fmt: skip
M3 = Form(
    "M3", "y = b (1/x + g)^c + e", _shifted, _shifted_natural,
    ((-1, 3), (HALF, 0.5), (-0.7, 2), (-1, 3)),
    _starts((-1.5, -0.3), (LESS, 0), (-0.4, -2), (-3, 1)),
)  # fmt: skip
M4 = Form(
    "M4", "(y - e) / (e0 - y)^a = b x^-c", _two_ended, _two_ended_natural,
    ((-1, 4), (HALF, 0.5), (-1.5, 2), (0, 0.5), (0.5, 1)),
    _starts((-1, 1), (-0.9, 0), (-0.4, -2), (0,), (0.2, 1.5)),
)  # fmt: skip
BROKEN = Form(
    "one break", "y = a + b x^-c0 (1 + (x/d)^(1/f))^(-c1 f)", _broken, _broken_natural,
    ((-1.5, 1.5), (0, 3), (0.3, 0.4), (0.3, 0.4), (-1.5, 2), (-0.5, 0.5)),
    _starts((-3, -0.5), (0,), (0, 0.4), (0.3, -0.3), (-3, -1, 0.3), (-0.5,)),
)  # fmt: skip

FORMS = (M1, M2, M3, M4, BROKEN)
