"""Every importer: one file, one line, one sample folder; its sample gives the rates that were derived by hand."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from places import ROOT

from analysis.tables import RATES
from loaders.importing.discover import discover, files_below
from loaders.importing.formats import IMPORTERS
from loaders.importing.protocol import Importer
from loaders.importing.run import import_results
from loaders.importing.sniff import Sniff
from loaders.store.source_sheet import SourceSheet
from loaders.store.store import Store

SAMPLES = ROOT / "tests" / "samples"


def module_of(importer: Importer) -> str:
    return type(importer).__module__.rpartition(".")[2]


each_importer = pytest.mark.parametrize("importer", IMPORTERS, ids=module_of)


def test_every_importer_has_a_file_a_line_and_a_sample() -> None:
    formats = ROOT / "loaders" / "importing" / "formats"
    modules = sorted(path.stem for path in formats.glob("*.py") if path.stem != "__init__")
    assert sorted(map(module_of, IMPORTERS)) == modules
    assert sorted(path.name for path in SAMPLES.iterdir()) == modules
    names = [each.NAME for each in IMPORTERS]
    assert len(set(names)) == len(names)


@each_importer
def test_the_sample_gives_its_expected_rates(importer: Importer, tmp_path: Path) -> None:
    sample, store = SAMPLES / module_of(importer), Store(tmp_path)
    report = import_results([sample / "input"], "sample", store)
    assert {file.format for file in report.files} == {importer.NAME}
    expected = RATES.typed(pd.read_csv(sample / "expected_rates.csv", keep_default_na=False, na_values=[""]))
    expected["variant"] = expected["variant"].fillna("")
    pd.testing.assert_frame_equal(store.rates("sample"), expected, rtol=1e-8)


@each_importer
def test_every_file_of_the_sample_is_in_one_run_and_read_once(importer: Importer) -> None:
    files = files_below([SAMPLES / module_of(importer) / "input"])
    found = discover(files, IMPORTERS, lambda paths: paths)
    assert {each.importer for each in found} == {importer}
    assert sorted(path for each in found for path in each.run.files) == files
    for each in found:
        assert [reading.path for reading in each.read(SourceSheet())] == list(each.run.files)


@each_importer
@pytest.mark.parametrize(
    ("name", "content"), [("a.jpg", b"\xff\xd8"), ("b.json", b"[1, 2]"), ("c.csv", b"x,y\n1,2\n"), ("d.jsonl", b"{}\n")]
)
def test_an_importer_leaves_other_files_alone(importer: Importer, name: str, content: bytes, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(content)
    sniff = Sniff(tmp_path / name)
    assert not importer.recognises(sniff)
    assert importer.wanted(sniff)
