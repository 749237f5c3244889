"""One set's folder, read: every file is compared with the manifest before it is believed."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeVar

import pandas as pd

from analysis.errors import TableError
from analysis.findings.finding import Finding
from analysis.findings.findings_json import METHOD_VERSION, findings_from_json
from loaders.files.bounded import FileRefused, read_bounded
from loaders.files.whole_folder import Contents, Kept, standing
from loaders.store.errors import RESTORE, Damage, StoreError
from loaders.store.file_state import fault
from loaders.store.manifest import MANIFEST, SetInfo, info_of, read_manifest
from loaders.store.tables.answers import FOLDER, SINGLE_FILE, StoredAnswers, answer_files, parts_of
from loaders.store.tables.questions import PARTS as QUESTION_PARTS
from loaders.store.tables.rates_csv import rates_of
from loaders.store.writing import BEFORE, EXTRA_NAME, FINDINGS, OWN_FILES, RATES_FILE

T = TypeVar("T")
REFRESH = "Run: scalewatch findings --refresh"
_TRIES = 100
"""Another writer can replace the set between two files; then it is read anew."""
_UNREADABLE = (ValueError, TypeError, KeyError, ArithmeticError, TableError)
"""What parsing raises where a file of the right hash is of another form."""


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
        return self.steadily(self._manifest)

    def rates(self) -> pd.DataFrame:
        """RATES rows under the folder's name, checked by every rule. Raises StoreError."""
        return self._rates_in(self.file(RATES_FILE))

    def answers(self) -> StoredAnswers | None:
        """The single answers; None where the source published rates only. Raises StoreError."""
        return self.steadily(self._answers)

    def whole(self) -> tuple[SetInfo, pd.DataFrame, pd.DataFrame | None]:
        """Manifest, rates and answers of one state: their bytes are taken together, then read. Raises StoreError."""
        said, rates, parts = self.steadily(lambda: (self._manifest(), self._file(RATES_FILE), self._answer_bytes()))
        return said, self._rates_in(rates), None if parts is None else StoredAnswers(parts).frame()

    def answer_files(self) -> Contents | None:
        """Files of answers as they are to be written again: parts are kept, those of version 1 become parts."""
        stored = self.answers()
        if stored is None:
            return None
        return parts_of(stored.frame()) if SINGLE_FILE in stored.files else stored.files

    def question_files(self) -> Contents:
        """Files of questions as they are to be written again: all are kept. Raises StoreError."""
        return self.steadily(lambda: self._kept(QUESTION_PARTS.among(self._manifest().hashes)))

    def findings(self) -> list[Finding]:
        """Findings under the folder's name. Raises StoreError where another version of the method computed them."""
        return self.findings_and_manifest()[0]

    def findings_and_manifest(self) -> tuple[list[Finding], SetInfo]:
        """Both of one state. Raises as `findings`."""
        said, content = self.steadily(lambda: self._with_manifest(FINDINGS))
        where = self.path / FINDINGS
        if said.method_version != METHOD_VERSION:
            raise StoreError(
                f"{where}: computed by method {said.method_version:.40}, this is {METHOD_VERSION}.", REFRESH
            )
        try:
            findings = findings_from_json(content)
        except ValueError as error:
            raise StoreError(f"{where}: cannot be read ({error}).", REFRESH) from error
        named = self.name
        return [each if each.result_set == named else replace(each, result_set=named) for each in findings], said

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
        return self.steadily(lambda: self._file(file))

    def damage(self, *, thorough: bool = False) -> list[Damage]:
        """Files that are missing or not as they were written; `thorough`: every byte is read."""
        return self.steadily(lambda: self._damage(thorough=thorough))

    def manifest_and_damage(self) -> tuple[SetInfo, list[Damage]]:
        """Both of one state. Raises as `manifest`."""

        def read() -> tuple[SetInfo, list[Damage]]:
            said = self._manifest()
            return said, self._damage_of(said, thorough=False)

        return self.steadily(read)

    def unreadable(self, error: StoreError) -> Damage:
        """Why the manifest cannot be read, as damage."""
        where = self.path / MANIFEST
        reason = error.reason.removeprefix(f"{where}: ").rstrip(".") if os.path.lexists(where) else "is missing"
        return Damage(self.name, MANIFEST, reason, error.remedy)

    def is_stale(self) -> bool:
        """Are its findings missing, changed, or of another version of the method, and all else whole?"""
        return self.steadily(self._is_stale)

    def steadily(self, read: Callable[[], T]) -> T:
        """What `read` returns, all of it from one state of the set: read anew where a writer replaced it meanwhile.

        Raises StoreError as `read` does, or where the set is replaced again and again.
        """
        for _ in range(_TRIES):
            seen = self._stamp()
            try:
                found = read()
            except StoreError:
                if self._stamp() == seen:
                    raise
                continue
            if self._stamp() == seen:
                return found
        raise StoreError(f"{self.path}: was replaced each of {_TRIES} times it was read.", "Try again later.")

    def _manifest(self) -> SetInfo:
        where = self.path / MANIFEST
        try:
            return info_of(read_manifest(where, self.root), where)
        except (OSError, FileRefused) as error:
            raise StoreError(f"{where}: cannot be read ({error}).", RESTORE) from error

    def _rates_in(self, content: bytes) -> pd.DataFrame:
        where = self.path / RATES_FILE
        try:
            rates = rates_of(content, where)
        except _UNREADABLE as error:
            raise StoreError(f"{where}: cannot be read ({error}).", RESTORE) from error
        return rates.assign(result_set=pd.Series(self.name, rates.index, dtype="string"))

    def _damage(self, *, thorough: bool) -> list[Damage]:
        try:
            return self._damage_of(self._manifest(), thorough=thorough)
        except StoreError as error:
            return [self.unreadable(error)]

    def _damage_of(self, info: SetInfo, *, thorough: bool) -> list[Damage]:
        path = self.path
        reasons = {
            file: fault(path / file, file, info, self.root, thorough=thorough) for file in sorted(info.hashes)
        } | {file: "is not in the manifest" for file in (RATES_FILE, FINDINGS) if file not in info.hashes}
        reasons |= dict.fromkeys(self._parts_there() - set(info.hashes), "is not in the manifest and is not read")
        return [Damage(self.name, file, reason) for file, reason in reasons.items() if reason]

    def _is_stale(self) -> bool:
        damage = self._damage(thorough=False)
        return [each.file for each in damage] != [MANIFEST] and is_stale(self._manifest(), damage)

    def _file(self, file: str) -> bytes:
        return self._with_manifest(file)[1]

    def _with_manifest(self, file: str) -> tuple[SetInfo, bytes]:
        said, path = self._manifest(), self.path / file
        if reason := fault(path, file, said, self.root):
            raise StoreError(f"{path}: {reason}.", _remedy(file))
        try:
            return said, read_bounded(path, self.root)
        except (OSError, FileRefused) as error:
            raise StoreError(f"{path}: cannot be read ({error}).", _remedy(file)) from error

    def _answers(self) -> StoredAnswers | None:
        files = self._kept(answer_files(self._manifest().hashes))
        return StoredAnswers(files) if files else None

    def _kept(self, files: list[str]) -> Contents:
        info, path = self._manifest(), self.path
        for file in files:
            if reason := fault(path / file, file, info, self.root):
                raise StoreError(f"{path / file}: {reason}.", RESTORE)
        return {file: Kept(path / file, info.hashes[file]) for file in files}

    def _parts_there(self) -> set[str]:
        """Files of answers and questions that are there, by the set's names for them."""
        path = self.path
        folders = (FOLDER, QUESTION_PARTS.folder)
        return {file.relative_to(path).as_posix() for each in folders for file in (path / each).glob("*/*.parquet")}

    def _answer_bytes(self) -> dict[str, bytes | Kept] | None:
        stored = self._answers()
        return None if stored is None else {file: self._file(file) for file in stored.files}

    def _stamp(self) -> tuple[str, int, int] | None:
        """Changes when the set is replaced, also while its old folder is put aside."""
        path = self.path
        with contextlib.suppress(OSError):
            facts = (path / MANIFEST).stat()
            return path.name, facts.st_mtime_ns, facts.st_ino
        return None


def is_stale(said: SetInfo, damage: Sequence[Damage]) -> bool:
    """Are a set's findings missing, changed, or of another version of the method, and all else whole?"""
    damaged = {each.file for each in damage} & {*said.hashes, RATES_FILE, FINDINGS}
    if damaged:
        return damaged <= {FINDINGS, BEFORE}
    return said.method_version != METHOD_VERSION


def _remedy(file: str) -> str:
    """Findings can be computed anew; all else comes from somewhere else."""
    return REFRESH if file == FINDINGS else RESTORE
