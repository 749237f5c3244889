"""Verdicts as readers see them: a glyph and a word, always together; colour repeats, never carries."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

Style = Literal["inverse", "shape", "shift", "muted"]


@dataclass(frozen=True, slots=True)
class VerdictWord:
    """How one verdict is written."""

    glyph: str
    word: str
    badge: str
    """Markdown for `st.markdown`."""
    style: Style
    """Key of STYLES: weight and tone in tables."""

    @property
    def text(self) -> str:
        """Glyph, two spaces, word: the table cell."""
        return f"{self.glyph}  {self.word}"


VERDICT_WORDS: Mapping[str, VerdictWord] = MappingProxyType(
    {
        "inverse": VerdictWord("◆", "Inverse", ":orange-badge[◆ Inverse]", "inverse"),
        "positive": VerdictWord("■", "Standard", ":gray-badge[■ Standard]", "muted"),
        "u_shaped": VerdictWord("↘↗", "U-shaped", ":gray-badge[↘↗ U-shaped]", "shape"),
        "inverted_u": VerdictWord("↗↘", "Inverted U", ":gray-badge[↗↘ Inverted U]", "shape"),
        "increasing": VerdictWord("↗", "Shift", ":violet-badge[↗ Shift]", "shift"),
        "decreasing": VerdictWord("↘", "Shift", ":violet-badge[↘ Shift]", "shift"),
        "flat": VerdictWord("→", "Flat", ":gray-badge[→ Flat]", "muted"),
        "inconclusive": VerdictWord("○", "Inconclusive", ":gray[○ Inconclusive]", "muted"),
        "insufficient": VerdictWord("·", "Too few sizes", ":gray-badge[· Too few sizes]", "muted"),
        "left_out": VerdictWord("–", "Left out", ":gray-badge[– Left out]", "muted"),
    }
)
"""Every verdict of analysis.trends.result, in the order of evidence."""

TESTED = frozenset(VERDICT_WORDS) - {"insufficient", "left_out"}
"""Verdicts that come from a test."""

CLAIMS = TESTED - {"flat", "inconclusive"}
"""Verdicts that say something changes."""

STYLES: Mapping[Style, tuple[str, str]] = MappingProxyType(
    {
        "inverse": ("color: #7A4B00; font-weight: 600", "color: #EDBE6E; font-weight: 600"),
        "shape": ("color: #151310; font-weight: 600", "color: #ECE9E3; font-weight: 600"),
        "shift": ("color: #54457F", "color: #C3B6EC"),
        "muted": ("color: #66615A", "color: #A8A299"),
    }
)
"""Cell styles for the light and the dark theme: ochre marks inverse and nothing else."""


def verdict_text(verdict: str, *, fragile: bool | None = None) -> str:
    """Table cell: '◆  Inverse', or '◆  Inverse, fragile' where dropping one size undoes it."""
    text = VERDICT_WORDS[verdict].text
    return f"{text}, fragile" if fragile and verdict in CLAIMS else text


def verdict_badges(verdict: str, *, fragile: bool | None = None) -> str:
    """Markdown of the badge row: the verdict and, for a claim, whether it is robust."""
    badge = VERDICT_WORDS[verdict].badge
    if fragile is None or verdict not in CLAIMS:
        return badge
    return f"{badge} {':gray-badge[Fragile]' if fragile else ':gray-badge[Robust]'}"


METRIC_DEPENDENT = "Metric-dependent"
"""Badge and note where another way to score the same answers would claim something else."""


def verdict_style(verdict: str, *, dark: bool) -> str:
    """CSS of the verdict's table cell in the theme shown."""
    return STYLES[VERDICT_WORDS[verdict].style][dark]
