"""What a survey says of sets that were renamed, copied, edited or left behind."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from finding_builders import truthfulqa
from small_store import write_set

from loaders.store.errors import RESTORE
from loaders.store.states import SetState, state_of, survey
from loaders.store.store import Store


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A results folder with one set, 'one'."""
    write_set(tmp_path / "results", "one", truthfulqa())
    return tmp_path / "results"


def states(folder: Path, shipped: Path | None = None) -> dict[str, SetState]:
    return {each.name: each for each in survey(Store(folder, shipped))}


def copy(folder: Path, name: str, of: str = "one") -> Path:
    shutil.copytree(folder / of, folder / name)
    return folder / name


def test_a_whole_set(folder: Path) -> None:
    (state,) = survey(Store(folder))
    assert (state.name, state.is_own, state.renamed_from, state.copy_of) == ("one", True, "", "")
    assert (state.damage, state.is_stale, state.is_newer, state.notes, state.changed) == ((), False, False, (), ())
    assert state.readable == ("findings", "rates")
    assert state.info is not None
    assert state.info.name == "one"


def test_a_renamed_set_works_under_its_folders_name(folder: Path) -> None:
    (folder / "one").rename(folder / "My one")
    (state,) = survey(Store(folder))
    assert (state.name, state.renamed_from) == ("My one", "one")
    assert state.info is not None
    assert state.info.name == "My one"
    assert {each.result_set for each in Store(folder).findings("My one")} == {"My one"}


def test_of_copies_the_one_that_is_called_as_its_manifest_says_counts(folder: Path) -> None:
    for name in ("a-copy", "z-copy"):
        copy(folder, name)
    found = states(folder)
    assert {name: each.copy_of for name, each in found.items()} == {"a-copy": "one", "one": "", "z-copy": "one"}
    assert found["z-copy"].notes == ("z-copy holds the same data as one and is counted once.",)
    shutil.rmtree(folder / "one")
    found = states(folder)
    assert {name: each.copy_of for name, each in found.items()} == {"a-copy": "", "z-copy": "a-copy"}


def test_a_shipped_set_counts_before_a_copy_of_it_and_an_own_set_of_its_name_before_it(
    folder: Path, tmp_path: Path
) -> None:
    own = tmp_path / "own"
    shutil.copytree(folder / "one", own / "mine")
    found = states(own, folder)
    assert {name: (each.copy_of, each.is_own) for name, each in found.items()} == {
        "mine": ("one", True), "one": ("", False)
    }  # fmt: skip
    manifest = own / "mine" / "manifest.json"
    manifest.write_text(json.dumps(json.loads(manifest.read_text()) | {"name": "mine"}))
    assert states(own, folder)["mine"].copy_of == "one"
    shutil.copytree(folder / "one", own / "one")
    assert states(own, folder)["one"].is_own


def test_a_copy_that_was_written_since_counts(folder: Path) -> None:
    shutil.rmtree(copy(folder, "two"))
    write_set(folder, "two", truthfulqa()[:3])
    assert states(folder)["two"].copy_of == ""


def test_a_copy_of_an_unreadable_set_counts(folder: Path) -> None:
    copy(folder, "two")
    (folder / "one" / "findings.json").write_bytes(b"else")
    found = states(folder)
    assert found["one"].is_stale
    assert (found["two"].copy_of, found["two"].renamed_from) == ("", "one")


def test_an_edited_file_is_damage_and_the_rest_is_readable(folder: Path) -> None:
    path = folder / "one" / "rates.csv"
    path.write_bytes(path.read_bytes() + b"\n")
    (state,) = survey(Store(folder))
    (said,) = state.changed
    assert said.startswith("one: rates.csv was changed after it was stored")
    assert said.endswith(RESTORE)
    assert state.readable == ("findings",)
    assert not state.is_stale


def test_a_folder_that_lost_its_manifest_is_named(folder: Path) -> None:
    (folder / "one" / "manifest.json").unlink()
    (folder / "notes").mkdir()
    (state,) = survey(Store(folder))
    assert [str(each) for each in state.damage] == [f"one/manifest.json: is missing. {RESTORE}"]
    assert state_of(Store(folder), "one").damage == state.damage


def test_a_stale_set_and_one_of_tomorrow(folder: Path) -> None:
    manifest = folder / "one" / "manifest.json"
    said = json.loads(manifest.read_text())
    manifest.write_text(json.dumps(said | {"method_version": "0"}))
    (state,) = survey(Store(folder))
    assert (state.is_stale, state.is_newer, state.readable) == (True, False, ("rates",))
    manifest.write_text(json.dumps(said | {"schema_version": 99}))
    (state,) = survey(Store(folder))
    assert (state.is_stale, state.is_newer, state.readable) == (False, True, ())


def test_where_there_is_nothing(tmp_path: Path) -> None:
    assert survey(Store(tmp_path / "absent")) == []
    (tmp_path / "file").write_text("")
    assert survey(Store(tmp_path / "file")) == []
