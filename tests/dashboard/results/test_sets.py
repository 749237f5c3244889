"""The results folder: a set is read again when its files changed, the others are not."""

from __future__ import annotations

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
