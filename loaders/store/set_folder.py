"""One set's folder, read: every file is compared with the manifest before it is believed."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeVar

import pandas as pd

from analysis.errors import TableError
from analysis.findings.finding import Finding
from analysis.findings.findings_json import METHOD_VERSION, findings_from_json
from loaders.files.bounded import FileRefused, read_bounded
from loaders.files.whole_folder import Contents, Kept, standing
from loaders.store.answers import SINGLE_FILE, StoredAnswers, answer_files, parts_of
from loaders.store.errors import RESTORE, Damage, NewerVersionError, StoreError
from loaders.store.file_state import fault
from loaders.store.manifest import MANIFEST, SetInfo, info_of, read_manifest
from loaders.store.questions import PARTS as QUESTION_PARTS
from loaders.store.rates_csv import rates_of
from loaders.store.writing import BEFORE, EXTRA_NAME, FINDINGS, OWN_FILES, RATES_FILE

T = TypeVar("T")
REFRESH = "Run: scalewatch findings --refresh"
_TRIES = 5
"""Another writer can replace the set between two files; then it is read anew."""


@dataclass(frozen=True, slots=True)
class SetFolder:
    """A set called `name` in the results folder `root`."""

    root: Path
    name: str

    @property
    def path(self) -> Path:
        """Where its files are now."""
        return standing(self.root / self.name) or self.root / self.name

    def manifest(self) -> SetInfo:
        """What the manifest says, as it was written. Raises NewerVersionError or StoreError."""
        where = self.path / MANIFEST
        try:
            return info_of(read_manifest(where, self.root), where)
        except (OSError, FileRefused) as error:
            raise StoreError(f"{where}: cannot be read ({error}).", RESTORE) from error

    def rates(self) -> pd.DataFrame:
        """RATES rows under the folder's name, checked by every rule. Raises StoreError."""
        where = self.path / RATES_FILE
        try:
            rates = rates_of(self.file(RATES_FILE), where)
        except (ValueError, TableError, KeyError) as error:
            raise StoreError(f"{where}: cannot be read ({error}).", RESTORE) from error
        return rates.assign(result_set=pd.Series(self.name, rates.index, dtype="string"))

    def answers(self) -> StoredAnswers | None:
        """The single answers; None where the source published rates only. Raises StoreError."""
        return self._steady(self._answers)

    def answer_files(self) -> Contents | None:
        """Files of answers as they are to be written again: parts are kept, those of version 1 become parts."""
        stored = self.answers()
        if stored is None:
            return None
        return parts_of(stored.frame()) if SINGLE_FILE in stored.files else stored.files

    def question_files(self) -> Contents:
        """Files of questions as they are to be written again: all are kept. Raises StoreError."""
        return self._steady(lambda: self._kept(QUESTION_PARTS.among(self.manifest().hashes)))

    def findings(self) -> list[Finding]:
        """Findings under the folder's name. Raises StoreError where another version of the method computed them."""
        content, said, where = self.file(FINDINGS), self.manifest(), self.path / FINDINGS
        if said.method_version != METHOD_VERSION:
            raise StoreError(f"{where}: computed by method {said.method_version}, this is {METHOD_VERSION}.", REFRESH)
        try:
            findings = findings_from_json(content)
        except ValueError as error:
            raise StoreError(f"{where}: cannot be read ({error}).", REFRESH) from error
        return findings if said.name == self.name else [replace(each, result_set=self.name) for each in findings]

    def extra(self, file: str) -> bytes | None:
        """A further file; None where it has none of that name. Raises StoreError."""
        if file in OWN_FILES or not EXTRA_NAME.fullmatch(file) or file not in self.manifest().hashes:
            return None
        return self.file(file)

    def extras(self) -> dict[str, bytes]:
        """All further files, name -> content. Raises StoreError."""
        found = {file: self.extra(file) for file in self.manifest().hashes}
        return {file: content for file, content in found.items() if content is not None}

    def findings_before(self) -> bytes | None:
        """findings.json of the state before, as it was; None where none is kept. Raises StoreError."""
        return self.file(BEFORE) if BEFORE in self.manifest().hashes else None

    def file(self, file: str) -> bytes:
        """A file's bytes, after it was compared with the manifest. Raises StoreError."""
        return self._steady(lambda: self._file(file))

    def damage(self, *, thorough: bool = False) -> list[Damage]:
        """Files that are missing or not as they were written; `thorough`: every byte is read."""
        try:
            info = self.manifest()
        except StoreError as error:
            return [Damage(self.name, MANIFEST, error.reason.rstrip("."), error.remedy)]
        reasons = {
            file: fault(self.path / file, file, info, self.root, thorough=thorough) for file in sorted(info.hashes)
        } | {file: "is not in the manifest" for file in (RATES_FILE, FINDINGS) if file not in info.hashes}
        return [Damage(self.name, file, reason) for file, reason in reasons.items() if reason]

    def is_stale(self) -> bool:
        """Are its findings missing, changed, or of another version of the method, and all else whole?"""
        damaged = {each.file for each in self.damage()}
        if damaged:
            return damaged <= {FINDINGS, BEFORE}
        return self.manifest().method_version != METHOD_VERSION

    def _file(self, file: str) -> bytes:
        path = self.path / file
        if reason := fault(path, file, self.manifest(), self.root):
            raise StoreError(f"{path}: {reason}.", RESTORE)
        try:
            return read_bounded(path, self.root)
        except (OSError, FileRefused) as error:
            raise StoreError(f"{path}: cannot be read ({error}).", RESTORE) from error

    def _answers(self) -> StoredAnswers | None:
        files = self._kept(answer_files(self.manifest().hashes))
        return StoredAnswers(files) if files else None

    def _kept(self, files: list[str]) -> Contents:
        info, path = self.manifest(), self.path
        for file in files:
            if reason := fault(path / file, file, info, self.root):
                raise StoreError(f"{path / file}: {reason}.", RESTORE)
        return {file: Kept(path / file, info.hashes[file]) for file in files}

    def _steady(self, read: Callable[[], T]) -> T:
        for _ in range(_TRIES):
            seen = self._stamp()
            try:
                return read()
            except NewerVersionError:
                raise
            except StoreError:
                if self._stamp() == seen:
                    raise
        return read()

    def _stamp(self) -> tuple[int, int] | None:
        with contextlib.suppress(OSError):
            facts = (self.path / MANIFEST).stat()
            return facts.st_mtime_ns, facts.st_ino
        return None
