"""What a result set says of itself: where its numbers come from, and what its files were when they were written."""

from __future__ import annotations

import json
import re
from dataclasses import asdict, dataclass, field
from functools import lru_cache
from pathlib import Path

from analysis.records import CONTROL
from analysis.tables import SCHEMA_VERSION
from loaders.files.bounded import LARGEST_MANIFEST, FileRefused, json_object, read_bounded
from loaders.files.typed import MisfitError, typed
from loaders.store.errors import NewerVersionError
from loaders.store.source_sheet import EvaluationSheet, SourceSheet

MANIFEST = "manifest.json"
NO_LICENCE = "licence not stated"
SET_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,99}")
"""What a result set may be called."""
_SHEET_FIELDS = (
    "title", "source", "url", "commit", "licence", "date", "citation", "note", "origin", "prompt_style",
    "may_leave_machine",
)  # fmt: skip


def own_source(name: str) -> str:
    """Source of results that came without a source sheet."""
    return f"imported into {name}"


@dataclass(frozen=True, slots=True)
class FileFacts:
    """A file as it was when it was written: where both still hold, it is taken as unchanged until it is checked."""

    size: int
    """Bytes."""
    time: int
    """Time of its last change, nanoseconds."""


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
    """The hash shown on charts and in links: first 6 hex digits of a SHA-256 of the rates."""
    method_version: str
    """Version of the method that computed findings.json."""
    hashes: dict[str, str] = field(default_factory=dict)
    """File of the set -> SHA-256."""
    files: dict[str, str] = field(default_factory=dict)
    """Imported file (name only) -> SHA-256."""
    evaluations: dict[str, EvaluationSheet] = field(default_factory=dict)
    """The source sheet's facts about evaluations, so that a later import means the same."""
    may_leave_machine: bool = False
    """May the text of its questions be shown to others?"""
    schema_version: int = 1
    """Of its files; 1 is what wrote none down."""
    facts: dict[str, FileFacts] = field(default_factory=dict)
    """File of the set -> size and time; none in sets of version 1."""
    before_method: str = ""
    """Version of the method of the findings before; empty where none are kept."""
    before_stored: str = ""
    """Date they were stored, ISO."""

    def sheet(self) -> SourceSheet:
        """The source sheet the set was stored with (evaluations included)."""
        said = {name: getattr(self, name) for name in _SHEET_FIELDS}
        unsaid = {"title": self.name, "source": own_source(self.name), "licence": NO_LICENCE}
        said |= {name: "" for name, word in unsaid.items() if said[name] == word}
        return SourceSheet(**said, evaluations=self.evaluations)

    @property
    def is_control(self) -> bool:
        """True for control models and made-up answers: never evidence about real models."""
        return self.origin == CONTROL

    @property
    def is_users_own(self) -> bool:
        """True where no source sheet names a source: somebody's own results."""
        return self.source == own_source(self.name)

    @property
    def answers_hash(self) -> str:
        """Changes with the set's single answers; empty where it has none."""
        from hashlib import sha256

        named = sorted((file, digest) for file, digest in self.hashes.items() if file.startswith("answers"))
        return sha256(json.dumps(named).encode()).hexdigest() if named else ""

    def as_bytes(self) -> bytes:
        """The manifest as a file."""
        return (json.dumps(asdict(self), indent=1, sort_keys=True) + "\n").encode()


@lru_cache(maxsize=4096)
def info_of(content: bytes, where: Path) -> SetInfo:
    """What a manifest says. Raises FileRefused where it is none, NewerVersionError for one of a newer scalewatch."""
    entry = json_object(content)
    version = entry.get("schema_version", 1)
    if isinstance(version, int) and version > SCHEMA_VERSION:
        raise NewerVersionError.of(where, version)
    try:
        info = typed(SetInfo, entry)
    except MisfitError as error:
        raise FileRefused(f"is no manifest: {error}") from error
    if strange := [file for file in info.hashes if not _stays_inside(file)]:
        raise FileRefused(f"names a file outside the set: {strange[0]!r:.80}")
    return info


def read_manifest(path: Path, root: Path) -> bytes:
    """The bytes of a manifest. Raises FileRefused or OSError."""
    return read_bounded(path, root, LARGEST_MANIFEST)


def _stays_inside(file: str) -> bool:
    parts = file.split("/")
    return all(part not in ("", ".", "..") and "\\" not in part and "\0" not in part for part in parts)
