"""Files to runs: each file once, one importer each, and the reason where nobody reads it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

import pytest

from loaders.importing import sniff as sniff_module
from loaders.importing.discover import discover, discover_as, files_below
from loaders.importing.protocol import FileReading, RawRate, Run
from loaders.importing.sniff import Sniff
from loaders.store.source_sheet import SourceSheet


class Toy:
    """Reads a file called main.<ending> together with all others of that ending beside it."""

    def __init__(self, name: str, ending: str, fails_at: str = "") -> None:
        self.NAME, self._ending, self._fails_at = name, ending, fails_at

    def recognises(self, sniff: Sniff) -> bool:
        return sniff.path.suffix == self._ending

    def wanted(self, sniff: Sniff) -> str:
        return f"a file *{self._ending}"

    def runs(self, files: Sequence[Path]) -> Iterable[Run]:
        for main in (path for path in files if path.stem == "main"):
            yield Run(main, tuple(path for path in files if path.parent == main.parent and path != main))

    def read(self, run: Run, sheet: SourceSheet) -> Iterable[FileReading]:
        for path in run.files:
            if path.stem == self._fails_at:
                raise OSError("disk gone")
            rate = RawRate(model="m", evaluation=path.stem, rate=0.5, metric="acc", line=None)
            yield FileReading(path, self.NAME, rates=[rate])


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("a/main.x", "a/one.x", "a/two.x", "b/main.x", "b/notes.txt", "b/.hidden.x", "c/main.y"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("{}")
    return tmp_path


def found(folder: Path, *importers: Toy) -> dict[str, tuple[str | None, list[str]]]:
    """File -> format and problems, in the order of the report."""
    runs = discover(files_below([folder]), importers, lambda files: files)
    readings = [reading for run in runs for reading in run.read(SourceSheet())]
    names = [str(reading.path.relative_to(folder)) for reading in readings]
    assert len(set(names)) == len(names)
    return {
        name: (reading.format, [problem.reason for problem in reading.problems])
        for name, reading in zip(names, readings, strict=True)
    }


def test_files_stand_in_order_each_with_who_reads_it(folder: Path) -> None:
    seen = found(folder, Toy("ix", ".x"), Toy("ypsilon", ".y"))
    assert list(seen.items()) == [
        ("a/main.x", ("ix", [])),
        ("a/one.x", ("ix", [])),
        ("a/two.x", ("ix", [])),
        ("b/main.x", ("ix", [])),
        (
            "b/notes.txt",
            (None, ["not recognised, left alone; ix wants a file *.x; ypsilon wants a file *.y"]),
        ),
        ("c/main.y", ("ypsilon", [])),
    ]


def test_two_importers_that_recognise_a_file_are_an_error_that_names_both(folder: Path) -> None:
    seen = found(folder / "c", Toy("one", ".y"), Toy("other", ".y"))
    assert seen == {
        "main.y": (None, ["recognised as one and as other, left alone. Say which with --format one (or another)"])
    }


def test_one_importer_that_was_asked_for_takes_every_file(folder: Path) -> None:
    (run,) = discover_as(Toy("ix", ".x"), files_below([folder / "b"]))
    assert [path.name for path in run.run.files] == ["main.x", "notes.txt"]


@pytest.mark.parametrize(("fails_at", "kept"), [("main", []), ("one", ["a/main.x"]), ("two", ["a/main.x", "a/one.x"])])
def test_a_file_that_cannot_be_read_keeps_what_was_read_before(folder: Path, fails_at: str, kept: list[str]) -> None:
    seen = found(folder, Toy("ix", ".x", fails_at))
    in_a = {name: said for name, said in seen.items() if name.startswith("a/")}
    assert list(in_a) == ["a/main.x", "a/one.x", "a/two.x"]
    assert [name for name, (form, _) in in_a.items() if form == "ix"] == kept
    reasons = [reason for _, (reason,) in ((n, p) for n, (f, p) in in_a.items() if f is None)]
    assert reasons[0] == "cannot be read (disk gone). Check the file"
    assert set(reasons[1:]) <= {f"not read: {fails_at}.x of the same run is not usable. Correct that file"}


def test_a_file_that_cannot_be_opened_is_reported(folder: Path) -> None:
    class Looks(Toy):
        def recognises(self, sniff: Sniff) -> bool:
            return sniff.head == b""

    (folder / "d").mkdir()
    (folder / "d" / "gone").symlink_to(folder / "nowhere")
    (run,) = discover([folder / "d" / "gone"], (Looks("looks", ""),), lambda files: files)
    assert run.importer is None
    assert run.reason.startswith("cannot be read (")


def test_a_sniff_reads_a_file_once_for_all_importers(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    parsed: list[str] = []
    loads = sniff_module.json.loads
    monkeypatch.setattr(sniff_module.json, "loads", lambda text: parsed.append(text) or loads(text))

    class Looks(Toy):
        def recognises(self, sniff: Sniff) -> bool:
            return sniff.json == {} and False

    found(folder / "c", Looks("one", ""), Looks("two", ""), Looks("three", ""))
    assert parsed == ["{}"]


@pytest.mark.parametrize(
    ("content", "document"),
    [(b' {"a": 1}', {"a": 1}), (b"[1]", [1]), (b"1", None), (b'{"a": ', None), (b"\xff\xfe{", None), (b"", None)],
)
def test_the_document_of_a_file(tmp_path: Path, content: bytes, document: object) -> None:
    (tmp_path / "a.json").write_bytes(content)
    assert Sniff(tmp_path / "a.json").json == document
