"""The results folder: a set is read again when its files changed, the others are not."""

from __future__ import annotations

import gc
import os
from pathlib import Path
from typing import Any

import pytest

from dashboard.results import sets
from loaders.store.states import SetState


def touch(folder: Path, name: str, at: int) -> None:
    for file in ("manifest.json", "findings.json"):
        path = folder / name / file
        path.parent.mkdir(exist_ok=True)
        path.write_text("{}")
        os.utime(path, ns=(at, at))


def test_only_what_changed_is_read_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("one", "two", ".one.new"):
        touch(tmp_path, name, 1_000)
    read: list[str] = []

    def one(store: Any, name: str, stamp: sets.Stamp) -> sets._ReadSet:
        read.append(name)
        return sets._ReadSet(stamp=stamp, state=SetState(name=name, is_own=True), problem=f"{name}: made for a test")

    monkeypatch.setattr(sets, "_one", one)
    monkeypatch.setattr(sets, "find_results_dir", lambda: tmp_path)
    first = sets.results()
    own = [name for name in read if name in {"one", "two"}]
    assert own == ["one", "two"]
    assert "one: made for a test" in first.problems
    assert sets.results() is first
    touch(tmp_path, ".one.new", 2_000)
    assert sets.results() is first, "a folder that is being written is no set"
    read.clear()
    touch(tmp_path, "two", 2_000)
    second = sets.results()
    assert read == ["two"]
    assert (second.version != first.version, second.problems) == (True, first.problems)


def test_what_is_read_is_not_searched_for_garbage_and_what_comes_after_is() -> None:
    made: list[list[int]] = []

    def fails() -> None:
        with sets._never_collected():
            assert not gc.isenabled()
            made.append([1])
            raise ValueError("a fault while reading")

    with pytest.raises(ValueError, match="a fault while reading"):
        fails()
    later = [[2]]
    searched = {id(each) for each in gc.get_objects()}
    assert gc.isenabled()
    assert (id(made[0]) in searched, id(later) in searched) == (False, True)
    with sets._never_collected():
        assert id(made[0]) in {id(each) for each in gc.get_objects()}
    gc.unfreeze()
