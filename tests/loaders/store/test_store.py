"""Stored sets are whole, checked, and unchanged by a second writing of the same."""

from __future__ import annotations

import hashlib
import json
import os
from dataclasses import fields, replace
from pathlib import Path

import pandas as pd
import pytest
from answer_builders import answers
from rate_builders import sweep

from analysis.errors import UnknownNameError
from loaders.store.errors import StoreError
from loaders.store.manifest import SetInfo
from loaders.store.source_sheet import EvaluationSheet, SourceSheet
from loaders.store.store import Store
from loaders.store.tables.rates_csv import data_hash_of

RISING = (0.45, 0.5, 0.55, 0.6, 0.65, 0.7)
SHEET = SourceSheet(title="Small", source="made for a test", licence="none", origin="published")


@pytest.fixture
def store(tmp_path: Path) -> Store:
    store = Store(tmp_path / "results")
    assert store.write_set("small", rates=sweep(RISING), answers=None, sheet=SHEET, files={"a.csv": "00"})
    return store


def test_what_was_written_is_read(store: Store) -> None:
    assert store.sets() == ["small"]
    info = store.info("small")
    assert (info.title, info.n_rates, info.licence, info.origin) == ("Small", 6, "none", "published")
    assert list(store.rates("small")["matching_rate"]) == list(RISING)
    assert store.answers("small") is None
    (finding,) = store.findings("small")
    assert [point.rate for point in finding.points] == list(RISING)


def test_writing_the_same_again_touches_no_file(store: Store) -> None:
    before = {path: path.stat().st_mtime_ns for path in (store.folder / "small").iterdir()}
    assert not store.write_set("small", rates=sweep(RISING), answers=None, sheet=SHEET, files={"a.csv": "00"})
    assert {path: path.stat().st_mtime_ns for path in before} == before


@pytest.mark.parametrize(
    ("field", "corrected"),
    [
        ("title", "Smaller"), ("source", "somebody else"), ("url", "https://example.org"), ("commit", "b595e7f"),
        ("licence", "MIT"), ("date", "2024-08-01"), ("citation", "Somebody 2024"), ("note", "Few questions."),
        ("origin", "imported"), ("prompt_style", "0-shot"), ("evaluations", {"e": EvaluationSheet(metric="acc")}),
    ],
)  # fmt: skip
def test_a_corrected_source_sheet_is_a_changed_set(store: Store, field: str, corrected: object) -> None:
    sheet = replace(SHEET, **{field: corrected})  # type: ignore[arg-type]
    for changed in (True, False):
        assert store.write_set("small", rates=sweep(RISING), answers=None, sheet=sheet, files={}) is changed
    assert getattr(store.info("small").sheet(), field) == corrected


def test_every_field_of_a_sheet_but_only_is_part_of_the_record() -> None:
    assert {each.name for each in fields(SourceSheet)} - {each.name for each in fields(SetInfo)} == {"only"}


@pytest.mark.parametrize("said", [SourceSheet(), SourceSheet(title="plain", licence="licence not stated")])
def test_a_sheet_that_says_little_changes_nothing_again(store: Store, said: SourceSheet) -> None:
    for sheet, changed in ((said, True), (said, False), (SourceSheet(), False)):
        assert store.write_set("plain", rates=sweep(RISING), answers=None, sheet=sheet, files={}) is changed


def test_a_set_can_be_written_anew_unchanged(store: Store) -> None:
    before = (store.folder / "small" / "rates.csv").stat().st_ino
    assert store.write_set("small", rates=sweep(RISING), answers=None, sheet=SHEET, files={"a.csv": "00"}, anew=True)
    assert (store.folder / "small" / "rates.csv").stat().st_ino != before


def test_the_manifest_holds_the_hashes_of_what_was_read_and_written(store: Store) -> None:
    info = store.info("small")
    assert info.files == {"a.csv": "00"}
    stored = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in (store.folder / "small").iterdir()}
    del stored["manifest.json"]
    assert info.hashes == stored
    assert info.data_hash == data_hash_of(store.rates("small"))


