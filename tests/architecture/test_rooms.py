"""How many rooms and arrows the house may have: each file or folder directly inside a folder is a room, each import
between two of them an arrow. No folder holds more than sixteen files, and nowhere do imports go in a circle."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from places import ROOT

PACKAGES = ("analysis", "loaders", "dashboard")
MOST = {"analysis": (18, 40), "loaders": (10, 18), "dashboard": (16, 42)}
"""Package -> most rooms, most arrows."""
MOST_FILES = 16


def modules(root: Path) -> dict[str, Path]:
    """Dotted name -> file, of all three packages."""
    found = {}
    for path in (path for package in PACKAGES for path in sorted((root / package).rglob("*.py"))):
        parts = path.relative_to(root).with_suffix("").parts
        found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


def imports(path: Path, known: dict[str, Path]) -> Iterator[str]:
    """Our own modules that a file names in an import, wherever in the file it stands."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name in known)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            for alias in node.names:
                whole = f"{node.module}.{alias.name}"
                yield whole if whole in known else node.module


def arrows(folder: str, known: dict[str, Path]) -> tuple[set[str], set[tuple[str, str]]]:
    """Rooms of a folder (dotted name), `__init__` aside, and the arrows between them."""
    inside = {name: path for name, path in known.items() if name.startswith(f"{folder}.")}
    place = folder.count(".") + 1
    room = {name: name.split(".")[place] for name in inside}
    pairs = {
        (room[name], room[other]) for name, path in inside.items() for other in imports(path, known) if other in room
    }
    return set(room.values()), {(a, b) for a, b in pairs if a != b}


def in_a_circle(pairs: set[tuple[str, str]]) -> set[str]:
    """Rooms from which arrows lead back to them."""
    after: dict[str, set[str]] = {}
    for a, b in pairs:
        after.setdefault(a, set()).add(b)
    back = set()
    for start in after:
        seen, left = set(), [start]
        while left:
            new = after.get(left.pop(), set()) - seen
            seen |= new
            left += new
        back |= {start} & seen
    return back


KNOWN = modules(ROOT)
FOLDERS = sorted({".".join(path.relative_to(ROOT).parent.parts) for path in KNOWN.values()})


@pytest.mark.parametrize("package", PACKAGES)
def test_rooms_and_arrows(package: str) -> None:
    rooms, pairs = arrows(package, KNOWN)
    assert (len(rooms) <= MOST[package][0], len(pairs) <= MOST[package][1]) == (True, True), (len(rooms), len(pairs))


@pytest.mark.parametrize("folder", FOLDERS)
def test_a_folder_is_small_and_has_no_circle(folder: str) -> None:
    files = [path for path in (ROOT / folder.replace(".", "/")).glob("*.py") if path.name != "__init__.py"]
    assert len(files) <= MOST_FILES
    assert in_a_circle(arrows(folder, KNOWN)[1]) == set()


def test_a_circle_is_found_and_a_chain_is_none() -> None:
    assert in_a_circle({("a", "b"), ("b", "c"), ("c", "b"), ("d", "a")}) == {"b", "c"}
    assert in_a_circle({("a", "b"), ("b", "c"), ("a", "c")}) == set()


def test_an_import_inside_a_function_is_an_arrow(tmp_path: Path) -> None:
    for name, text in {
        "a": "def f():\n    from analysis.b import g\n",
        "b": "import analysis.c.d\n",
        "c/d": "",
    }.items():
        path = tmp_path / "analysis" / f"{name}.py"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    assert arrows("analysis", modules(tmp_path)) == ({"a", "b", "c"}, {("a", "b"), ("b", "c")})
