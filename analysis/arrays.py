"""Arrays and the logit scale, for all who compute."""

from __future__ import annotations

import math
from typing import Any, overload

import numpy as np

Array = np.ndarray[Any, np.dtype[Any]]

_LEAST = -709.0
"""Below it e^-x passes the largest float."""


@overload
def expit(logits: float) -> float: ...
@overload
def expit(logits: Array) -> Array: ...
def expit(logits: float | Array) -> float | Array:
    """The share (0-1) of a logit, 1 / (1 + e^-x); an array for an array. Far below zero it is 0, without a warning.

    The same as `scipy.special.expit` but for the last bit, and without scipy, which pages do not import.
    """
    if isinstance(logits, float | int):
        return 0.0 if logits < _LEAST else 1 / (1 + math.exp(-logits))
    with np.errstate(over="ignore"):
        share: Array = 1 / (1 + np.exp(-logits))
    return share


@overload
def logit(share: float) -> float: ...
@overload
def logit(share: Array) -> Array: ...
def logit(share: float | Array) -> float | Array:
    """log(p / (1 - p)) of a share p inside 0-1; an array for an array. 0 and 1 have none: a number raises
    ZeroDivisionError or ValueError, an array warns."""
    if isinstance(share, float | int):
        return math.log(share / (1 - share))
    logits: Array = np.log(share / (1 - share))
    return logits
