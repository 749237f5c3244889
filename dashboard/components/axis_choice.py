"""Size or RLHF steps, where there is a choice."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from analysis.findings import Finding
from analysis.trends.result import Axis
from dashboard.components import url_state
from dashboard.selection import AXES

AXIS_WORDS = {"size": "Size", "rlhf": "RLHF steps"}


def choose_axis(findings: Sequence[Finding], *, key: str, asked: str, follow: bool) -> Axis:
    """Draw 'Across: Size | RLHF steps' where the findings have both; the axis to show."""
    axes = [axis for axis in AXES if any(finding.result.axis == axis for finding in findings)]
    if len(axes) < 2:
        return axes[0] if axes else "size"
    url_state.seed(key, asked if asked in axes else axes[0], axes, follow=follow)
    chosen = st.segmented_control(
        "Across",
        axes,
        format_func=AXIS_WORDS.__getitem__,
        key=key,
        required=True,
        on_change=url_state.touched,
    )
    return chosen or axes[0]
