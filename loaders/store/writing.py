"""A set as it is to be written, and its writing: findings, manifest, a folder that takes the old one's place."""

from __future__ import annotations

import datetime
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from analysis.findings.findings_json import METHOD_VERSION, findings_to_json
from analysis.findings.single_answers import SingleAnswers
from analysis.findings.stored.collection import no_collection
from analysis.tables import RATES, SCHEMA_VERSION
from analysis.verdicts import AXES
from loaders.files.whole_folder import Contents, sha256_of, standing, write_whole
from loaders.store.errors import StoreError
from loaders.store.file_state import facts_of, fault
from loaders.store.manifest import MANIFEST, NO_LICENCE, SET_NAME, SetInfo, own_source
from loaders.store.source_sheet import SourceSheet
from loaders.store.tables.answers import SINGLE_FILE, StoredAnswers, answer_files, parts_of
from loaders.store.tables.parts import rows_in
from loaders.store.tables.rates_csv import csv_of, data_hash_of

if TYPE_CHECKING:
    from analysis.trends.family import Progress

RATES_FILE = "rates.csv"
FINDINGS = "findings.json"
BEFORE = "findings_before.json"
EXTRA_NAME = re.compile(r"[a-z0-9][a-z0-9_-]*\.[a-z0-9]+")
"""What a further file of a set may be called."""
OWN_FILES = frozenset({RATES_FILE, SINGLE_FILE, FINDINGS, BEFORE, MANIFEST})
"""Files a set has of its own, beside its folders; all others are further files."""


@dataclass(frozen=True, slots=True)
class NewSet:
    """What a set is to hold."""

    name: str
    rates: pd.DataFrame
    """RATES rows, validated."""
    sheet: SourceSheet
    files: Mapping[str, str]
    """Imported file -> SHA-256."""
    data: Contents
    """rates.csv and the files of answers and questions."""
    extra: Mapping[str, bytes] = field(default_factory=dict)

    @classmethod
    def of(
        cls,
        name: str,
        *,
        rates: pd.DataFrame,
        answers: pd.DataFrame | Contents | None,
        sheet: SourceSheet,
        files: Mapping[str, str],
    ) -> NewSet:
        """Checked. Raises StoreError for a name that is not allowed, TableError for rows that are not."""
        check_name(name)
        valid = RATES.validate(rates)
        parts = {} if answers is None else parts_of(answers) if isinstance(answers, pd.DataFrame) else answers
        return cls(name, valid, sheet, files, {RATES_FILE: csv_of(valid), **parts})

    def with_questions(self, questions: Contents) -> NewSet:
        """With these files of questions (`loaders.store.tables.questions`)."""
        return replace(self, data={**self.data, **questions})

    def with_extras(self, extra: Mapping[str, bytes]) -> NewSet:
        """With these further files. Raises StoreError for a name that is not allowed."""
        for file in extra:
            if file in OWN_FILES or not EXTRA_NAME.fullmatch(file):
                raise StoreError(
                    f"A further file of a set cannot be called {file!r}.", "Use a name such as training.csv."
                )
        return replace(self, extra=extra)

    @property
    def record(self) -> dict[str, object]:
        """What the manifest says of the source."""
        sheet = self.sheet
        said = {each: getattr(sheet, each) for each in asdict(sheet) if each != "only"}  # columns read: the rates tell
        return said | {
            "title": sheet.title or self.name,
            "source": sheet.source or own_source(self.name),
            "licence": sheet.licence or NO_LICENCE,
        }


def check_name(name: str) -> None:
    """Raises StoreError for a name that no set may have."""
    if not SET_NAME.fullmatch(name):
        raise StoreError(f"Set name {name[:120]!r} is not allowed.", "Use lower-case letters, digits, - and _.")


