"""Under a chart: its numbers as a table, and as a file with set, data hash, source and licence."""

from __future__ import annotations

import streamlit as st

from dashboard.components import write
from dashboard.renderers.table.frame import csv_text, formats, frame
from dashboard.renderers.table.table import Table
from loaders.store.manifest import SetInfo


def numbers_below(
    table: Table, what: str, *, unfolded: bool = False, file: tuple[str, Table, SetInfo] | None = None
) -> None:
    """The table, folded unless `unfolded`; `what` the chart is about, for a screen reader.

    `file`: name of a download without its ending, what is written, and the set it is from.
    """
    columns = {name: st.column_config.NumberColumn(format=written) for name, written in formats(table).items()}
    with write.expander("Numbers", expanded=unfolded):
        write.data_frame(
            frame(table), hide_index=True, column_config=columns, placeholder="", alt=f"Numbers of the chart: {what}"
        )
        if file is not None:
            name, written, info = file
            write.download_button(
                "Download CSV", data=lambda: csv_text(written, info).encode(), file_name=f"{name}.csv", mime="text/csv",
                key=f"{name}.csv",
            )  # fmt: skip
