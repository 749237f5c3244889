"""The results folder: list, read, write and verify result sets.

<results>/<set>/rates.csv             RATES rows
                answers/evaluation=…  ANSWERS rows, where single answers are known
                questions/evaluation=…  QUESTIONS rows, where the text of the questions is known
                findings.json         computed when the set is stored; pages only show them
                findings_before.json  those of the state before
                further files         where a set has any: what was seen in training
                manifest.json         where the numbers come from, hashes of the files above
A set is written into a new folder that then takes the old one's place, so a reader sees the old or the new set, whole.
A set is called as its folder is. The sets that come with scalewatch are read beside the user's own, never written.
"""

from __future__ import annotations

import contextlib
import logging
import os
import shutil
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from analysis.errors import UnknownNameError
from analysis.findings.finding import Finding
from loaders.files.locks import only_writer
from loaders.files.whole_folder import Contents, leftovers, name_of, standing
from loaders.store.errors import Damage, NewerVersionError, StoreError
from loaders.store.manifest import MANIFEST, SetInfo
from loaders.store.results_folder import find_results_dir, shipped_results_dir, shows_shipped
from loaders.store.set_folder import SetFolder
from loaders.store.source_sheet import SourceSheet
from loaders.store.tables.answers import StoredAnswers
from loaders.store.tables.questions import read_questions
from loaders.store.undo import forget
from loaders.store.writing import NewSet, write

if TYPE_CHECKING:
    from analysis.trends.family import Progress

_logger = logging.getLogger(__name__)
_LONGEST_NAME = 240
"""Bytes of a folder's name; most file systems take 255, of which a folder put aside needs some."""


@dataclass(frozen=True, slots=True)
class StoredSet:
    """One set, read whole."""

    info: SetInfo
    rates: pd.DataFrame
    answers: pd.DataFrame | None