def test_the_same_rates_have_the_hash_that_version_1_gave_them(root: Path) -> None:
    shipped = Store(root / "cached_results")
    assert {name: data_hash_of(shipped.rates(name)) for name in ("political-lean", "rl-training")} == {
        "political-lean": "a0d00c", "rl-training": "5baa47",
    }  # fmt: skip
    rates = shipped.rates("political-lean")
    assert data_hash_of(rates.assign(turn=1, run_settings=rates["run_settings"] + ", turn 1")) != "a0d00c"
    assert data_hash_of(rates.assign(missing_reason="x")) != "a0d00c"


def test_whose_a_set_is(store: Store) -> None:
    assert not store.info("small").is_users_own
    assert not store.info("small").is_control
    store.write_set("mine", rates=sweep(RISING), answers=None, sheet=SourceSheet(origin="control"), files={})
    assert store.info("mine").is_users_own
    assert store.info("mine").is_control


def test_answers_of_one_evaluation_and_of_some_columns(tmp_path: Path) -> None:
    store = Store(tmp_path)
    rows = answers()
    both = pd.concat([rows, rows.assign(evaluation="other")])
    store.write_set("single", rates=sweep(RISING), answers=both, sheet=SHEET, files={})
    only = store.answers("single", evaluation="other", columns=["question_id", "evaluation"])
    assert only is not None
    assert list(only) == ["question_id", "evaluation"]
    assert set(only["evaluation"]) == {"other"}
    assert only["question_id"].tolist() == rows["question_id"].tolist()
    one, every = store.answers("single", evaluation="other"), store.answers("single")
    assert one is not None
    assert every is not None
    assert (len(one), len(every)) == (len(rows), 2 * len(rows))


def test_what_answers_there_are(tmp_path: Path) -> None:
    store, rows = Store(tmp_path), answers()
    both = pd.concat([rows.assign(evaluation="other"), rows])
    store.write_set("single", rates=sweep(RISING), answers=both, sheet=SHEET, files={})
    asked = store.asked("single")
    assert asked is not None
    cells = set(both[["evaluation", "run_settings", "checkpoint"]].itertuples(index=False, name=None))
    assert list(asked.itertuples(index=False, name=None)) == sorted(cells)
    part = next((tmp_path / "single" / "answers").glob("*/*"))
    at = part.stat()
    part.write_bytes(b"no parquet".ljust(at.st_size))
    os.utime(part, ns=(at.st_atime_ns, at.st_mtime_ns))  # as a failing disk would
    with pytest.raises(StoreError, match="single answers cannot be read"):
        store.asked("single")


def test_a_changed_file_is_named_and_not_shown(store: Store) -> None:
    path = store.folder / "small" / "rates.csv"
    path.write_text(path.read_text().replace("0.45", "0.99", 1))
    with pytest.raises(StoreError, match=r"rates\.csv: was changed after it was stored"):
        store.rates("small")
    (damage,) = store.damage("small")
    assert (damage.set, damage.file) == ("small", "rates.csv")
    assert store.findings("small")


def test_a_missing_file_is_named(store: Store) -> None:
    (store.folder / "small" / "findings.json").unlink()
    with pytest.raises(StoreError, match=r"findings\.json: is missing"):
        store.findings("small")
    assert [damage.file for damage in store.damage("small")] == ["findings.json"]


def test_a_broken_manifest_is_damage(store: Store) -> None:
    (store.folder / "small" / "manifest.json").write_text("{")
    (damage,) = store.damage("small")
    assert damage.file == "manifest.json"


def test_findings_of_another_method_are_stale_until_refreshed(store: Store) -> None:
    path = store.folder / "small" / "manifest.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | {"method_version": "0"}))
    assert store.stale_sets() == ["small"]
    with pytest.raises(StoreError, match=r"scalewatch findings --refresh"):
        store.findings("small")
    store.refresh("small")
    assert store.stale_sets() == []
    assert len(store.findings("small")) == 1


