"""A source sheet is read whole or refused with file, field and what is allowed."""

from __future__ import annotations

from pathlib import Path

import pytest

from analysis.tables import ORIGINS
from loaders.store.source_sheet import EvaluationSheet, SheetError, SourceSheet, read_source_sheet


def read(folder: Path, text: str) -> SourceSheet:
    path = folder / "sheet.toml"
    path.write_text(text)
    return read_source_sheet(path)


def test_what_a_sheet_says(tmp_path: Path) -> None:
    sheet = read(tmp_path, 'title = "T"\nonly = ["a", "b"]\n[evaluations."x"]\nscale = -1\nn_questions = 7\n')
    assert sheet == SourceSheet(
        title="T", only=("a", "b"), evaluations={"x": EvaluationSheet(scale=-1.0, n_questions=7)}
    )
    assert sheet.evaluation("x").n_questions == 7
    assert sheet.evaluation("y") == EvaluationSheet()
    assert sheet.origin == "imported"
    assert read(tmp_path, "") == SourceSheet()


@pytest.mark.parametrize("origin", ORIGINS)
def test_every_origin_there_is_may_be_said(origin: str, tmp_path: Path) -> None:
    assert read(tmp_path, f'origin = "{origin}"\n').origin == origin


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ('origin = "guessed"\n', "origin 'guessed' is not one of"),
        ('titel = "T"\n', "field 'titel' is not known. Allowed: title, source, "),
        ('[evaluations."x"]\nscael = 1\n', "field 'evaluations.x.scael' is not known. Allowed: behavior, scale, "),
        ('[evaluations."x"]\nscale = "two"\n', "field 'evaluations.x.scale' is 'two', not a number."),
        ('[evaluations."x"]\noffset = "two"\n', "field 'evaluations.x.offset' is 'two', not a number."),
        ("title = 5\n", "field 'title' is 5, not a text."),
        ("only = [1]\n", "field 'only[0]' is 1, not a text."),
        ('evaluations = "x"\n', "field 'evaluations' is 'x', not a table."),
        (
            '[evaluations."x"]\nn_questions = "many"\n',
            "field 'evaluations.x.n_questions' is 'many', not a whole number",
        ),
        ('[evaluations."x"]\nn_questions = 0\n', "[evaluations.'x'] n_questions is 0, not at least 1."),
        ('[evaluations."x"]\nscale = inf\n', "[evaluations.'x'] scale is inf, not a finite number."),
        ("title = \n", "cannot be read as TOML ("),
        ("x = " + "[" * 100_000, "cannot be read as TOML ("),
    ],
)
def test_a_mistake_is_named(text: str, reason: str, tmp_path: Path) -> None:
    with pytest.raises(SheetError) as caught:
        read(tmp_path, text)
    assert caught.value.reason.startswith(f"{tmp_path / 'sheet.toml'}: {reason}")
    assert caught.value.remedy.startswith(("Correct the", "Use one of"))
