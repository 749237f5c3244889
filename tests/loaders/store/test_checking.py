"""`check` names what is damaged and what is not what its rows say; `diff` says what changed since."""

from __future__ import annotations

import hashlib
import json
import os
import shlex
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from answer_builders import store_answers_set
from rate_builders import sweep
from small_store import stale

from analysis.errors import ScalewatchError
from analysis.findings.findings_json import findings_from_json, findings_to_json
from loaders.store.checking.differences import differences
from loaders.store.checking.integrity import damage_of
from loaders.store.checking.report import check
from loaders.store.errors import StoreError
from loaders.store.rearranging.rearrange import remove, rename
from loaders.store.set_folder import SetFolder
from loaders.store.source_sheet import SourceSheet
from loaders.store.store import Store
from loaders.store.tables.answers import PARTS

RISING = (0.45, 0.5, 0.55, 0.6, 0.65, 0.7)
SHEET = SourceSheet(source="made for a test", licence="none", origin="published")


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("built")
    store_answers_set(folder)
    return folder


@pytest.fixture
def store(built: Path, tmp_path: Path) -> Store:
    shutil.copytree(built, tmp_path / "results")
    return Store(tmp_path / "results")


def rehash(folder: Path, **said: object) -> None:
    """The manifest as somebody would forge it: hashes and facts of what is there now."""
    path = folder / "manifest.json"
    manifest = json.loads(path.read_text()) | said
    for file in list(manifest["hashes"]):
        facts = (folder / file).stat()
        manifest["hashes"][file] = hashlib.sha256((folder / file).read_bytes()).hexdigest()
        manifest["facts"][file] = {"size": facts.st_size, "time": facts.st_mtime_ns}
    path.write_text(json.dumps(manifest))


def damaged(store: Store, *, anew: bool = False) -> list[tuple[str, str]]:
    found = check(store, anew=True).damage if anew else damage_of(SetFolder(store.folder, "mine"))
    return [(each.file.rpartition("/")[2], each.reason) for each in found]


def part(store: Store) -> Path:
    (path,) = (store.folder / "mine" / "answers").rglob("*.parquet")
    return path


def test_what_was_written_is_whole_also_computed_anew(store: Store) -> None:
    report = check(store, anew=True)
    assert report.damage == []
    (mine,) = report.sets
    assert (mine.set, mine.own, mine.n_rates, mine.n_answers, mine.recomputed) == ("mine", True, 14, 125, True)
    stored = [path for path in (store.folder / "mine").rglob("*") if path.is_file() and path.name != "manifest.json"]
    assert mine.n_bytes == sum(path.stat().st_size for path in stored)
    assert report.notices == ()
    assert json.loads(json.dumps(report.as_json()))["damaged"] is False


@pytest.mark.parametrize("file", ["rates.csv", "findings.json", "part"])
def test_one_flipped_bit_is_found_whatever_the_clock_says(store: Store, file: str) -> None:
    path = part(store) if file == "part" else store.folder / "mine" / file
    facts, content = path.stat(), bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    os.utime(path, ns=(facts.st_atime_ns, facts.st_mtime_ns))
    assert damaged(store) == [(path.name, "was changed after it was stored (its hash is not the manifest's)")]


@pytest.mark.parametrize(("count", "reason"), [("n_rates", "says 15 rates"), ("n_answers", "says 126 answers")])
def test_counts_are_compared(store: Store, count: str, reason: str) -> None:
    said = json.loads((store.folder / "mine" / "manifest.json").read_text())[count]
    rehash(store.folder / "mine", **{count: said + 1})
    ((file, told),) = damaged(store)
    assert file == "manifest.json"
    assert told.startswith(reason)


def _twice(rows: pd.DataFrame) -> pd.DataFrame:
    return pd.concat([rows[:-1], rows[:1]])


