"""One behaviour in one result set, by size or by RLHF steps."""

from __future__ import annotations

from collections.abc import Sequence

from analysis.findings import Finding
from dashboard.figures.spec import FigureSpec


def default_coloured(findings: Sequence[Finding]) -> list[str]:
    """Names of the series to colour at first: four, tested ones with the strongest evidence first."""
    raise NotImplementedError


def scaling_figure(findings: Sequence[Finding], *, coloured: Sequence[str], focus: str | None) -> FigureSpec:
    """Chart of the findings of one behaviour in one result set along one axis (size or RLHF steps).

    `coloured` are names of findings drawn in a family colour (at most six); the rest is context grey.
    `focus` is the one drawn strongest, or None.
    """
    raise NotImplementedError
