"""The numbers of the heat map of models against behaviours."""

from __future__ import annotations

from dashboard.figures.stray import StraySpec
from dashboard.renderers.table.table import Column, Table


def stray_table(spec: StraySpec) -> Table:
    """A row per behaviour, a column per model: how far it is off, in standard deviations."""
    themes = [theme for theme, columns in spec.themes for _ in range(columns)]
    labels = [model.label for model in spec.models]
    names = labels if len(set(labels)) == len(labels) else [model.checkpoint for model in spec.models]
    rows = [
        (title, theme, *(row[j].off for row in spec.cells))
        for j, (title, theme) in enumerate(zip(spec.behaviors, themes, strict=True))
    ]
    return Table((Column("Behaviour"), Column("Theme"), *(Column(name, "number") for name in names)), tuple(rows))