@pytest.mark.parametrize(
    ("spoil", "told"),
    [
        (_twice, "holds 1 rows twice"),
        (lambda rows: rows.assign(matching_probability=1.5), "column matching_probability holds what it may not"),
        (lambda rows: rows.assign(checkpoint=None), "column checkpoint holds what it may not in 125"),
        (lambda rows: rows.assign(evaluation="other"), "holds rows of evaluation 'other'"),
        (lambda rows: rows.drop(columns="question_id"), "has not the columns of ANSWERS: question_id"),
    ],
)  # fmt: skip
def test_answers_keep_their_schema(store: Store, spoil: Callable[[pd.DataFrame], pd.DataFrame], told: str) -> None:
    path = part(store)
    table = pq.read_table(path, partitioning=None)
    names = [name for name in table.schema.names if name in spoil(table.to_pandas()).columns]
    schema = pa.schema([table.schema.field(name) for name in names], metadata=table.schema.metadata)
    spoilt = pa.Table.from_pandas(spoil(table.to_pandas()), schema=schema, preserve_index=False)
    if names == table.schema.names:
        path.write_bytes(PARTS.content(spoilt))
    else:
        pq.write_table(spoilt, path)
    rehash(store.folder / "mine")
    ((_, reason),) = damaged(store)
    assert reason.startswith(told)


def test_rates_keep_their_schema(store: Store) -> None:
    path = store.folder / "mine" / "rates.csv"
    path.write_text(path.read_text().replace(",0.42,", ",1.42,", 1))
    rehash(store.folder / "mine")
    ((file, reason),) = damaged(store)
    assert file == "rates.csv"
    assert "between 0 and 1" in reason


def test_a_forged_set_is_caught_by_computing_it_anew_alone(store: Store) -> None:
    path = store.folder / "mine" / "findings.json"
    findings = findings_from_json(path.read_bytes())
    at = next(at for at, each in enumerate(findings) if each.result.q is not None)
    findings[at] = replace(findings[at], result=replace(findings[at].result, verdict="flat", q=0.9))
    path.write_bytes(findings_to_json(findings))
    rehash(store.folder / "mine")
    assert damaged(store) == []
    ((file, reason),) = damaged(store, anew=True)
    assert file == "findings.json"
    assert "stored verdict flat, computed" in reason
    assert "stored q 0.9, computed" in reason


def test_stale_findings_are_a_notice_and_not_compared(store: Store) -> None:
    rehash(store.folder / "mine", method_version="0")
    report = check(store, anew=True)
    assert (report.damage, [each.kind for each in report.notices]) == ([], ["stale"])
    assert not report.sets[0].recomputed


def test_what_lies_beside_the_sets_is_named(store: Store) -> None:
    shutil.copytree(store.folder / "mine", store.folder / "copy")
    (store.folder / ".mine.new").mkdir()
    (store.folder / "empty").mkdir()
    (store.folder / "mine" / "notes.txt").write_text("x")
    shutil.copytree(store.folder / "mine", store.folder / "going")
    remove(store, "going")
    (store.folder / ".mine.new").mkdir(exist_ok=True)
    (store.folder / "copy").rename(store.folder / ".copy.old")
    report = check(store)
    assert report.damage == []
    assert [(each.kind, each.path) for each in report.notices] == [
        ("leftover", ".mine.new"), ("cut_short", ".copy.old"), ("no_set", "empty"), ("copy", "copy"),
        ("unlisted", "mine/notes.txt"), ("undo", ".undo"),
    ]  # fmt: skip


@pytest.mark.parametrize("name", ["a copy", "z-copy"])
def test_of_two_equal_sets_the_one_that_still_has_its_name_is_no_copy(store: Store, name: str) -> None:
    shutil.copytree(store.folder / "mine", store.folder / name)
    (notice,) = check(store).notices
    assert (notice.kind, notice.path) == ("copy", name)
    assert notice.reason == "holds the same data as 'mine' and is counted once"
    assert notice.remedy == f"Keep one: scalewatch set remove {shlex.quote(name)}"
    shutil.rmtree(store.folder / "mine")
    (notice,) = check(store).notices
    assert (notice.kind, notice.path) == ("renamed", name)


