"""Import: files in, rows stored, and a report of everything that was refused. Originals are only read."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd

from analysis.errors import ScalewatchError, TableError, UnknownNameError
from analysis.tables import ANSWERS, RATES
from loaders.importing.assemble import UnknownModelError, rates_row, resolve_checkpoint
from loaders.importing.formats import IMPORTERS
from loaders.importing.protocol import FileReading, Importer, Problem, RawRate
from loaders.models.registry import Registry
from loaders.store.manifest import own_source
from loaders.store.source_sheet import SourceSheet
from loaders.store.store import Store, StoredSet


@dataclass(slots=True)
class FileReport:
    """What became of one file."""

    path: str
    format: str | None
    kept: int = 0
    rejected: int = 0
    problems: list[Problem] = field(default_factory=list)


@dataclass(slots=True)
class ImportReport:
    """What became of one import; `read` = `kept` + `rejected`, counted in rates and single answers."""

    set: str
    files: list[FileReport] = field(default_factory=list)
    unknown_models: dict[str, list[str]] = field(default_factory=dict)
    """Model -> facts that are missing."""
    changed: bool = False
    """False where the set already held all of it, or nothing was usable, or this was a dry run."""

    @property
    def kept(self) -> int:
        """Rows stored (or already there)."""
        return sum(file.kept for file in self.files)

    @property
    def rejected(self) -> int:
        """Rows refused, each with a reason."""
        return sum(file.rejected for file in self.files)

    def as_json(self) -> dict[str, Any]:
        """The document `scalewatch import --json` prints."""
        return {
            "set": self.set,
            "read": self.kept + self.rejected,
            "kept": self.kept,
            "rejected": self.rejected,
            "files": [
                {
                    "path": file.path,
                    "format": file.format,
                    "kept": file.kept,
                    "rejected": file.rejected,
                    "problems": [{"line": p.line, "field": p.field, "reason": p.reason} for p in file.problems],
                }
                for file in self.files
            ],
            "unknown_models": [{"name": n, "missing": m} for n, m in sorted(self.unknown_models.items())],
        }


def import_results(
    paths: Iterable[Path],
    into: str,
    store: Store,
    *,
    format_name: str | None = None,
    models: Registry | None = None,
    sheet: SourceSheet | None = None,
    dry_run: bool = False,
    progress: Callable[[Iterable[Path]], Iterable[Path]] = lambda files: files,
) -> ImportReport:
    """Read every file below `paths` and store what is usable as set `into`.

    A second import of the same files changes nothing. Raises ScalewatchError where a path is not there, the format is
    unknown or the set cannot be written; then the set is as it was.
    """
    files = _files(paths)
    importers = _importers(format_name)
    before = store.read_set(into) if into in store.sets() else None
    if before is not None and sheet is None and not before.info.is_users_own:
        raise ScalewatchError(
            f"Set '{into}' holds results of {before.info.source}; your files would be shown under that name. "
            "Choose another --into, or name their source with --source SHEET.toml."
        )
    sheet = sheet or (before.info.sheet() if before else SourceSheet())
    collector = _Collector(into, sheet, models, before)
    for path in progress(files):
        for reading in _read(path, importers, sheet, explicit=format_name is not None):
            collector.add(reading)
    report = collector.report
    if report.kept and not dry_run:
        report.changed = store.write_set(
            into,
            rates=collector.rates_frame(),
            answers=collector.answers_frame(),
            sheet=sheet,
            files=collector.hashes,
        )
    return report


class _Collector:
    """Gathers rows, refuses what clashes with what is there, and counts."""

    def __init__(self, into: str, sheet: SourceSheet, models: Registry | None, before: StoredSet | None) -> None:
        self.report = ImportReport(into)
        self.hashes: dict[str, str] = dict(before.info.files) if before else {}
        self._into, self._sheet, self._models = into, sheet, models
        self._rates: dict[tuple[str, ...], dict[str, Any]] = {}
        self._answers: dict[tuple[str, ...], dict[str, Any]] = {}
        self._from: dict[tuple[str, ...], str] = {}
        if before:
            for row in before.rates.to_dict("records"):
                self._rates[_key(row, RATES.key)] = {str(name): value for name, value in row.items()}
            for row in before.answers.to_dict("records") if before.answers is not None else ():
                self._answers[_key(row, ANSWERS.key)] = {str(name): value for name, value in row.items()}

    def add(self, reading: FileReading) -> None:
        """Take one file's rates and answers."""
        file = FileReport(str(reading.path), reading.format, rejected=reading.n_rejected, problems=reading.problems)
        self.report.files.append(file)
        for raw in reading.rates:
            problem = self._add_rate(raw, reading.path)
            file.kept += problem is None
            if problem is not None:
                file.rejected += 1
                file.problems.append(problem)
        for answer in reading.answers:
            problem = self._add_answer(answer)
            file.kept += problem is None
            if problem is not None:
                file.rejected += 1
                file.problems.append(problem)
        if file.kept:
            self.hashes[reading.path.name] = hashlib.sha256(reading.path.read_bytes()).hexdigest()

    def _add_rate(self, raw: RawRate, path: Path) -> Problem | None:
        source = self._sheet.source or own_source(self._into)
        try:
            row = rates_row(raw, result_set=self._into, sheet=self._sheet, source=source, models=self._models)
        except UnknownModelError as error:
            self.report.unknown_models[error.name] = error.missing
            return Problem(raw.line, "model", str(error))
        except (ValueError, TableError) as error:
            return Problem(raw.line, raw.evaluation, str(error))
        key = _key(row, RATES.key)
        there = self._rates.get(key)
        if there is not None and abs(there["matching_rate"] - row["matching_rate"]) > 1e-12:
            reason = (
                f"{row['checkpoint']} already has the rate {there['matching_rate']:.4f} on {raw.evaluation} "
                f"({raw.prompt_style}), from {self._from.get(key, 'an earlier import')}; this file says "
                f"{row['matching_rate']:.4f}. Repeats are not averaged: the first is kept; use another set for this one"
            )
            return Problem(raw.line, raw.evaluation, reason)
        self._rates.setdefault(key, row)
        self._from.setdefault(key, path.name)
        return None

    def _add_answer(self, answer: dict[str, Any]) -> Problem | None:
        raw = RawRate(model=answer["checkpoint"], evaluation=answer["evaluation"], rate=0.0, metric="", line=None)
        try:
            checkpoint = resolve_checkpoint(raw, self._models)
        except UnknownModelError as error:
            self.report.unknown_models[error.name] = error.missing
            return Problem(None, "model", str(error))
        row = {**answer, "checkpoint": checkpoint.name}
        there = self._answers.setdefault(_key(row, ANSWERS.key), row)
        if not _same_answer(there, row):
            reason = (
                f"{checkpoint.name} already has another answer to question {row['question_id']} "
                f"({row['prompt_style']}). "
                "Repeats are not averaged: the first is kept; use another set for this one"
            )
            return Problem(None, str(row["evaluation"]), reason)
        return None

    def rates_frame(self) -> pd.DataFrame:
        """All rows of the set, checked, in a fixed order."""
        return _ordered(self._rates, RATES)

    def answers_frame(self) -> pd.DataFrame | None:
        """All single answers of the set; None where there are none."""
        return _ordered(self._answers, ANSWERS) if self._answers else None


