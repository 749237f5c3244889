"""Folders of odd names, and folders that are none."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

from damaging.damage import Apply, Damage


def of_folders() -> Iterator[Damage]:
    def named(name: str | bytes) -> Apply:
        def damage(folder: Path) -> None:
            os.rename(os.fsencode(folder), os.path.join(os.fsencode(folder.parent), os.fsencode(name)))

        return damage

    yield Damage("name-lines", named("a\nb"), word="a\\nb")
    yield Damage("name-bytes", named(b"\xff\xfe"), word="udcff")
    yield Damage("name-bell", named("bell\x07"), word="bell")
    yield Damage("name-quote", named('set"x'), "harmless")
    yield Damage("name-markup", named("<b>*x*$y$"), "harmless")
    yield Damage("name-long", named("n" * 255), "harmless")
    yield Damage("name-dots", named("..."), "harmless")
    yield Damage("name-blank", named(" "), "harmless")
    yield Damage("name-capital", named("My results (copy)"), "harmless")
    yield Damage("folder-linked-out", _folder_linked_out, word="out of the results folder")
    yield Damage("folder-linked-inside", _folder_linked_inside, "harmless")
    yield Damage("folder-linked-to-itself", lambda folder: _in_place_of(folder, folder), "harmless")
    yield Damage("folder-linked-to-root", lambda folder: _in_place_of(folder, Path("/")), "harmless")
    yield Damage("folder-empty", _emptied, "harmless")


def _emptied(folder: Path) -> None:
    shutil.rmtree(folder)
    folder.mkdir()


def _in_place_of(folder: Path, target: Path) -> None:
    shutil.rmtree(folder)
    folder.symlink_to(target)


def _folder_linked_out(folder: Path) -> None:
    outside = folder.parent.parent / "outside-set"
    shutil.rmtree(outside, ignore_errors=True)
    shutil.move(folder, outside)
    folder.symlink_to(outside)


def _folder_linked_inside(folder: Path) -> None:
    other = folder.with_name("d-target")
    folder.rename(other)
    folder.symlink_to(other)
