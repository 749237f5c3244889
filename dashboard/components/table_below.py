"""Under a chart that no series make up: its rows as a table, and as a file with set, data hash, source and licence."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
import streamlit as st

from loaders.store.manifest import SetInfo


def table_below(rows: Sequence[Mapping[str, Any]], info: SetInfo, *, name: str, what: str) -> None:
    """The rows folded, with a download; `what` the chart is about, for a screen reader."""
    frame = pd.DataFrame(rows)
    decimals = {
        column: st.column_config.NumberColumn(format="%.1f" if "percent" in column.lower() else "%.3f")
        for column in frame.select_dtypes("float").columns
    }
    with st.expander("Numbers"):
        st.dataframe(
            frame, hide_index=True, column_config=decimals, placeholder="", alt=f"Numbers of the chart: {what}"
        )
        st.download_button(
            "Download CSV", data=lambda: rows_csv(frame, info).encode(), file_name=f"{name}.csv", mime="text/csv",
            key=f"{name}.csv",
        )  # fmt: skip


def rows_csv(frame: pd.DataFrame, info: SetInfo) -> str:
    """The rows as CSV; on every one the set, its data hash, source and licence."""
    origin = {"result_set": info.name, "data_hash": info.data_hash, "source": info.source, "licence": info.licence}
    return frame.assign(**origin).to_csv(index=False, lineterminator="\n")
