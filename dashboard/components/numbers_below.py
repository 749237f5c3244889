"""Under a chart: its numbers as a table and as a file, and the link to the view."""

from __future__ import annotations

import csv
import io
from urllib.parse import urljoin

import streamlit as st

from dashboard.figures.spec import DotSpec, FacetSpec, FigureSpec
from dashboard.renderers.table.spec_table import spec_table
from loaders.store.manifest import SetInfo

SINGLE_ANSWERS = (
    "Likeliest answer matches, %", "First option less others, points", "On the options, %", "Off the others, sd",
)  # fmt: skip
"""Columns of `spec_table` that only points with single answers, or a test, have."""


def numbers_below(spec: FigureSpec, info: SetInfo, *, name: str, unfolded: bool) -> None:
    """The table under the chart, with a download of the true values."""
    with st.expander("Numbers", expanded=unfolded):
        _table(spec, spec.title)
        st.download_button(
            "Download CSV",
            data=lambda: csv_text(spec, info).encode(),
            file_name=f"{name}.csv",
            mime="text/csv",
        )


def numbers_of(spec: FacetSpec | DotSpec, *, what: str) -> None:
    """The table under a chart of several behaviours or of models between two poles, folded."""
    with st.expander("Numbers"):
        _table(spec, what)


def _table(spec: FigureSpec | FacetSpec | DotSpec, what: str) -> None:
    frame = spec_table(spec)
    formats = dict.fromkeys(("Parameters", "RL steps", "Training tokens", "Questions"), "localized")
    formats |= dict.fromkeys(("Percent", "Interval low", "Interval high", *SINGLE_ANSWERS), "%.1f")
    columns = {
        name: st.column_config.NumberColumn(format=shown) for name, shown in formats.items() if name in frame.columns
    }
    alt = f"Numbers of the chart: {what}"
    st.dataframe(frame, hide_index=True, column_config=columns, placeholder="", alt=alt)


def csv_text(spec: FigureSpec, info: SetInfo) -> str:
    """The chart as CSV: shares 0-1, intervals; on every row the set, its data hash, source and licence."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    x = {"size": "parameters", "rlhf": "rlhf_steps", "training": "training_tokens"}[spec.axis.kind]
    writer.writerow(
        ["behavior", "series", "checkpoint", x, "rate", "ci_low", "ci_high", "n_questions", "ci_method",
         "left_out", "argmax_rate", "label_gap", "total_option_mass", "residual", "warning", "result_set", "data_hash",
         "source", "licence"]
    )  # fmt: skip
    for series in spec.series:
        for point in (*series.points, *series.unplaced):
            writer.writerow(
                [spec.behavior, series.name, point.id, None if point.x is None else int(point.x), point.y, point.lo,
                 point.hi, point.n, point.method, point.left_out, point.argmax, point.label_gap, point.option_mass,
                 point.residual, point.warning, info.name, info.data_hash, info.source, info.licence]
            )  # fmt: skip
    return out.getvalue()


def copy_link(url: str) -> None:
    """The whole view as a link, with the link version and the data hash."""
    with st.popover("Copy link", icon=":material/link:"):
        st.code(urljoin(st.context.url or "", url), language=None)
        st.caption("Opens this view again, and says so when the data have changed since.")
