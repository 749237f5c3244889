"""Where small multiples go: columns, wrapped headers and heights that hold on a phone of 390 pixels."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass

from dashboard.figures.facets import Panel
from dashboard.renderers.plotly.shown_text import by_lines

PANEL_HEIGHT = 176
"""Pixels of a panel's plotting area and the ticks below it."""
FOOT = 96
"""Pixels for the axis at the foot and the key at the head."""
TITLE_LINE, STRONGEST_LINE = 18, 16
"""Pixels a line of the header takes."""
TITLE_WIDTH = {1: 46, 2: 21, 3: 15}
STRONGEST_WIDTH = {1: 56, 2: 25, 3: 16}
"""Characters of a line of the title, and of the strongest series, that fit a panel, by number of columns."""


@dataclass(frozen=True, slots=True)
class PanelText:
    """Header of a panel in lines."""

    title: tuple[str, ...]
    strongest: tuple[str, ...]


def columns_for(titles: Sequence[str]) -> int:
    """Columns of panels: three where that leaves no hole and the titles fit a third of a phone, else two."""
    if len(titles) in (1, 2, 4):
        return min(len(titles), 2)
    lines = 3 if len(titles) == 3 else 2
    return 3 if all(len(_wrapped(title, 3)) <= lines for title in titles) else 2


def panel_texts(panels: Sequence[Panel], columns: int) -> list[PanelText]:
    """The header of each panel."""
    return [PanelText(_wrapped(panel.title, columns), _in_lines(panel.strongest, columns)) for panel in panels]


def header_height(texts: Sequence[PanelText]) -> int:
    """Pixels above each row of panels."""
    title = max(len(text.title) for text in texts)
    strongest = max(len(text.strongest) for text in texts)
    return TITLE_LINE * title + STRONGEST_LINE * strongest + 10


def figure_height(rows: int, header: int) -> int:
    """Pixels, headers included."""
    return FOOT + (PANEL_HEIGHT + header) * rows


def _wrapped(title: str, columns: int) -> tuple[str, ...]:
    return by_lines(title, lambda text: textwrap.wrap(text, TITLE_WIDTH[columns], break_on_hyphens=False))


def _in_lines(parts: tuple[str, ...], columns: int) -> tuple[str, ...]:
    """In one line where a panel has room for it."""
    line = " ".join(parts)
    return (line,) if len(line) <= STRONGEST_WIDTH[columns] else parts
