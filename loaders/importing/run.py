"""Import: files in, rows stored, and a report of everything that was refused. Originals are only read."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol, TypeVar

import pandas as pd

from analysis.errors import ScalewatchError, TableError, UnknownNameError
from analysis.tables import ANSWERS, RATES, Table
from loaders.importing.assemble import rates_row
from loaders.importing.discover import discover, discover_as, files_below
from loaders.importing.formats import IMPORTERS
from loaders.importing.protocol import FileReading, Importer, Problem, RawRate
from loaders.models.registry import Registry
from loaders.models.resolve import UnknownModelError, resolve_checkpoint
from loaders.store.manifest import own_source
from loaders.store.source_sheet import SourceSheet
from loaders.store.store import Store, StoredSet

Item = TypeVar("Item")


class Progress(Protocol):
    """Shows how far a long loop is; gives every item back."""

    def __call__(self, items: Sequence[Item], /) -> Iterable[Item]:
        """The items, one by one."""
        ...


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
    progress: Progress = lambda items: items,
) -> ImportReport:
    """Read every file below `paths` and store what is usable as set `into`.

    A second import of the same files changes nothing. Raises ScalewatchError where a path is not there, the format is
    unknown or the set cannot be written; then the set is as it was.
    """
    files = files_below(paths)
    asked = None if format_name is None else _importer(format_name)
    before = store.read_set(into) if store.is_own(into) else None
    if before is not None and sheet is None and not before.info.is_users_own:
        raise ScalewatchError(
            f"Set '{into}' holds results of {before.info.source}; your files would be shown under that name.",
            "Choose another --into, or name their source with --source SHEET.toml.",
        )
    sheet = sheet or (before.info.sheet() if before else SourceSheet())
    collector = _Collector(into, sheet, models, before)
    found = discover(files, IMPORTERS, progress) if asked is None else discover_as(asked, files)
    for each in progress(found):
        for reading in each.read(sheet):
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
            with reading.path.open("rb") as content:
                self.hashes[reading.path.name] = hashlib.file_digest(content, "sha256").hexdigest()

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
        try:
            checkpoint = resolve_checkpoint(answer["checkpoint"], models=self._models)
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


def _ordered(rows: dict[tuple[str, ...], dict[str, Any]], table: Table) -> pd.DataFrame:
    return table.validate(pd.DataFrame([rows[key] for key in sorted(rows)]))


def _key(row: Mapping[Any, Any], names: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(str(row[name]) for name in names)


def _importer(name: str) -> Importer:
    for importer in IMPORTERS:
        if name == importer.NAME:
            return importer
    raise UnknownNameError.of("format", name, [each.NAME for each in IMPORTERS])
