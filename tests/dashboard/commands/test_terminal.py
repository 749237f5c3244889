"""What commands print of hostile names: no control character, one line a row, short; in any encoding an answer."""

from __future__ import annotations

import csv
import io
import json
import os
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest
from hostile_store import kinds
from places import ROOT
from rate_builders import SIZES, rates_row

from analysis.tables import RATES
from dashboard.commands import terminal
from dashboard.commands.cli import main, report_error
from loaders.importing.formula_cells import unmarked
from loaders.store.source_sheet import SourceSheet
from loaders.store.store import Store

COMMANDS = (["findings"], ["audit", "sycophancy-nlp-survey", "--set", "hostile"], ["import", "."])
CLI = "import sys; from dashboard.commands.cli import main; sys.exit(main())"


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A family of each kind, of one size: nothing is fitted, so it is quick."""
    folder = tmp_path_factory.mktemp("results")
    rows = [
        rates_row(checkpoint=f"{text[:500]} {SIZES[0]:g}", family=text, lineage="L", parameter_count=int(SIZES[0]),
                  result_set="hostile", metric=text[:300])
        for text in kinds("a.example").values()
    ]  # fmt: skip
    sheet = SourceSheet(title="T", source="S", licence="L")
    Store(folder).write_set("hostile", rates=RATES.validate(pd.DataFrame(rows)), answers=None, sheet=sheet, files={})
    return folder


def test_text_is_a_line_a_row_without_control_characters(hostile: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["findings", "--results", str(hostile)]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == len(kinds("a.example"))
    assert all(line.isprintable() and len(line) < 700 for line in lines)
    assert any("Fam one # Heading - item" in line for line in lines)


def test_json_and_csv_are_exact(hostile: Path, capsys: pytest.CaptureFixture[str]) -> None:
    families = sorted(kinds("a.example").values())
    main(["findings", "--json", "--results", str(hostile)])
    assert sorted(row["family"] for row in json.loads(capsys.readouterr().out)) == families
    main(["findings", "--csv", "--results", str(hostile)])
    rows = list(csv.DictReader(io.StringIO(capsys.readouterr().out, newline="")))
    assert sorted(unmarked(row["family"]) for row in rows) == families
    assert "=cmd|' /C calc'!A0" not in {row["family"] for row in rows}


def test_an_error_quotes_a_name_on_its_line(hostile: Path, capsys: pytest.CaptureFixture[str]) -> None:
    name = "a\x1b[2J\nscalewatch: all is well"
    assert main(["findings", "--set", name, "--results", str(hostile)]) == 1
    assert "a\ufffd scalewatch: all is well" in capsys.readouterr().err.splitlines()[0]


def test_an_error_is_short(capsys: pytest.CaptureFixture[str]) -> None:
    report_error("x" * 9_000 + " and " + "word " * 9_000, "one\ntwo\x07")
    reason, *remedy = capsys.readouterr().err.splitlines()
    assert len(reason) == terminal.LINE
    assert remedy == ["one", "two\ufffd"]


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "cp1252"])
@pytest.mark.parametrize(
    "command", [["findings"], ["audit", "sycophancy-nlp-survey", "--set", "hostile"], ["import", "."]]
)
def test_a_terminal_of_another_encoding_gets_an_answer(hostile: Path, command: list[str], encoding: str) -> None:
    (hostile.parent / "in").mkdir(exist_ok=True)
    (hostile.parent / "in" / "שלום.csv").write_text("model,evaluation,rate\nשלום,😀,0.5\n", encoding="utf-8")
    into = ["--into", "mine", "--dry-run"] if command[0] == "import" else []
    done = subprocess.run(
        [sys.executable, "-c", CLI, *command, *into, "--results", str(hostile)], capture_output=True, check=False,
        cwd=hostile.parent / "in", env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONIOENCODING": encoding},
    )  # fmt: skip
    said = (done.stdout + done.stderr).decode(encoding)
    assert "Traceback" not in said
    assert done.returncode in (0, 1)
    assert said.strip()


def test_cells_are_bounded_and_aligned(capsys: pytest.CaptureFixture[str]) -> None:
    terminal.say_columns([("a", "b\n"), ("x" * 9_000, "c")])
    first, second = capsys.readouterr().out.splitlines()
    assert first == "a".ljust(200) + "  b"
    assert (len(second), second[-1]) == (203, "c")
    assert terminal.row("{:3}|{}", ("a", "b\x00")) == "a  |b\ufffd"
