"""Size, RL steps or training, where there is a choice."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from analysis.findings.finding import Finding
from analysis.verdicts import AXES, Axis
from dashboard.components import url_state, write

AXIS_WORDS = {"size": "Size", "rlhf": "RL steps", "training": "Training"}
_Choice = TypeVar("_Choice", bound=str)


def axes_of(findings: Sequence[Finding]) -> list[Axis]:
    """Axes the findings lie along, size first; size where there is no finding."""
    return [axis for axis in AXES if any(finding.result.axis == axis for finding in findings)] or ["size"]


def choose_axis(findings: Sequence[Finding], *, key: str, asked: str, follow: bool) -> Axis:
    """Draw 'Across: Size | RL steps' where the findings have both; the axis to show."""
    return choose_across(axes_of(findings), key=key, asked=asked, follow=follow)


def choose_across(axes: Sequence[_Choice], *, key: str, asked: str, follow: bool) -> _Choice:
    """Draw 'Across' with these axes (at least one), where there are several; the axis to show."""
    if len(axes) < 2:
        return axes[0]
    url_state.seed(key, asked if asked in axes else axes[0], axes, follow=follow)
    chosen = write.segmented_control(
        "Across",
        axes,
        format_func=AXIS_WORDS.__getitem__,
        key=key,
        required=True,
        on_change=url_state.touched,
    )
    return chosen or axes[0]
