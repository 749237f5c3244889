"""The numbers under a chart."""

from __future__ import annotations

import pandas as pd

from dashboard.figures.spec import DotSpec, FacetSpec, FigureSpec


def spec_table(spec: FigureSpec | FacetSpec | DotSpec) -> pd.DataFrame:
    """Series, model, size, percent, interval, n: one row per point, also those without a size."""
    raise NotImplementedError
