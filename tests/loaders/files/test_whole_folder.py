"""A folder written whole or not at all, wherever the writing is cut short."""

from __future__ import annotations

from pathlib import Path

import pytest

from loaders.files.whole_folder import name_of, standing, write_whole


def files(path: Path | None) -> dict[str, bytes]:
    return {} if path is None else {each.name: each.read_bytes() for each in path.iterdir()}


@pytest.mark.parametrize("cut_at", [1, 2])
def test_a_rename_that_fails_leaves_the_old_files_standing(
    tmp_path: Path, cut_at: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, rename, calls = tmp_path / "a", Path.rename, []
    write_whole(path, {"one": b"1"})

    def fails(self: Path, target: Path) -> Path:
        calls.append(target)
        if len(calls) == cut_at:
            raise OSError(5, "Input/output error")
        return rename(self, target)

    with monkeypatch.context() as patched:
        patched.setattr(Path, "rename", fails)
        with pytest.raises(OSError, match="Input/output"):
            write_whole(path, {"two": b"2"})
    assert files(standing(path)) == {"one": b"1"}
    write_whole(path, {"two": b"2"})
    assert files(path) == {"two": b"2"}
    assert [each.name for each in tmp_path.iterdir()] == ["a"]


def test_only_a_folder_and_the_one_put_aside_have_its_name(tmp_path: Path) -> None:
    assert [name_of(tmp_path / each) for each in ("a", ".a.old", ".a.new", ".lock")] == ["a", "a", None, None]
    assert standing(tmp_path / "a") is None


def test_what_was_put_aside_outlives_a_second_failure(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a"
    write_whole(path, {"one": b"1"})
    path.rename(tmp_path / ".a.old")  # killed between the two renames

    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr("os.fsync", full)
        with pytest.raises(OSError, match="No space"):
            write_whole(path, {"two": b"2"})
    assert files(standing(path)) == {"one": b"1"}
