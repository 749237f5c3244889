"""Small multiples: one panel per behaviour."""

from __future__ import annotations

from collections.abc import Sequence

from analysis.findings import Finding
from dashboard.figures.spec import FacetSpec


def facets_figure(groups: Sequence[tuple[str, Sequence[Finding]]]) -> FacetSpec:
    """One panel per (behaviour title, its findings), at most six, on shared axes; families in colour, marker, dash."""
    raise NotImplementedError
