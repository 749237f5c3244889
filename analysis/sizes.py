"""Parameter counts as the short names people use: 70M, 1.4B, 110B."""

from __future__ import annotations

_UNITS = ((10**12, "T"), (10**9, "B"), (10**6, "M"), (10**3, "K"))


def size_label(parameter_count: float | None) -> str:
    """Short label of a number of parameters, e.g. '6.9B' for 6,857,302,016; 'size not stated' for None.

    Three significant digits at most, trailing zeros dropped. A count of no more digits than that is a maker's own
    figure and is shown in full (1.25B, 32.5B); others keep whole units from 100 on (124M for 124,439,808) and two
    digits below (12B for 11,846,072,320). Raises ValueError for a count that is not positive.
    """
    if parameter_count is None:
        return "size not stated"
    if not parameter_count > 0:
        raise ValueError(f"A parameter count is a positive number, not {parameter_count!r}.")
    named = _significant(parameter_count, 3)
    shown = named if named == parameter_count or _in_units(named)[0] >= 100 else _significant(parameter_count, 2)
    value, letter = _in_units(shown)
    return f"{value:.10g}{letter}"


def _in_units(count: float) -> tuple[float, str]:
    return next(((count / unit, letter) for unit, letter in _UNITS if count >= unit), (count, ""))


def _significant(value: float, digits: int) -> float:
    return float(f"{value:.{digits - 1}e}")
