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
    ("text", "reason", "remedy"),
    [
        ('origin = "guessed"\n', "origin 'guessed' is not one of", "Use one of these words."),
        ('titel = "T"\n', "the sheet has no field 'titel'.", "Allowed: title, "),
        ('[evaluations."x"]\nscael = 1\n', "[evaluations.'x'] has no field 'scael'.", "Allowed: behavior, scale, "),
        ('[evaluations."x"]\nscale = "two"\n', "scale 'two' of 'x' is not a number.", "Give one"),
        ('[evaluations."x"]\noffset = "two"\n', "offset 'two' of 'x' is not a number.", "Give one"),
        ("title = \n", "cannot be read as TOML (", "Correct the file."),
    ],
)
def test_a_mistake_is_named(text: str, reason: str, remedy: str, tmp_path: Path) -> None:
    with pytest.raises(SheetError) as caught:
        read(tmp_path, text)
    assert caught.value.reason.startswith(f"{tmp_path / 'sheet.toml'}: {reason}")
    assert caught.value.remedy.startswith(remedy)
