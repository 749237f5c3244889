"""Files below a path -> runs, each with the importer that reads it; what nobody reads is kept with the reason."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa

from analysis.errors import ScalewatchError
from loaders.importing.protocol import FileReading, Importer, Problem, Run
from loaders.importing.sniff import Sniff
from loaders.store.source_sheet import SourceSheet

UNREADABLE = (OSError, ValueError, ArithmeticError, RecursionError, csv.Error, pa.ArrowException)
"""What reading a file may raise whose content is not what its name says."""


@dataclass(frozen=True, slots=True)
class Found:
    """A run and who reads it; without an importer, one file and why nobody does."""

    run: Run
    importer: Importer | None
    reason: str = ""

    def read(self, sheet: SourceSheet) -> Iterator[FileReading]:
        """A reading per file, each file once; one that cannot be read is a reading with a problem."""
        if self.importer is None:
            yield _refused(self.run.path, self.reason)
            return
        waiting, broken = list(self.run.files), self.run.path
        try:
            for reading in self.importer.read(self.run, sheet):
                waiting.remove(reading.path)
                yield reading
        except UNREADABLE as error:
            broken = waiting.pop(0)
            yield _refused(broken, _unreadable(error))
        for path in waiting:
            yield _refused(path, f"not read: {broken.name} of the same run is not usable. Correct that file")


def files_below(paths: Iterable[Path]) -> list[Path]:
    """Files below the paths, sorted; hidden ones left out. Raises ScalewatchError for a path that is not there."""
    found: list[Path] = []
    for path in paths:
        if not path.exists():
            raise ScalewatchError(f"{path}: no such file or folder.", "Check the path.")
        if path.is_file():
            found.append(path)
        else:
            found += sorted(p for p in path.rglob("*") if p.is_file() and not p.name.startswith("."))
    return list(dict.fromkeys(found))


def discover(
    files: Sequence[Path], importers: Sequence[Importer], progress: Callable[[Sequence[Path]], Iterable[Path]]
) -> list[Found]:
    """Every file, in a run of the importer that recognises it or refused, in the order of `files`."""
    found: list[Found] = []
    recognised: dict[str, list[Path]] = {}
    for path in progress(files):
        importer, reason = _recogniser(path, importers)
        if importer is None:
            found.append(Found(Run(path), None, reason))
        else:
            recognised.setdefault(importer.NAME, []).append(path)
    for importer in importers:
        found += discover_as(importer, recognised.get(importer.NAME, ()))
    place = {path: number for number, path in enumerate(files)}
    return sorted(found, key=lambda each: min(place[path] for path in each.run.files if path in place))


def discover_as(importer: Importer, files: Sequence[Path]) -> list[Found]:
    """All files as runs of one importer, whether it recognises them or not."""
    return [Found(run, importer) for run in importer.runs(files)]


def _recogniser(path: Path, importers: Sequence[Importer]) -> tuple[Importer | None, str]:
    """The one importer that recognises a file, or why there is none."""
    sniff = Sniff(path)
    try:
        willing = [each for each in importers if each.recognises(sniff)]
        if len(willing) == 1:
            return willing[0], ""
        if not willing:
            wanted = "; ".join(f"{each.NAME} wants {each.wanted(sniff)}" for each in importers)
            return None, f"not recognised, left alone; {wanted}"
    except UNREADABLE as error:
        return None, _unreadable(error)
    names = [each.NAME for each in willing]
    return None, f"recognised as {' and as '.join(names)}, left alone. Say which with --format {names[0]} (or another)"


def _refused(path: Path, reason: str) -> FileReading:
    return FileReading(path, None, problems=[Problem(None, "file", reason)])


def _unreadable(error: Exception) -> str:
    if isinstance(error, OSError | UnicodeDecodeError):
        return f"cannot be read ({error}). Check the file"
    return f"cannot be parsed ({error}). Correct the file or copy it again from its source"
