"""Verdicts as badges and as styled table cells; colour repeats the word, never carries it."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal

from analysis.verdicts import CLAIMS, Axis, Verdict, shown_along
from dashboard.text.markdown import Markdown

Style = Literal["inverse", "shape", "shift", "muted"]
STYLE: Mapping[Verdict, Style] = MappingProxyType(
    {
        "inverse": "inverse", "positive": "muted", "u_shaped": "shape", "inverted_u": "shape", "increasing": "shift",
        "decreasing": "shift", "flat": "muted", "inconclusive": "muted", "insufficient": "muted", "left_out": "muted",
    }
)  # fmt: skip
"""Weight and tone of each verdict."""
STYLES: Mapping[Style, tuple[str, str]] = MappingProxyType(
    {
        "inverse": ("color: #7A4B00; font-weight: 600", "color: #EDBE6E; font-weight: 600"),
        "shape": ("color: #151310; font-weight: 600", "color: #ECE9E3; font-weight: 600"),
        "shift": ("color: #54457F", "color: #C3B6EC"),
        "muted": ("color: #66615A", "color: #A8A299"),
    }
)
"""Cell styles for the light and the dark theme: ochre marks inverse and nothing else."""
BADGES: Mapping[Style, str] = MappingProxyType(
    {"inverse": "orange-badge", "shape": "gray-badge", "shift": "violet-badge", "muted": "gray-badge"}
)


def verdict_badges(verdict: Verdict, axis: Axis = "size", *, fragile: bool | None = None) -> Markdown:
    """The badge row: the verdict and, for a claim, whether it is robust."""
    glyph, word = shown_along(verdict, axis)
    kind = "gray" if verdict == "inconclusive" else BADGES[STYLE[verdict]]
    badge = Markdown(":{}[{} {}]").format(kind, glyph, word)
    if fragile is None or verdict not in CLAIMS:
        return badge
    return badge + Markdown(" :gray-badge[{}]").format("Fragile" if fragile else "Robust")


def verdict_style(verdict: Verdict, *, dark: bool) -> str:
    """CSS of the verdict's table cell in the theme shown."""
    return STYLES[STYLE[verdict]][dark]
