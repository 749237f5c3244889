"""The shipped control models, built again: same seeds, same rates."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from loaders.controls.build import prepare
from loaders.controls.cells import do_cell
from loaders.controls.design import ControlCell, read_design
from loaders.controls.results import rates_of, read_cells, rounded, with_starts
from loaders.store.store import Store

TOLERANCE = 0.01
"""Another kind of processor rounds otherwise: rates may differ by a point."""


@pytest.mark.slow
@pytest.mark.parametrize("family", ["positive", "negative"])
def test_a_model_built_again_has_the_shipped_rates(family: str, root: Path, tmp_path: Path) -> None:
    design, cell = read_design(), ControlCell(family=family, width=4, seed=0)  # type: ignore[arg-type]
    prepare(design, tmp_path)
    do_cell(cell, design, tmp_path)
    records, answers = with_starts(design, *read_cells(design, tmp_path))
    again = rates_of("controls", records, rounded(answers)).set_index("evaluation")["mean_matching_probability"]
    shipped = Store(root / "cached_results").rates("controls")
    mine = shipped[shipped["checkpoint"] == cell.name].set_index("evaluation")["mean_matching_probability"]
    assert set(again.index) == set(mine.index)
    difference = (again - mine).abs()
    assert (difference <= TOLERANCE).all(), pd.DataFrame({"again": again, "shipped": mine})
