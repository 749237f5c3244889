"""What an importer is: it recognises files, says which belong together, and reads such a run into raw rates.

Every refusal is kept with its place and its reason.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from analysis.columns.run_settings import AS_PUBLISHED
from loaders.importing.sniff import Sniff
from loaders.store.source_sheet import SourceSheet


@dataclass(frozen=True, slots=True)
class Run:
    """The files one evaluation run left behind."""

    path: Path
    """Its main file."""
    parts: tuple[Path, ...] = ()
    """Further files that are read with it: single answers beside the results."""

    @property
    def files(self) -> tuple[Path, ...]:
        """The main file and the parts, in the order they are read."""
        return (self.path, *self.parts)


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that was refused: where it stands and why."""

    line: int | None
    """Line in the file, from 1; None where the format has no lines."""
    field: str
    """Column, key or model the problem is about."""
    reason: str
    """What was seen, what is allowed, what to do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RawRate:
    """One published rate before the model and the behaviour are looked up."""

    model: str
    """Model as the source names it."""
    evaluation: str
    """Evaluation as the source names it."""
    rate: float
    """0-1, in the source's own direction."""
    metric: str
    """Metric as the source names it."""
    line: int | None
    """Line it was read from."""
    revision: str | None = None
    """Revision of the model, if the source says."""
    prompt_style: str = AS_PUBLISHED
    """How it was asked; settings in it ('5-shot') become columns of their own."""
    settings: dict[str, Any] = field(default_factory=dict)
    """Further run settings the source gives, by the name of their column."""
    n_questions: int | None = None
    n_matching: int | None = None
    standard_error: float | None = None
    given: dict[str, Any] = field(default_factory=dict)
    """Model facts the source itself gives (family, parameter_count, stage, ...), used where the registry is silent."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RawAnswers:
    """Single answers of one model on one evaluation, asked in one way, as columns."""

    model: str
    """Model as the source names it, with '@revision' where the source says."""
    evaluation: str
    """Evaluation as the source names it."""
    asked: dict[str, Any]
    """prompt_style and run settings, the same for all."""
    columns: dict[str, list[Any]]
    """question_id and further columns of ANSWERS, a value per question; each question once."""
    questions: dict[str, list[Any]] = field(default_factory=dict)
    """Where the source has their text: question_id, text, options, matching of QUESTIONS, a value per question."""


@dataclass(slots=True)
class FileReading:
    """What one file held: rates, single answers, and what was refused."""

    path: Path
    format: str | None
    """Name of the importer that read it; None where none recognised it."""
    rates: list[RawRate] = field(default_factory=list)
    answers: list[RawAnswers] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    n_rejected: int = 0
    """Rates that were read and refused; each has a problem."""

    def reject(self, line: int | None, name: str, reason: str) -> None:
        """Count one refused rate and keep the reason."""
        self.n_rejected += 1
        self.problems.append(Problem(line, name, reason))


class Importer(Protocol):
    """One source format. `NAME` is what --format and the report call it."""

    NAME: str

    def recognises(self, sniff: Sniff) -> bool:
        """True where this importer can read the file."""
        ...

    def wanted(self, sniff: Sniff) -> str:
        """What a file must have to be recognised, and what this one has instead, in words."""
        ...

    def runs(self, files: Sequence[Path]) -> Iterable[Run]:
        """The recognised files (sorted) as runs; each stands in one run, as main file or as part."""
        ...

    def read(self, run: Run, sheet: SourceSheet) -> Iterable[FileReading]:
        """A reading per file, in the order of `run.files`; never raises for bad content.

        Where the main file cannot be used, the parts may be left out.
        """
        ...


def number(value: Any) -> float | None:
    """A float, or None for what stands for 'nothing' in published files ('', 'N/A', None, NaN).

    Raises ValueError or TypeError for anything else that is no number.
    """
    if value is None or (isinstance(value, str) and value.strip().lower() in {"", "n/a", "na", "nan", "none", "-"}):
        return None
    result = float(value)
    return None if result != result else result