def _same_answer(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    """Do two rows for one question say the same? Null equals null."""
    return all(
        (pd.isna(one[name]) and pd.isna(other[name])) or one[name] == other[name]
        for name in ("answered_matching", "matching_probability")
    )


def _ordered(rows: dict[tuple[str, ...], dict[str, Any]], table: Any) -> pd.DataFrame:
    frame = pd.DataFrame([rows[key] for key in sorted(rows)])
    return table.validate(frame)  # type: ignore[no-any-return]


def _key(row: Mapping[Any, Any], names: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(str(row[name]) for name in names)


def _files(paths: Iterable[Path]) -> list[Path]:
    """Files below the paths, sorted; hidden ones left out."""
    found: list[Path] = []
    for path in paths:
        if not path.exists():
            raise ScalewatchError(f"{path}: no such file or folder. Check the path.")
        if path.is_file():
            found.append(path)
        else:
            found += sorted(p for p in path.rglob("*") if p.is_file() and not p.name.startswith("."))
    return list(dict.fromkeys(found))


def _importers(name: str | None) -> tuple[Importer, ...]:
    if name is None:
        return IMPORTERS
    chosen = tuple(each for each in IMPORTERS if name == each.NAME)
    if not chosen:
        raise UnknownNameError.of("format", name, [each.NAME for each in IMPORTERS])
    return chosen


def _read(path: Path, importers: tuple[Importer, ...], sheet: SourceSheet, *, explicit: bool) -> Iterable[FileReading]:
    """Readings of one file; an unreadable or unknown file is a reading with a problem."""
    try:
        importer = next((each for each in importers if explicit or each.recognises(path)), None)
        if importer is not None:
            return list(importer.read(path, sheet))
        reason = "not recognised, left alone; " + "; ".join(f"{i.NAME} wants {i.wanted(path)}" for i in importers)
    except (OSError, UnicodeDecodeError) as error:
        reason = f"cannot be read ({error}). Check the file"
    except ValueError as error:
        reason = f"cannot be parsed ({error}). Correct the file or copy it again from its source"
    return [FileReading(path, None, problems=[Problem(None, "file", reason)])]
