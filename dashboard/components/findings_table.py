"""Findings as a table: one row each, sparkline, verdict, numbers; a click on a cell opens the behaviour."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd
import streamlit as st

from analysis.findings.finding import Finding
from analysis.verdicts import TESTED, Verdict
from dashboard.components import write
from dashboard.components.sparkline import sparkline_uri
from dashboard.components.verdict_marks import verdict_style
from dashboard.figures.parts.axes import range_text
from dashboard.figures.parts.notes import CONTROL_MARK
from dashboard.words.findings import METRIC_DEPENDENT, q_text, short_titles, true_minus, verdict_text
from dashboard.words.numbers import points_interval, signed_points

ROW, HEADER, TALLEST = 40, 38, 600
FIRST_ROWS, LONG = 14, 36
"""Where a name in the rows seen first has more letters, families get a wide column."""


def findings_table(
    findings: Sequence[Finding],
    *,
    key: str,
    alt: str,
    tallest: int = TALLEST,
    leave_out: Sequence[str] = (),
) -> Finding | None:
    """Draw the rows in the order given; the finding whose row the reader clicked just now, or None.

    `leave_out` are columns that say the same in every row.
    """
    x_ranges, y_range = _shared_ranges(findings)
    frame, verdicts = _frame(findings, x_ranges, y_range)
    dark = st.context.theme.type == "dark"
    styles = [verdict_style(verdict, dark=dark) for verdict in verdicts]
    event: Any = write.data_frame(
        frame,
        styled=lambda shown: shown.style.format({"Change, points": _change, "q": _q}).apply(
            lambda _: styles, subset=["Verdict"]
        ),
        key=key,
        height=min(ROW * len(frame) + HEADER, tallest),
        row_height=ROW,
        hide_index=True,
        on_select="rerun",
        selection_mode="single-cell",
        column_config=_columns(frame, findings, y_range),
        column_order=[name for name in frame.columns if name not in leave_out],
        alt=alt,
        placeholder="",
    )
    cells = event["selection"].get("cells", [])
    return findings[cells[0][0]] if cells and cells[0][0] < len(findings) else None


def _frame(
    findings: Sequence[Finding], x_ranges: dict[bool, tuple[float, float]], y_range: tuple[float, float]
) -> tuple[pd.DataFrame, list[Verdict]]:
    untested = any(finding.result.verdict not in TESTED for finding in findings)
    titles = short_titles([finding.title for finding in findings])
    rows = []
    for finding in findings:
        result = finding.result
        tested = result.verdict in TESTED
        row = {
            "Behaviour": titles[finding.title],
            "Family": finding.name if result.axis == "size" else finding.series or finding.name,
            "Verdict": verdict_text(result.verdict, result.axis, fragile=result.fragile),
            "Note": _note(finding),
            "Trend": sparkline_uri(
                finding.points,
                x_range=x_ranges[finding.is_control],
                y_range=y_range,
                chance=finding.chance,
                kind=result.axis,
            ),
            "Change, points": None if result.change_points is None else 100 * result.change_points,
            "95% interval": points_interval(result.change_points_low, result.change_points_high),
            "q": result.verdict_q,
            "Sizes": result.n_points,
            "Theme": finding.group,
        }
        if untested:
            row["Why not tested"] = "" if tested else true_minus(result.reason)
        row["Data set"] = finding.result_set
        rows.append(row)
    frame = pd.DataFrame(rows).astype({"Change, points": "float64", "q": "float64"})
    if not frame["Note"].any():
        frame = frame.drop(columns="Note")
    return frame, [finding.result.verdict for finding in findings]


def _note(finding: Finding) -> str:
    """'control', 'metric-dependent', both or neither."""
    said = [CONTROL_MARK.lower()] if finding.is_control else []
    return ", ".join([*said, *([METRIC_DEPENDENT.lower()] if finding.metric_dependent else [])])


def _shared_ranges(findings: Sequence[Finding]) -> tuple[dict[bool, tuple[float, float]], tuple[float, float]]:
    """One horizontal and one vertical range for all rows, so that they compare; controls, which are far smaller than
    any real model, have a horizontal range of their own (True)."""
    points = [point for finding in findings for point in finding.points]
    xs = {
        control: [p.x for f in findings if f.is_control is control for p in f.points if p.x is not None]
        for control in (False, True)
    }
    rates = [point.rate for point in points] or [0.0, 1.0]
    low, high = 10 * (100 * min(rates) // 10), -10 * (-100 * max(rates) // 10)
    across = {control: (min(values, default=1.0), max(values, default=1.0)) for control, values in xs.items()}
    return across, (max(low, 0) / 100, min(max(high, low + 10), 100) / 100)


def _columns(frame: pd.DataFrame, findings: Sequence[Finding], y_range: tuple[float, float]) -> dict[str, Any]:
    steps = any(finding.result.axis == "rlhf" for finding in findings)
    long_names = max((len(finding.name) for finding in findings[:FIRST_ROWS]), default=0) > LONG
    column = st.column_config
    trend = f"{'Early → late' if steps else 'Small → large'}, {range_text(y_range).removeprefix('axis ')}"
    configured = {
        "Behaviour": column.TextColumn(width=210),
        "Family": column.TextColumn("Model" if steps else "Family", width=190 if steps else 280 if long_names else 104),
        "Verdict": column.TextColumn(width=116),
        "Trend": column.ImageColumn(trend, width=166),
        "Change, points": column.NumberColumn(width=108),
        "95% interval": column.TextColumn(width=112),
        "q": column.NumberColumn(
            width=60,
            help="False-discovery rate at which this row would just count, over the tests of its data set",
        ),
        "Sizes": column.NumberColumn("Steps" if steps else "Sizes", width=52),
        "Note": column.TextColumn(
            width=128,
            help="Control: models with planted trends or made-up answers, no evidence about real models. "
            "Metric-dependent: scored another way (labels not balanced, or only the likeliest answer), the same "
            "answers would claim something else",
        ),
        "Theme": column.TextColumn(width=142),
        "Why not tested": column.TextColumn(width=320),
        "Data set": column.TextColumn(width=128),
    }
    return {name: config for name, config in configured.items() if name in frame.columns}


def _change(value: Any) -> str:
    return "" if pd.isna(value) else signed_points(value / 100)


def _q(value: Any) -> str:
    return "" if pd.isna(value) else q_text(value)