def test_a_write_cut_short_between_its_two_renames_loses_nothing(store: Store) -> None:
    (store.folder / "small").rename(store.folder / ".small.old")
    assert store.sets() == ["small"]
    assert store.info("small").n_rates == 6
    assert store.write_set("small", rates=sweep(RISING[:4]), answers=None, sheet=SHEET, files={})
    assert store.info("small").n_rates == 4
    assert sorted(path.name for path in store.folder.iterdir()) == [".lock", "small"]


def test_a_failed_write_leaves_the_set_as_it_was(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    def full_disk(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("loaders.files.whole_file.os.fsync", full_disk)
    with pytest.raises(StoreError, match=r"No space left on device.*unchanged"):
        store.write_set("small", rates=sweep(RISING[:4]), answers=None, sheet=SHEET, files={})
    assert store.info("small").n_rates == 6
    assert not store.damage("small")


@pytest.mark.parametrize("name", ["../away", "small/../../away", "small/", "Small", "a b", "small\n", "", "_a"])
def test_names_that_would_leave_the_folder_are_refused(store: Store, name: str) -> None:
    with pytest.raises(StoreError, match=r"lower-case letters"):
        store.write_set(name, rates=sweep(RISING), answers=None, sheet=SHEET, files={})


def test_an_unknown_set_offers_the_closest_name(store: Store) -> None:
    with pytest.raises(UnknownNameError, match=r"Did you mean small"):
        store.info("smal")


def test_missing_findings_are_computed_anew(store: Store) -> None:
    (store.folder / "small" / "findings.json").unlink()
    assert store.stale_sets() == ["small"]
    store.refresh("small")
    assert len(store.findings("small")) == 1
    assert store.damage("small") == []


def test_findings_are_not_computed_from_damaged_rates(store: Store) -> None:
    for file in ("findings.json", "rates.csv"):
        (store.folder / "small" / file).write_bytes(b"else")
    assert store.stale_sets() == []
    with pytest.raises(StoreError, match=r"rates\.csv: was changed"):
        store.refresh("small")


def test_further_files_are_kept_checked_and_replaced(store: Store) -> None:
    def write(extra: dict[str, bytes] | None) -> bool:
        return store.write_set("small", rates=sweep(RISING), answers=None, sheet=SHEET, files={}, extra=extra)

    assert store.extra("small", "training.csv") is None
    assert write({"training.csv": b"a,b\n"})
    assert not write({"training.csv": b"a,b\n"})
    assert not write(None)
    assert store.extra("small", "training.csv") == b"a,b\n"
    store.refresh("small")
    assert store.extra("small", "training.csv") == b"a,b\n"
    assert store.extra("small", "rates.csv") is None
    (store.folder / "small" / "training.csv").write_bytes(b"else")
    with pytest.raises(StoreError, match=r"training\.csv: was changed after it was stored"):
        store.extra("small", "training.csv")
    assert [each.file for each in store.damage("small")] == ["training.csv"]
    assert write({})
    assert store.extra("small", "training.csv") is None


@pytest.mark.parametrize("name", ["rates.csv", "../a.csv", "noending", "A.csv", "a.csv/../../b.csv", "a.csv "])
def test_a_further_file_with_a_bad_name_is_refused(store: Store, name: str) -> None:
    with pytest.raises(StoreError, match="further file"):
        store.write_set("small", rates=sweep(RISING), answers=None, sheet=SHEET, files={}, extra={name: b""})


@pytest.mark.parametrize("name", ["x" * 300, "x" * 5000, "a\0b", "..", "", "small/../small"])
def test_a_name_that_no_folder_can_have_is_an_unknown_set(store: Store, name: str) -> None:
    with pytest.raises(UnknownNameError, match=r"No result set"):
        store.info(name)
