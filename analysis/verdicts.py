"""The vocabulary of verdicts: axes, words, the groups they fall into, and the two numbers every rule shares."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal, NamedTuple, get_args

Axis = Literal["size", "rlhf"]
"""What a trend is tested along: parameter counts or RLHF steps."""
AxisKind = Literal["size", "rlhf", "training"]
"""What a chart goes along: an `Axis`, or training tokens (described, never tested)."""
AXES: tuple[Axis, ...] = get_args(Axis)

Move = Literal["inverse", "positive", "increasing", "decreasing"]
Turn = Literal["u_shaped", "inverted_u"]
Verdict = Literal[
    "inverse",
    "positive",
    "u_shaped",
    "inverted_u",
    "flat",
    "inconclusive",
    "increasing",
    "decreasing",
    "insufficient",
    "left_out",
]
"""The first eight are the detector's words (increasing and decreasing only where no direction is worse);
the last two are given before a test, by the health rules."""

VERDICTS: tuple[Verdict, ...] = get_args(Verdict)
MOVES: tuple[Move, ...] = get_args(Move)
"""A trend: one direction from first to last."""
TURNS: tuple[Turn, ...] = get_args(Turn)
"""Two arms of opposite direction: the change from first to last says little."""
SHIFTS: tuple[Move, ...] = ("increasing", "decreasing")
"""Trends of a behaviour with no declared direction."""
CLAIMS: frozenset[Verdict] = frozenset((*MOVES, *TURNS))
"""Verdicts that say something changes."""
UNTESTED: frozenset[Verdict] = frozenset(("insufficient", "left_out"))
"""Given without a test."""
TESTED: frozenset[Verdict] = frozenset(VERDICTS) - UNTESTED
"""Verdicts that come from a test."""


class Shown(NamedTuple):
    """How readers see a verdict: a glyph and a word, always together."""

    glyph: str
    word: str

    @property
    def text(self) -> str:
        """Glyph, two spaces, word: the table cell."""
        return f"{self.glyph}  {self.word}"


SHOWN: Mapping[Verdict, Shown] = MappingProxyType(
    {
        "inverse": Shown("◆", "Inverse"),
        "positive": Shown("■", "Standard"),
        "u_shaped": Shown("↘↗", "U-shaped"),
        "inverted_u": Shown("↗↘", "Inverted U"),
        "increasing": Shown("↗", "Shift"),
        "decreasing": Shown("↘", "Shift"),
        "flat": Shown("→", "Flat"),
        "inconclusive": Shown("○", "Inconclusive"),
        "insufficient": Shown("·", "Too few sizes"),
        "left_out": Shown("–", "Left out"),
    }
)
"""Every verdict as shown, in the order of the glossary."""


def shown_along(verdict: Verdict, axis: Axis) -> Shown:
    """The same in the axis's own words: 'Too few steps' along RLHF steps."""
    return Shown("·", "Too few steps") if verdict == "insufficient" and axis == "rlhf" else SHOWN[verdict]


LEVEL = 0.05
"""False-discovery rate of the flagged set, and level of every other test."""
MARGIN = 0.40
"""Equivalence margin of 'flat': logits over the observed range."""


def claim_of(verdict: Verdict) -> str:
    """What a verdict claims: its own word for a trend or a turn; empty for flat, inconclusive and what was not tested,
    which claim no change."""
    return verdict if verdict in CLAIMS else ""
