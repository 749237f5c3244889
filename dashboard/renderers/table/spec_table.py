"""The numbers under a chart, for the table below it and for CSV."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pandas as pd

from analysis.verdicts import AxisKind
from dashboard.figures.spec import DotSpec, FacetSpec, FigureSpec, Series

_DTYPES = {
    "Parameters": "Float64",
    "RL steps": "Float64",
    "Training tokens": "Float64",
    "Percent": "Float64",
    "Interval low": "Float64",
    "Interval high": "Float64",
    "Questions": "Int64",
    "Likeliest answer matches, %": "Float64",
    "First option less others, points": "Float64",
    "On the options, %": "Float64",
    "Off the others, sd": "Float64",
}
_OPTIONAL = tuple(_DTYPES)[-4:]
"""Left out where no row has them."""


_ACROSS: dict[AxisKind, str] = {"size": "Parameters", "rlhf": "RL steps", "training": "Training tokens"}


def spec_table(spec: FigureSpec | FacetSpec | DotSpec) -> pd.DataFrame:
    """One row per point, placed or not: series, model, size, steps or tokens, percent, interval, questions, note.

    Facets start with the behaviour; a dot plot has model and topic instead of series and model.
    """
    if isinstance(spec, DotSpec):
        rows = list(_dot_rows(spec))
    elif isinstance(spec, FacetSpec):
        rows = [
            {"Behaviour": " ".join(panel.title), **row}
            for panel in spec.panels
            for line in _readable(panel.series)
            for row in _series_rows(line, spec.axis.kind)
        ]
    else:
        rows = [row for line in _readable(spec.series) for row in _series_rows(line, spec.axis.kind)]
    table = pd.DataFrame(rows)
    table = table.drop(columns=[name for name in _OPTIONAL if name in table and table[name].isna().all()])
    return table.astype({column: dtype for column, dtype in _DTYPES.items() if column in table})


def _readable(series: tuple[Series, ...]) -> list[Series]:
    """Focus and coloured series first, those of an ordered ramp in its order."""
    return sorted(
        series,
        key=lambda line: (not line.focus, line.place is None, line.place if line.ramp else 0, line.name),
    )


def _series_rows(line: Series, kind: AxisKind) -> Iterator[dict[str, Any]]:
    for point in (*line.points, *line.unplaced):
        remarks = [
            "estimated" if point.x_is_estimate else "",
            point.left_out and f"left out: {point.left_out}",
            point.warning,
        ]
        yield {
            "Series": line.name,
            "Model": point.id,
            _ACROSS[kind]: point.x,
            "Percent": 100 * point.y,
            "Interval low": None if point.lo is None else 100 * point.lo,
            "Interval high": None if point.hi is None else 100 * point.hi,
            "Interval method": point.method,
            "Questions": point.n,
            "Likeliest answer matches, %": None if point.argmax is None else 100 * point.argmax,
            "First option less others, points": None if point.label_gap is None else 100 * point.label_gap,
            "On the options, %": None if point.option_mass is None else 100 * point.option_mass,
            "Off the others, sd": point.residual,
            "Note": "; ".join(remark for remark in remarks if remark),
        }


def _dot_rows(spec: DotSpec) -> Iterator[dict[str, Any]]:
    for row in spec.rows:
        yield {
            "Model": row.label,
            "Topic": "all",
            "Percent": 100 * row.rate,
            "Interval low": None if row.lo is None else 100 * row.lo,
            "Interval high": None if row.hi is None else 100 * row.hi,
            "Questions": row.n,
        }
        for topic, mean in row.marks:
            yield {"Model": row.label, "Topic": topic, "Percent": 100 * mean}
