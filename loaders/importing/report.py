"""What became of an import: a report of every file and everything that was refused."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from loaders.importing.protocol import Problem


@dataclass(slots=True)
class FileReport:
    """What became of one file."""

    path: str
    format: str | None
    kept: int = 0
    rejected: int = 0
    problems: list[Problem] = field(default_factory=list)

    def reject(self, problem: Problem, rows: int = 1) -> None:
        """Count rows that were refused for one reason."""
        self.rejected += rows
        self.problems.append(problem)


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
