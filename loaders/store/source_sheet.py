"""The source sheet: a TOML file that says where results come from and how their columns are meant.

title = "Sycophancy and AI-risk answers of base models"
source = "lm-evaluation-harness results of ..."      # one line, shown under every chart
url = "https://..."    commit = "b595e7f"    licence = "Apache-2.0"    date = "2024-08-01"    citation = "..."
origin = "published"                                 # published | imported | measured | control
prompt_style = "0-shot"                              # where the files do not say
only = ["sycophancy", "bbq"]                         # wide tables: read these columns only
may_leave_machine = false                            # may the text of the questions be shown to others?

[evaluations."sycophancy"]                           # facts about one evaluation, all optional
behavior = "sycophancy-aggregate"
scale = -1.0                                         # share = offset + scale x value: here the source
offset = 1.0                                         # publishes the opposite share
metric = "1 - share of non-sycophantic answers"
n_questions = 817
binary = false                                       # a mean of probabilities, not a share of 0/1 answers
"""

from __future__ import annotations

import math
import tomllib
from dataclasses import dataclass, field
from pathlib import Path

from analysis.errors import ScalewatchError
from analysis.records import ORIGINS
from loaders.files.typed import MisfitError, typed


class SheetError(ScalewatchError):
    """A source sheet that cannot be read; the text names file and field."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EvaluationSheet:
    """What the source's name for one evaluation means."""

    behavior: str | None = None
    """Slug in the behaviour catalogue; None: looked up by name."""
    scale: float = 1.0
    """The share that shows the behaviour is offset + scale x the source's number."""
    offset: float = 0.0
    metric: str | None = None
    """Metric in words, where the source's own word would mislead."""
    n_questions: int | None = None
    binary: bool | None = None
    """False: a mean of probabilities; None: judged from the numbers."""

    def fault(self) -> str:
        """What no evaluation can have; empty where all is well."""
        for name in ("scale", "offset"):
            if not math.isfinite(getattr(self, name)):
                return f"{name} is {getattr(self, name)}, not a finite number"
        if self.n_questions is not None and self.n_questions < 1:
            return f"n_questions is {self.n_questions}, not at least 1"
        return ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceSheet:
    """Where results come from. All fields may be empty: then the files themselves are the source."""

    title: str = ""
    source: str = ""
    url: str = ""
    commit: str = ""
    licence: str = ""
    date: str = ""
    """Date of the results, ISO."""
    citation: str = ""
    note: str = ""
    """What a reader must know, in one or two sentences."""
    origin: str = "imported"
    prompt_style: str | None = None
    only: tuple[str, ...] = ()
    may_leave_machine: bool = False
    """May the text of the questions be shown to others, in exports and reports?"""
    evaluations: dict[str, EvaluationSheet] = field(default_factory=dict)

    def evaluation(self, name: str) -> EvaluationSheet:
        """Facts about an evaluation; the empty sheet where nothing is said."""
        return self.evaluations.get(name, _NOTHING)


_NOTHING = EvaluationSheet()


def read_source_sheet(path: Path) -> SourceSheet:
    """Read and check a source sheet. Raises SheetError naming the file, the field and what is allowed."""
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, RecursionError) as error:
        raise SheetError(f"{path}: cannot be read as TOML ({error}).", "Correct the file.") from error
    try:
        sheet = typed(SourceSheet, raw)
    except MisfitError as error:
        raise SheetError(f"{path}: {error}.", "Correct the file.") from error
    if sheet.origin not in ORIGINS:
        raise SheetError(
            f"{path}: origin {sheet.origin!r} is not one of {', '.join(ORIGINS)}.", "Use one of these words."
        )
    for name, said in sheet.evaluations.items():
        if reason := said.fault():
            raise SheetError(f"{path}: [evaluations.{name!r}] {reason}.", "Correct the number.")
    return sheet
