"""Formula cells are marked in files and unmarked by import: nothing is lost, nothing is computed."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from loaders.importing.bare_table import read_table, write_result
from loaders.importing.formats.table import TableImporter
from loaders.importing.formula_cells import csv_row, csv_text, marked, starts_formula, unmarked
from loaders.importing.protocol import Run
from loaders.store.source_sheet import SourceSheet

FORMULA = "=+-@\t\r\n＝＋－＠"
texts = st.text(alphabet=st.characters(exclude_categories=["Cs"])) | st.text(alphabet=f"'a1\",{FORMULA}", max_size=6)


@given(texts)
@example("'=x")
@example("''")
def test_marked_and_unmarked_is_the_text(text: str) -> None:
    assert unmarked(marked(text)) == text
    assert not starts_formula(marked(text))


@given(st.lists(texts, min_size=2, max_size=4))
def test_a_row_is_read_back(cells: list[str]) -> None:
    written = csv_row(cells)
    (read,) = csv.reader(io.StringIO(written, newline=""))
    assert [unmarked(cell) for cell in read] == cells
    assert not any(starts_formula(cell) for cell in read)


@pytest.mark.parametrize("sign", FORMULA)
def test_each_sign_is_marked_at_the_start_only(sign: str) -> None:
    assert marked(f"{sign}a") == f"'{sign}a"
    assert marked(f"a{sign}") == f"a{sign}"
    assert marked(f"''{sign}") == f"'''{sign}"
    assert marked("'a") == "'a"


def test_numbers_stay_numbers() -> None:
    assert csv_row([-0.5, "-0.5", None, 3]) == "-0.5,'-0.5,,3\n"
    frame = pd.DataFrame({"=name": ["=a", "b"], "x": pd.array([-1, None], dtype="Int64")})
    assert csv_text(frame) == "'=name,x\n'=a,-1\nb,\n"


def test_import_takes_the_mark_off(tmp_path: Path) -> None:
    header, row = ("model", "evaluation", "rate", "family"), ("=m", "@e", 0.5, "'-f")
    (tmp_path / "long.csv").write_text(csv_row(header) + csv_row(row), encoding="utf-8")
    (tmp_path / "wide.csv").write_text(csv_row(("model", "=e")) + csv_row(("=m", 0.5)), encoding="utf-8")
    (long,) = TableImporter().read(Run(tmp_path / "long.csv"), SourceSheet())
    (wide,) = TableImporter().read(Run(tmp_path / "wide.csv"), SourceSheet())
    assert [(r.model, r.evaluation, r.rate, r.given["family"]) for r in long.rates] == [("=m", "@e", 0.5, "'-f")]
    assert [(r.model, r.evaluation, r.rate) for r in wide.rates] == [("=m", "=e", 0.5)]


def test_a_bare_table_goes_round(tmp_path: Path) -> None:
    frame = pd.DataFrame({"behavior": ["=a", "b", "'+c"], "rate": [0.5, -0.25, 1.0]})
    write_result(frame, tmp_path / "t.csv")
    pd.testing.assert_frame_equal(read_table(tmp_path / "t.csv"), frame)