def write(path: Path, new: NewSet, before: SetInfo | None, *, anew: bool, progress: Progress | None = None) -> bool:
    """Put the set in its place; False where it is there already. `before` is the manifest of what stands there.

    Raises StoreError where the disk fails; what was stored before is then still there.
    """
    contents = {**new.data, **new.extra}
    hashes = {file: sha256_of(content) for file, content in contents.items()}
    old = standing(path)
    if before is not None and old is not None and not anew and _is_stored(old, new, before, hashes):
        return False
    findings = computed_findings(new.rates, new.data, progress)
    contents |= {FINDINGS: findings, **_state_before(old, before, findings)}
    hashes |= {file: sha256_of(contents[file]) for file in (FINDINGS, BEFORE) if file in contents}
    try:
        write_whole(path, contents, last=(MANIFEST, lambda fresh: _manifest(fresh, new, before, hashes)))
    except OSError as error:
        raise StoreError(
            f"{path}: cannot be written ({error}).",
            "Free space or choose another folder with --results; what was stored before is unchanged.",
        ) from error
    return True


def _is_stored(old: Path, new: NewSet, before: SetInfo, hashes: Mapping[str, str]) -> bool:
    """Is the set already there with these contents, this sheet and this method?

    Hashes of the imported files do not count: they go by file name, and imports of two files with one name would change
    the set in turns.
    """
    data = {file: digest for file, digest in before.hashes.items() if file not in (FINDINGS, BEFORE)}
    same_record = before.name == new.name and all(getattr(before, key) == value for key, value in new.record.items())
    if data != hashes or not same_record or before.method_version != METHOD_VERSION or FINDINGS not in before.hashes:
        return False
    return not any(fault(old / file, file, before, old.parent) for file in before.hashes)


@no_collection()
def computed_findings(rates: pd.DataFrame, data: Contents, progress: Progress | None = None) -> bytes:
    """findings.json of RATES rows and a set's files of answers."""
    from analysis.findings.compute import findings_of

    single = _measured(data)
    return findings_to_json(
        [each for axis in AXES for each in findings_of(rates, axis, answers=single, progress=progress)]
    )


_MEASURED = (
    "checkpoint", "evaluation", "question_id", "run_settings", "matching_probability", "answered_matching",
    "total_option_mass", "matching_position", "cluster",
)  # fmt: skip
"""Columns of ANSWERS that findings are made of; log-probabilities take most of the memory."""


def _measured(data: Contents) -> SingleAnswers | None:
    parts = {file: data[file] for file in answer_files(data)}
    return SingleAnswers.of(StoredAnswers(parts).by_evaluation(_MEASURED)) if parts else None


def _state_before(old: Path | None, before: SetInfo | None, findings: bytes) -> dict[str, bytes]:
    """The findings of the state before; where the new ones are the same, those the set has of an earlier one."""
    if old is None or before is None:
        return {}
    kept = BEFORE if before.hashes.get(FINDINGS) == sha256_of(findings) else FINDINGS
    if kept not in before.hashes or fault(old / kept, kept, before, old.parent):
        return {}
    return {BEFORE: (old / kept).read_bytes()}


def _manifest(fresh: Path, new: NewSet, before: SetInfo | None, hashes: Mapping[str, str]) -> bytes:
    answers = [fresh / file for file in answer_files(new.data)]
    same_findings = before is not None and before.hashes.get(FINDINGS) == hashes[FINDINGS]
    info = SetInfo(
        **new.record,  # type: ignore[arg-type]
        name=new.name, stored=datetime.date.today().isoformat(), n_rates=len(new.rates),
        n_answers=sum(map(rows_in, answers)), data_hash=data_hash_of(new.rates), method_version=METHOD_VERSION,
        hashes=dict(hashes), files=dict(new.files), schema_version=SCHEMA_VERSION,
        facts={file: facts_of(fresh / file) for file in hashes},
        before_method="" if before is None else before.before_method if same_findings else before.method_version,
        before_stored="" if before is None else before.before_stored if same_findings else before.stored,
    )  # fmt: skip
    return info.as_bytes()
