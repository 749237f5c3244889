"""The results folder: list, read, write and verify result sets.

<results>/<set>/rates.csv       RATES rows
                answers.parquet ANSWERS rows, where single answers are known
                findings.json   computed when the set is stored; pages only show them
                further files   where a set has any: what was seen in training
                manifest.json   where the numbers come from, hashes of the files above
A set is written into a new folder that then takes the old one's place, so a reader sees the old or the new set, whole.
"""

from __future__ import annotations

import datetime
import hashlib
import io
import json
import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import pandas as pd

from analysis.errors import ScalewatchError, UnknownNameError
from analysis.findings.finding import Finding
from analysis.findings.findings_json import METHOD_VERSION, findings_from_json, findings_to_json
from analysis.tables import ANSWERS, RATES
from loaders.store.answers import measured_answers, parquet_of, row_count
from loaders.store.locks import only_writer
from loaders.store.manifest import NO_LICENCE, SET_NAME, SetInfo, own_source
from loaders.store.source_sheet import SourceSheet
from loaders.store.whole_folder import name_of, standing, write_whole

EXTRA_NAME = re.compile(r"[a-z0-9][a-z0-9_-]*\.[a-z0-9]+")
"""What a further file of a set may be called."""
OWN_FILES = frozenset({"rates.csv", "answers.parquet", "findings.json", "manifest.json"})
"""Files a set has of its own; all others are further files."""


class StoreError(ScalewatchError):
    """A results folder or set that cannot be read or written; the text names the file and the remedy."""


@dataclass(frozen=True, slots=True)
class StoredSet:
    """One set, read whole."""

    info: SetInfo
    rates: pd.DataFrame
    answers: pd.DataFrame | None


@dataclass(frozen=True, slots=True)
class Damage:
    """Something stored that is not as it was written."""

    set: str
    file: str
    reason: str