def test_a_copy_of_a_shipped_set_is_named(store: Store, tmp_path: Path) -> None:
    own = tmp_path / "own"
    shutil.copytree(store.folder / "mine", own / "a-copy")
    shutil.copytree(store.folder / "mine", store.folder / "renamed")
    stale(store.folder / "renamed")
    assert [(each.kind, each.path) for each in check(Store(own, store.folder)).notices] == [("copy", "a-copy")]


@pytest.mark.parametrize(("name", "shown"), [(b"\xff", "\\udcff"), (b"a\nb", "a\\nb")])
def test_a_name_that_cannot_be_printed_is_damage(store: Store, name: bytes, shown: str) -> None:
    os.rename(os.fsencode(store.folder / "mine"), os.path.join(os.fsencode(store.folder), name))
    report = check(store)
    (checked,) = report.sets
    assert checked.set == shown
    assert [str(each) for each in report.damage] == [f"{shown}: its folder has a name that no set can have. Rename it."]
    json.dumps(report.as_json(), ensure_ascii=False).encode()


def test_a_set_whose_manifest_lies_elsewhere_is_not_renamed(store: Store, tmp_path: Path) -> None:
    """As one that is a pipe or a device, which would be read without end."""
    manifest = store.folder / "mine" / "manifest.json"
    manifest.rename(tmp_path / "elsewhere.json")
    manifest.symlink_to(tmp_path / "elsewhere.json")
    with pytest.raises(StoreError, match=r"manifest\.json: cannot be read"):
        rename(store, "mine", "new")
    assert store.own_sets() == ["mine"]


def test_a_folder_that_is_not_there_holds_nothing(tmp_path: Path) -> None:
    report = check(Store(tmp_path / "none"))
    assert (report.sets, report.notices) == ((), ())
    assert not (tmp_path / "none").exists()


def test_since_the_state_before(tmp_path: Path) -> None:
    store = Store(tmp_path / "results")
    store.write_set("a", rates=sweep(RISING), answers=None, sheet=SHEET, files={})
    with pytest.raises(StoreError, match="no state before"):
        differences(store, "a")
    store.write_set("a", rates=sweep((*RISING[:4], 0.5, 0.45)), answers=None, sheet=SHEET, files={})
    (found,) = differences(store, "a")
    (change,) = found.changes
    assert (change.kind, change.before, change.why) == ("turned", "inverse", "data")
    assert len(change.moved.changed) == 2
    rename(store, "a", "b")
    assert differences(store, "b")[0].changes == found.changes


def test_a_state_of_another_form_is_said(tmp_path: Path) -> None:
    store = Store(tmp_path)
    for rates in (RISING, RISING[:5]):
        store.write_set("a", rates=sweep(rates), answers=None, sheet=SHEET, files={})
    (tmp_path / "a" / "findings_before.json").write_text('[{"verdict": "inverse"}]')
    rehash(tmp_path / "a")
    with pytest.raises(StoreError, match=r"findings_before\.json: of a form this version does not read"):
        differences(store, "a")


def test_sets_and_folders_are_compared(tmp_path: Path) -> None:
    store, other = Store(tmp_path / "one"), Store(tmp_path / "other")
    store.write_set("a", rates=sweep(RISING), answers=None, sheet=SHEET, files={})
    store.write_set("b", rates=sweep(RISING[::-1]), answers=None, sheet=SHEET, files={})
    other.write_set("a", rates=sweep(RISING), answers=None, sheet=SHEET, files={})
    (found,) = differences(store, "a", "b")
    assert [(each.before, each.after) for each in found.changes] == [("inverse", "positive")]
    (found,) = differences(store, "a", str(other.folder))
    assert found.changes == []
    same, gone = differences(store, str(store.folder), str(other.folder))
    assert same.changes == []
    assert [each.kind for each in gone.changes] == ["vanished"]
    with pytest.raises(ScalewatchError, match="keeps no state before"):
        differences(store, str(other.folder))
    with pytest.raises(ScalewatchError, match="No result set 'nowhere'"):
        differences(store, "a", "nowhere")
