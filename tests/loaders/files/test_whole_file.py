"""A file is written whole or not at all: its bytes are on the disk, then its name, then the folder that holds it."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from loaders.files.whole_file import sync_folder, write_file
from loaders.files.whole_folder import settle, write_whole


@pytest.fixture
def steps(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What is synced and renamed, in order."""
    seen: list[str] = []
    fsync, replace, rename = os.fsync, os.replace, Path.rename
    opened: dict[int, str] = {}
    real_open, path_open = os.open, Path.open

    def watched_open(path: Path | str, flags: int, *args: int) -> int:
        descriptor = real_open(path, flags, *args)
        opened[descriptor] = f"folder {Path(path).name}"
        return descriptor

    def watched_path_open(self: Path, mode: str = "r", *args: object, **named: object) -> object:
        handle = path_open(self, mode, *args, **named)  # type: ignore[call-overload]
        opened[handle.fileno()] = f"file {self.name}"
        return handle

    def watched_fsync(descriptor: int) -> None:
        seen.append(f"sync {opened[descriptor]}")
        fsync(descriptor)

    def watched_replace(source: Path, target: Path) -> None:
        seen.append(f"rename to {Path(target).name}")
        replace(source, target)

    def watched_rename(self: Path, target: Path) -> Path:
        seen.append(f"rename to {Path(target).name}")
        return rename(self, target)

    monkeypatch.setattr(os, "open", watched_open)
    monkeypatch.setattr(os, "fsync", watched_fsync)
    monkeypatch.setattr(os, "replace", watched_replace)
    monkeypatch.setattr(Path, "open", watched_path_open)
    monkeypatch.setattr(Path, "rename", watched_rename)
    return seen


def test_bytes_then_name_then_folder(tmp_path: Path, steps: list[str]) -> None:
    (tmp_path / "in").mkdir()
    write_file(tmp_path / "in" / "a.txt", b"1")
    write_file(tmp_path / "in" / "a.txt", b"2")
    assert steps == ["sync file .a.txt.part", "rename to a.txt", "sync folder in"] * 2
    assert [(each.name, each.read_bytes()) for each in (tmp_path / "in").iterdir()] == [("a.txt", b"2")]


def test_a_folder_is_synced_with_its_files_and_so_is_the_one_around_it(tmp_path: Path, steps: list[str]) -> None:
    (tmp_path / "in").mkdir()
    write_whole(tmp_path / "in" / "set", {"a.txt": b"1", "b.txt": b"2"})
    first = ["sync file a.txt", "sync file b.txt", "sync folder .set.new", "rename to set", "sync folder in"]
    assert steps == first
    write_whole(tmp_path / "in" / "set", {"c.txt": b"3"})
    assert steps[len(first) :] == [
        "sync file c.txt", "sync folder .set.new", "rename to .set.old", "rename to set", "sync folder in",
    ]  # fmt: skip


def test_a_folder_filled_by_others_is_on_the_disk_before_it_has_its_name(tmp_path: Path, steps: list[str]) -> None:
    inner = tmp_path / "in" / ".cell" / "model"
    inner.mkdir(parents=True)
    (inner / "weights").touch()
    (inner.parent / "record").touch()
    steps.clear()
    settle(tmp_path / "in" / ".cell", tmp_path / "in" / "cell")
    assert sorted(steps[:3]) == ["sync file record", "sync file weights", "sync folder model"]
    assert steps[3:] == ["sync folder .cell", "rename to cell", "sync folder in"]
    assert (tmp_path / "in" / "cell" / "model" / "weights").is_file()


@pytest.mark.parametrize("step", ["fsync", "replace"])
@pytest.mark.parametrize("error", [OSError(28, "No space left on device"), KeyboardInterrupt()])
def test_what_was_there_stays_where_the_writing_is_cut_short(
    step: str, error: BaseException, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.txt"
    write_file(path, b"before")

    def cut(*args: object) -> None:
        raise error

    monkeypatch.setattr(os, step, cut)
    with pytest.raises(type(error)):
        write_file(path, b"after")
    assert [(each.name, each.read_bytes()) for each in tmp_path.iterdir()] == [("a.txt", b"before")]


def fails_with(number: int) -> Callable[[int], None]:
    def fsync(descriptor: int) -> None:
        raise OSError(number, os.strerror(number))

    return fsync


def test_only_a_file_system_without_the_call_may_refuse_to_sync_a_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "fsync", fails_with(errno.EINVAL))
    sync_folder(tmp_path)
    monkeypatch.setattr(os, "fsync", fails_with(errno.EIO))
    with pytest.raises(OSError, match=os.strerror(errno.EIO)):
        sync_folder(tmp_path)
    monkeypatch.setattr(os, "name", "nt")
    sync_folder(tmp_path)  # Windows has no such call at all
