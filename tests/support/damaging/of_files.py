"""Files that are cut, emptied, replaced or linked elsewhere."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

from damaging.damage import NESTED, PART, TRAINING, Apply, Damage, part_of


def of_files() -> Iterator[Damage]:
    for file in ("manifest.json", "rates.csv", "findings.json", PART, TRAINING):
        for kind, apply in _KINDS.items():
            yield Damage(f"{file.partition('/')[0].partition('.')[0]}-{kind}", _on(file, apply))


def _on(file: str, apply: Callable[[Path], None]) -> Apply:
    def damage(folder: Path) -> None:
        apply(folder / (part_of(folder) if file == PART else file))

    return damage


def _replaced_by(make: Callable[[Path], object]) -> Callable[[Path], None]:
    def damage(path: Path) -> None:
        path.unlink()
        make(path)

    return damage


def _sparse(path: Path) -> None:
    with path.open("wb") as handle:
        handle.truncate(1 << 40)


def _outside(path: Path) -> None:
    outside = path.parents[len(path.parents) - 3] / f"outside-{path.name}"
    outside.write_bytes(b"secret")
    path.symlink_to(outside)


_KINDS: dict[str, Callable[[Path], None]] = {
    "truncated": lambda path: path.write_bytes(path.read_bytes()[:-20]) and None,
    "empty": lambda path: path.write_bytes(b"") and None,
    "not-utf8": lambda path: path.write_bytes(b"\xff\xfe" + path.read_bytes()) and None,
    "zeroes": lambda path: path.write_bytes(bytes(path.stat().st_size)) and None,
    "nested": lambda path: path.write_bytes(b"[" * NESTED + b"]" * NESTED) and None,
    "nested-objects": lambda path: path.write_bytes(b'{"a":' * NESTED + b"1" + b"}" * NESTED) and None,
    "missing": lambda path: path.unlink(),
    "folder": _replaced_by(lambda path: path.mkdir()),
    "fifo": _replaced_by(os.mkfifo),
    "dev-zero": _replaced_by(lambda path: path.symlink_to("/dev/zero")),
    "link-to-itself": _replaced_by(lambda path: path.symlink_to(path)),
    "link-out": _replaced_by(_outside),
    "link-to-nothing": _replaced_by(lambda path: path.symlink_to(path.with_name("nothing"))),
    "sparse": _replaced_by(_sparse),
}
