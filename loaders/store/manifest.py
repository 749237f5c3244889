"""What a result set says of itself: where its numbers come from, hashes of its files."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from analysis.records import CONTROL
from loaders.store.source_sheet import EvaluationSheet, SourceSheet

NO_LICENCE = "licence not stated"
SET_NAME = re.compile(r"[a-z0-9][a-z0-9_-]*")
"""What a result set may be called."""


def own_source(name: str) -> str:
    """Source of results that came without a source sheet."""
    return f"imported into {name}"


@dataclass(frozen=True, slots=True, kw_only=True)
class SetInfo:
    """What a set's manifest says."""

    name: str
    title: str
    source: str
    url: str
    commit: str
    licence: str
    date: str
    """Date of the results (ISO), as the source sheet gives it."""
    citation: str
    note: str
    origin: str
    prompt_style: str | None
    stored: str
    """Date the set was stored, ISO."""
    n_rates: int
    n_answers: int
    data_hash: str
    """First 6 hex digits of the SHA-256 of rates.csv: the hash shown on charts and in links."""
    method_version: str
    """Version of the method that computed findings.json."""
    hashes: dict[str, str] = field(default_factory=dict)
    """File of the set -> SHA-256."""
    files: dict[str, str] = field(default_factory=dict)
    """Imported file (name only) -> SHA-256."""
    evaluations: dict[str, dict[str, Any]] = field(default_factory=dict)
    """The source sheet's facts about evaluations, so that a later import means the same."""

    def sheet(self) -> SourceSheet:
        """The source sheet the set was stored with (evaluations included)."""
        names = ("title", "source", "url", "commit", "licence", "date", "citation", "note", "origin", "prompt_style")
        said = {name: getattr(self, name) for name in names}
        unsaid = {"title": self.name, "source": own_source(self.name), "licence": NO_LICENCE}
        said |= {name: "" for name, word in unsaid.items() if said[name] == word}
        entries = {name: EvaluationSheet(**entry) for name, entry in self.evaluations.items()}
        return SourceSheet(**said, evaluations=entries)

    @property
    def is_control(self) -> bool:
        """True for control models and made-up answers: never evidence about real models."""
        return self.origin == CONTROL

    @property
    def is_users_own(self) -> bool:
        """True where no source sheet names a source: somebody's own results."""
        return self.source == own_source(self.name)