class Store:
    """One results folder. Reading never changes it."""

    def __init__(self, folder: Path) -> None:
        self.folder = Path(folder)

    def sets(self) -> list[str]:
        """Names of the stored sets, sorted; empty where the folder is not there."""
        if not self.folder.is_dir():
            return []
        names = {name_of(path) for path in self.folder.iterdir() if (path / "manifest.json").is_file()}
        return sorted(name for name in names if name is not None)

    def info(self, name: str) -> SetInfo:
        """The set's manifest. Raises UnknownNameError or StoreError."""
        path = self._path(name) / "manifest.json"
        try:
            return SetInfo(**json.loads(path.read_text(encoding="utf-8")))
        except (OSError, ValueError, TypeError) as error:
            raise StoreError(
                f"{path}: cannot be read ({error}).", "Import the set again or restore the file."
            ) from error

    def rates(self, name: str) -> pd.DataFrame:
        """RATES rows of the set, typed and checked. Raises StoreError where the file was changed or is damaged."""
        path = self._path(name) / "rates.csv"
        self._verify(name, path)
        frame = pd.read_csv(io.BytesIO(path.read_bytes()), dtype=_csv_types(), keep_default_na=False, na_values=[""])
        return RATES.typed(frame.assign(variant=frame["variant"].fillna("")))

    def answers(
        self, name: str, *, evaluation: str | None = None, columns: Sequence[str] | None = None
    ) -> pd.DataFrame | None:
        """ANSWERS rows of the set, of one evaluation where one is named; None where the source published rates only.

        With `columns` only these are read: log-probabilities take most of the memory.
        """
        path = self._path(name) / "answers.parquet"
        if not path.is_file():
            return None
        self._verify(name, path)
        only = None if evaluation is None else [("evaluation", "==", evaluation)]
        if columns is not None:
            return pd.read_parquet(path, columns=list(columns), filters=only)
        return ANSWERS.typed(pd.read_parquet(path, filters=only))

    def read_set(self, name: str) -> StoredSet:
        """Manifest, rates and answers."""
        return StoredSet(self.info(name), self.rates(name), self.answers(name))

    def findings(self, name: str) -> list[Finding]:
        """Findings of the set, as computed when it was stored.

        Raises StoreError where they belong to other rates or to another version of the method: `refresh` computes
        them anew.
        """
        path = self._path(name) / "findings.json"
        self._verify(name, path)
        info = self.info(name)
        if info.method_version != METHOD_VERSION:
            raise StoreError(
                f"{path}: computed by method {info.method_version}, this is {METHOD_VERSION}.",
                "Run: scalewatch findings --refresh",
            )
        return findings_from_json(path.read_bytes())

    def extra(self, name: str, file: str) -> bytes | None:
        """A further file of the set, checked; None where it has none of that name. Raises StoreError where it was
        changed or is missing."""
        if file in OWN_FILES or file not in self.info(name).hashes:
            return None
        path = self._path(name) / file
        self._verify(name, path)
        return path.read_bytes()

    def write_set(
        self,
        name: str,
        *,
        rates: pd.DataFrame,
        answers: pd.DataFrame | bytes | None,
        sheet: SourceSheet,
        files: dict[str, str],
        extra: dict[str, bytes] | None = None,
        anew: bool = False,
    ) -> bool:
        """Store a set whole, with its findings; True where anything changed.

        Answers are a frame, or the Parquet file of rows that were validated before (sweeps hold too many for a frame).
        `extra` are further files, name -> content; None keeps those the set has.
        Where the stored rates and answers are already these, nothing is touched (unless `anew`). Another writer in this
        results folder is waited for. Raises StoreError for a bad name or where the disk fails, LockError where the
        folder cannot be written; what was stored before is then still there.
        """
        from analysis.findings.compute import findings_of

        if not SET_NAME.fullmatch(name):
            raise StoreError(f"Set name {name!r} is not allowed.", "Use lower-case letters, digits, - and _.")
        for file in extra or ():
            if file in OWN_FILES or not EXTRA_NAME.fullmatch(file):
                raise StoreError(
                    f"A further file of a set cannot be called {file!r}.", "Use a name such as training.csv."
                )
        rates = RATES.validate(rates)
        contents = {"rates.csv": rates.to_csv(index=False, float_format=None, lineterminator="\n").encode()}
        if answers is not None:
            contents["answers.parquet"] = answers if isinstance(answers, bytes) else parquet_of(answers)
        with only_writer(self.folder):
            contents |= self._extras(name) if extra is None else extra
            hashes = {file: hashlib.sha256(content).hexdigest() for file, content in contents.items()}
            if not anew and self._holds(name, hashes, sheet):
                return False
            single = measured_answers(contents.get("answers.parquet"))
            findings = [*findings_of(rates, "size", answers=single), *findings_of(rates, "rlhf", answers=single)]
            contents["findings.json"] = findings_to_json(findings)
            hashes["findings.json"] = hashlib.sha256(contents["findings.json"]).hexdigest()
            info = SetInfo(
                name=name, title=sheet.title or name, source=sheet.source or own_source(name), url=sheet.url,
                commit=sheet.commit, licence=sheet.licence or NO_LICENCE, date=sheet.date, citation=sheet.citation,
                note=sheet.note, origin=sheet.origin, prompt_style=sheet.prompt_style,
                stored=datetime.date.today().isoformat(), n_rates=len(rates),
                n_answers=row_count(contents.get("answers.parquet")), data_hash=hashes["rates.csv"][:6],
                method_version=METHOD_VERSION, hashes=hashes, files=files,
                evaluations={key: asdict(entry) for key, entry in sheet.evaluations.items()},
            )  # fmt: skip
            contents["manifest.json"] = (json.dumps(asdict(info), indent=1, sort_keys=True) + "\n").encode()
            path = self.folder / name
            try:
                write_whole(path, contents)
            except OSError as error:
                raise StoreError(
                    f"{path}: cannot be written ({error}).",
                    "Free space or choose another folder with --results; what was stored before is unchanged.",
                ) from error
        return True

    def _extras(self, name: str) -> dict[str, bytes]:
        """Further files of a set as stored, name -> content; none where the set is not there."""
        if name not in self.sets():
            return {}
        stored = {file: self.extra(name, file) for file in self.info(name).hashes}
        return {file: content for file, content in stored.items() if content is not None}

    def refresh(self, name: str) -> None:
        """Compute the set's findings anew, with the method of this version."""
        stored = self.read_set(name)
        self.write_set(
            name,
            rates=stored.rates,
            answers=stored.answers,
            sheet=stored.info.sheet(),
            files=stored.info.files,
            anew=True,
        )

    def stale_sets(self) -> list[str]:
        """Sets whose findings are missing, changed, or of another version of the method; their rates are whole."""
        return [name for name in self.sets() if self._is_stale(name)]

    def _is_stale(self, name: str) -> bool:
        damaged = {each.file for each in self.damage(name)}
        if damaged:
            return damaged == {"findings.json"}
        return self.info(name).method_version != METHOD_VERSION

    def damage(self, name: str) -> list[Damage]:
        """Files of the set that are missing or differ from their hash in the manifest."""
        try:
            info = self.info(name)
        except StoreError as error:
            return [Damage(name, "manifest.json", str(error))]
        found = []
        for file, expected in info.hashes.items():
            path = self._path(name) / file
            if not path.is_file():
                found.append(Damage(name, file, "is missing. Import the set again or restore the file"))
            elif hashlib.sha256(path.read_bytes()).hexdigest() != expected:
                found.append(Damage(name, file, "was changed after it was stored. Import the set again"))
        return found

    def _verify(self, name: str, path: Path) -> None:
        expected = self.info(name).hashes.get(path.name)
        try:
            content = path.read_bytes()
        except OSError as error:
            raise StoreError(
                f"{path}: cannot be read ({error}).", "Import the set again or restore the file."
            ) from error
        if hashlib.sha256(content).hexdigest() != expected:
            raise StoreError(
                f"{path}: was changed after it was stored (its hash is not the manifest's).",
                "Import the set again or restore the file.",
            )

    def _holds(self, name: str, hashes: dict[str, str], sheet: SourceSheet) -> bool:
        """Is the set already stored with these contents, this sheet and this method?

        Hashes of the imported files do not count: they go by file name, and imports of two files with one name would
        change the set in turns.
        """
        if name not in self.sets() or self.damage(name):
            return False
        info = self.info(name)
        data = {file: digest for file, digest in info.hashes.items() if file != "findings.json"}
        record = asdict(sheet) | {
            "title": sheet.title or name,
            "source": sheet.source or own_source(name),
            "licence": sheet.licence or NO_LICENCE,
        }
        del record["only"]  # which columns were read: the rates tell
        same_record = all(getattr(info, key) == value for key, value in record.items())
        return data == hashes and same_record and info.method_version == METHOD_VERSION

    def _path(self, name: str) -> Path:
        """Folder of a set."""
        if (path := standing(self.folder / name)) is not None:
            return path
        raise UnknownNameError.of("result set", name, self.sets(), f"Looked in {self.folder}.")


def _csv_types() -> dict[str, str]:
    return {column.name: column.dtype for column in RATES.columns if column.dtype != "list"}
