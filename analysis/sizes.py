"""Parameter counts as the short names people use: 70M, 1.4B, 110B."""

from __future__ import annotations

_UNITS = ((10**12, "T"), (10**9, "B"), (10**6, "M"), (10**3, "K"))


def size_label(parameter_count: float | None) -> str:
    """Short label of a number of parameters, e.g. '6.9B' for 6,857,302,016; 'size not stated' for None.

    A count of at most three significant digits is a maker's own figure and is shown in full (125M, 1.25B,
    176B); other counts are rounded to two digits, from 100B to three (112B). Raises ValueError for a count
    that is not positive.
    """
    if parameter_count is None:
        return "size not stated"
    if not parameter_count > 0:
        raise ValueError(f"A parameter count is a positive number, not {parameter_count!r}.")
    named = _significant(parameter_count, 3)
    shown = named if named == parameter_count or parameter_count >= 100e9 else _significant(parameter_count, 2)
    for unit, letter in _UNITS:
        if shown >= unit:
            return f"{shown / unit:.10g}{letter}"
    return f"{shown:g}"


def _significant(value: float, digits: int) -> float:
    return float(f"{value:.{digits - 1}e}")