class Store:
    """One results folder, and the shipped sets beside it. Reading never changes it."""

    def __init__(self, folder: Path, shipped: Path | None = None) -> None:
        """`shipped` is a folder of further sets that are only read; a set of the user's own wins a name."""
        self.folder = Path(folder)
        self.shipped = shipped if shipped is not None and shipped.resolve() != self.folder.resolve() else None

    @classmethod
    def opened(cls, named: Path | None = None) -> Store:
        """The results folder as named, of the environment, or where the user stands; with the shipped sets."""
        return cls(find_results_dir(named), shipped_results_dir() if shows_shipped() else None)

    def sets(self) -> list[str]:
        """Names of the sets, the user's own and the shipped ones, sorted."""
        return sorted({*self.own_sets(), *([] if self.shipped is None else _names(self.shipped))})

    def own_sets(self) -> list[str]:
        """Names of the sets in the results folder itself, sorted; empty where it is not there."""
        return _names(self.folder)

    def is_own(self, name: str) -> bool:
        """Is the set in the results folder itself?"""
        return _is_there(self.folder, name)

    def info(self, name: str) -> SetInfo:
        """The set's manifest, under its folder's name. Raises UnknownNameError, NewerVersionError or StoreError."""
        return replace(self.set_folder(name).manifest(), name=name)

    def rates(self, name: str) -> pd.DataFrame:
        """RATES rows of the set, typed and checked. Raises StoreError where the file was changed or is damaged."""
        return self.set_folder(name).rates()

    def single_answers(self, name: str) -> StoredAnswers | None:
        """The set's single answers, read when asked for; None where the source published rates only.

        Raises StoreError where a file of them was changed or is missing.
        """
        return self.set_folder(name).answers()

    def answers(
        self, name: str, *, evaluation: str | None = None, columns: Sequence[str] | None = None
    ) -> pd.DataFrame | None:
        """ANSWERS rows of the set, of one evaluation where one is named; None where the source published rates only.

        With `columns` only these are read: log-probabilities take most of the memory.
        """
        folder = self.set_folder(name)

        def read() -> pd.DataFrame | None:
            stored = folder.answers()
            return None if stored is None else stored.frame(evaluation, columns)

        return folder.steadily(read)

    def asked(self, name: str) -> pd.DataFrame | None:
        """What the set holds single answers of: evaluation, run settings and checkpoint, sorted; None where the source
        published rates only. Raises StoreError."""
        folder = self.set_folder(name)

        def read() -> pd.DataFrame | None:
            stored = folder.answers()
            return None if stored is None else stored.asked()

        return folder.steadily(read)

    def questions(self, name: str, evaluation: str | None = None) -> pd.DataFrame:
        """QUESTIONS rows of the set, of one evaluation where one is named; no row where the source has no text.

        Raises StoreError where a file of them was changed or is missing.
        """
        return read_questions(self.set_folder(name).question_files(), evaluation)

    def read_set(self, name: str) -> StoredSet:
        """Manifest, rates and answers of one state, also where a writer replaces the set meanwhile."""
        info, rates, answers = self.set_folder(name).whole()
        return StoredSet(replace(info, name=name), rates, answers)

    def findings_and_info(self, name: str) -> tuple[list[Finding], SetInfo]:
        """Findings and manifest of one state. Raises as `findings` and `info`."""
        findings, info = self.set_folder(name).findings_and_manifest()
        return findings, replace(info, name=name)

    def findings(self, name: str) -> list[Finding]:
        """Findings of the set, as computed when it was stored.

        Raises StoreError where they were changed or another version of the method made them: `refresh` computes them
        anew.
        """
        return self.set_folder(name).findings()

    def extra(self, name: str, file: str) -> bytes | None:
        """A further file of the set, checked; None where it has none of that name. Raises StoreError where it was
        changed or is missing."""
        return self.set_folder(name).extra(file)

    def damage(self, name: str, *, thorough: bool = False) -> list[Damage]:
        """Files of the set that are missing or not as they were written; `thorough`: every byte is read."""
        return self.set_folder(name).damage(thorough=thorough)

    def stale_sets(self) -> list[str]:
        """Own sets whose findings are missing, changed, or of another version of the method; their rates are whole."""
        return [name for name in self.own_sets() if SetFolder(self.folder, name).is_stale()]

    def write_set(
        self,
        name: str,
        *,
        rates: pd.DataFrame,
        answers: pd.DataFrame | Contents | None,
        sheet: SourceSheet,
        files: Mapping[str, str],
        questions: Contents | None = None,
        extra: Mapping[str, bytes] | None = None,
        anew: bool = False,
        progress: Progress | None = None,
    ) -> bool:
        """Store a set whole, with its findings; True where anything changed.

        Answers are a frame, or the set's files of them (tables.answers; what is kept stays where it lies), `questions`
        its files of questions (tables.questions), `extra` further files, name -> content; None keeps those the set has.
        Where the stored rates and answers are already these, nothing is touched (unless `anew`). Another writer in this
        results folder is waited for. Raises StoreError for a bad name or where the disk fails, LockError where the
        folder cannot be written, NewerVersionError where a newer scalewatch wrote the set; what was stored before is
        then still there.
        """
        new = NewSet.of(name, rates=rates, answers=answers, sheet=sheet, files=files)
        with self.writing():
            before = self._replaced(name)
            stands = None if before is None else SetFolder(self.folder, name)
            if extra is None:
                extra = stands.extras() if stands else {}
            if questions is None:
                questions = stands.question_files() if stands else {}
            whole = new.with_questions(questions).with_extras(extra)
            changed = write(self.folder / name, whole, before, anew=anew, progress=progress)
            if changed:
                self._forget_undo()
            return changed

    @contextlib.contextmanager
    def writing(self) -> Iterator[None]:
        """Hold the results folder: what is read inside is still so when it is written. What a writer that was killed
        left behind is removed, and said."""
        with only_writer(self.folder):
            for path in leftovers(self.folder):
                _logger.warning("%s: left by a writer that was stopped; removed", path)
                shutil.rmtree(path, ignore_errors=True)
            yield

    def refresh_stale(self, name: str, progress: Progress | None = None) -> bool:
        """As `refresh`, where another process has not done so since; True where findings were computed."""
        if self.is_own(name):
            with self.writing():
                if not SetFolder(self.folder, name).is_stale():
                    return False
                self.refresh(name, progress)
                return True
        self.refresh(name)
        return True

    def _forget_undo(self) -> None:
        try:
            forget(self.folder)
        except OSError as error:
            _logger.warning("%s: what could be undone cannot be removed (%s)", self.folder, error)

    def refresh(self, name: str, progress: Progress | None = None) -> None:
        """Compute the set's findings anew, with the method of this version. Raises StoreError for a shipped set."""
        if not self.is_own(name):
            raise StoreError(f"Set '{name}' comes with scalewatch and is never written.", "Update scalewatch.")
        with self.writing():
            stored = SetFolder(self.folder, name)
            info = stored.manifest()
            self.write_set(
                name, rates=stored.rates(), answers=stored.answer_files(), sheet=info.sheet(), files=info.files,
                anew=True, progress=progress,
            )  # fmt: skip

    def set_folder(self, name: str) -> SetFolder:
        """A set's folder. Raises UnknownNameError."""
        for folder in (self.folder, self.shipped):
            if folder is not None and _is_there(folder, name):
                return SetFolder(folder, name)
        raise UnknownNameError.of("result set", name, self.sets(), f"Looked in {self.folder}.")

    def _replaced(self, name: str) -> SetInfo | None:
        """Manifest of the own set that is to be replaced; None where there is none, or it is damaged.

        Raises NewerVersionError.
        """
        if not self.is_own(name):
            return None
        try:
            return SetFolder(self.folder, name).manifest()
        except NewerVersionError:
            raise
        except StoreError:
            return None


def _names(folder: Path) -> list[str]:
    """Sets of a folder; a folder put aside counts where its place is empty."""
    try:
        names = {name_of(path) for path in folder.iterdir()}
    except OSError:  # not there, or not to be read
        return []
    return sorted(name for name in names if name is not None and _has_manifest(folder / name))


def _has_manifest(path: Path) -> bool:
    place = standing(path)
    return place is not None and os.path.lexists(place / MANIFEST)


def _is_there(folder: Path, name: str) -> bool:
    """Is a folder of this name in it? A name that leads elsewhere is none."""
    plain = name not in ("", ".", "..") and not {"/", "\\", "\0"} & set(name)
    plain = plain and len(os.fsencode(name)) <= _LONGEST_NAME
    return plain and standing(folder / name) is not None
