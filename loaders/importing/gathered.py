"""What the files of one import hold, before it is known what the set holds: rates as rows, answers packed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from analysis.errors import TableError
from analysis.findings.stored.collection import no_collection
from analysis.tables import RATES
from loaders.files.whole_file import sha256_of_file
from loaders.importing.assemble import Assembler
from loaders.importing.packed import PackedAnswers
from loaders.importing.protocol import FileReading, Problem, RawAnswers, RawRate
from loaders.importing.report import FileReport, ImportReport
from loaders.models.resolve import UnknownModelError


@dataclass(frozen=True, slots=True)
class RatePlace:
    """Where a rate was read."""

    file: int
    """Place of its file in the report."""
    line: int | None


@dataclass(slots=True)
class Gathered:
    """Rows of all files, in the order they were read, and what was refused of them so far."""

    report: ImportReport
    rates: pd.DataFrame = field(default_factory=RATES.empty)
    """RATES rows, checked one by one; a key may stand twice. Each row's index is its place in `places`."""
    places: list[RatePlace] = field(default_factory=list)
    answers: list[tuple[int, PackedAnswers]] = field(default_factory=list)
    """Place of the file in the report, and its answers."""
    hashes: dict[int, str] = field(default_factory=dict)
    """Place of a file that holds anything -> SHA-256."""


@no_collection()
def gather(readings: Iterable[FileReading], assembler: Assembler, into: str) -> Gathered:
    """Read everything. What is no row costs itself alone, and is said in the report."""
    gathered, rows = Gathered(ImportReport(into)), []
    for reading in readings:
        report = FileReport(str(reading.path), reading.format, rejected=reading.n_rejected, problems=reading.problems)
        gathered.report.files.append(report)
        rows += [(place, row) for raw in reading.rates for place, row in _rate(gathered, raw, assembler)]
        for raw in reading.answers:
            _answers(gathered, raw, assembler)
        if reading.rates or reading.answers:
            gathered.hashes[len(gathered.report.files) - 1] = sha256_of_file(reading.path)
    gathered.places = [place for place, _ in rows]
    frame = pd.DataFrame([row for _, row in rows], columns=RATES.names)
    gathered.rates, refused = _checked(frame)
    for at, problem in refused:
        place = gathered.places[at]
        gathered.report.files[place.file].reject(Problem(place.line, str(frame["evaluation"][at]), problem))
    return gathered


def _rate(gathered: Gathered, raw: RawRate, assembler: Assembler) -> Iterable[tuple[RatePlace, tuple[Any, ...]]]:
    """The row of a rate, as values; none where it is refused."""
    report, file = gathered.report, len(gathered.report.files) - 1
    try:
        row = assembler.row(raw)
    except UnknownModelError as error:
        report.unknown_models[error.name] = error.missing
        report.files[file].reject(Problem(raw.line, "model", str(error)))
        return
    except (ValueError, ArithmeticError, TableError) as error:
        report.files[file].reject(Problem(raw.line, raw.evaluation, str(error)))
        return
    yield RatePlace(file, raw.line), tuple(row.values())


def _answers(gathered: Gathered, raw: RawAnswers, assembler: Assembler) -> None:
    report, file = gathered.report, len(gathered.report.files) - 1
    try:
        checkpoint = assembler.checkpoint(raw.model)
    except UnknownModelError as error:
        report.unknown_models[error.name] = error.missing
        report.files[file].reject(Problem(None, "model", str(error)), len(raw.columns["question_id"]))
        return
    gathered.answers.append((file, PackedAnswers.of(raw, checkpoint.name)))


def _checked(frame: pd.DataFrame) -> tuple[pd.DataFrame, list[tuple[int, str]]]:
    """The rows that RATES allows, and the number of each other one with the reason."""
    try:
        return RATES.checked(frame), []
    except TableError as error:
        if len(frame) == 1:
            return RATES.empty(), [(int(frame.index[0]), str(error))]
    half = len(frame) // 2
    halves = [_checked(part) for part in (frame.iloc[:half], frame.iloc[half:])]
    good = [part for part, _ in halves if len(part)]
    return pd.concat(good) if good else RATES.empty(), [each for _, refused in halves for each in refused]
