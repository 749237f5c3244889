"""One set's files: every byte against its hash, every table against its schema, counts against the manifest."""

from __future__ import annotations

from collections.abc import Iterator

import orjson
import pyarrow as pa
import pyarrow.parquet as pq

from analysis.errors import ScalewatchError
from analysis.findings.findings_json import METHOD_VERSION, findings_from_json
from analysis.tables import ANSWERS
from loaders.files.whole_folder import Kept
from loaders.store.errors import Damage, StoreError
from loaders.store.manifest import MANIFEST
from loaders.store.set_folder import SetFolder
from loaders.store.tables.answers import FOLDER, PARTS, SCHEMA, SINGLE_FILE, StoredAnswers
from loaders.store.tables.parts import rows_in
from loaders.store.writing import BEFORE, FINDINGS, RATES_FILE

MADE_OTHERWISE = "Every byte is as it was written, so it was written so: import the set again."


def damage_of(stored: SetFolder) -> list[Damage]:
    """What is damaged, a line a file; empty where all is whole. No more than one part of answers is in memory."""
    found = stored.damage(thorough=True)
    files = {each.file for each in found}
    if MANIFEST in files:
        return found
    for about, of in ((RATES_FILE, _rates), (FINDINGS, _findings), (BEFORE, _before), (FOLDER, _answers)):
        if not any(file == about or file.startswith(f"{about}/") or file == f"{about}.parquet" for file in files):
            found += list(of(stored))
    return found


def _rates(stored: SetFolder) -> Iterator[Damage]:
    try:
        rates = stored.rates()
    except StoreError as error:
        yield Damage(stored.name, RATES_FILE, error.reason.rstrip("."), error.remedy)
        return
    said = stored.manifest().n_rates
    if len(rates) != said:
        yield Damage(stored.name, MANIFEST, f"says {said:,} rates, {RATES_FILE} has {len(rates):,}", MADE_OTHERWISE)


def _findings(stored: SetFolder) -> Iterator[Damage]:
    """Findings of another version of the method are stale, not damaged; their form may be another."""
    content = stored.file(FINDINGS)
    try:
        if stored.manifest().method_version == METHOD_VERSION:
            findings_from_json(content)
        else:
            orjson.loads(content)
    except ValueError as error:
        yield Damage(stored.name, FINDINGS, f"cannot be read ({error})", "Run: scalewatch findings --refresh")


def _before(stored: SetFolder) -> Iterator[Damage]:
    content = stored.findings_before()
    try:
        if content is not None:
            orjson.loads(content)
    except ValueError as error:
        yield Damage(stored.name, BEFORE, f"cannot be read ({error})", MADE_OTHERWISE)


def _answers(stored: SetFolder) -> Iterator[Damage]:
    try:
        answers = stored.answers()
    except StoreError as error:
        yield Damage(stored.name, FOLDER, error.reason.rstrip("."), error.remedy)
        return
    parts = {} if answers is None else {file: part for file, part in answers.files.items() if isinstance(part, Kept)}
    unread = []
    rows = 0
    for file, part in parts.items():
        try:
            fault = _fault_of_part(file, part)
            rows += rows_in(part.path)
        except (OSError, pa.ArrowException) as error:
            fault = f"cannot be read ({error})"
        if fault:
            unread.append(Damage(stored.name, file, fault, MADE_OTHERWISE))
    yield from unread
    if unread:
        return
    said = stored.manifest().n_answers
    if rows != said:
        yield Damage(stored.name, MANIFEST, f"says {said:,} answers, there are {rows:,}", MADE_OTHERWISE)
    if answers is not None:
        yield from _rows(stored, answers)


def _fault_of_part(file: str, part: Kept) -> str:
    """Why a part is none; those of version 1 are read with all their rules further on."""
    if file == SINGLE_FILE:
        return ""
    schema = pq.read_schema(part.path)
    wrong = [field.name for field in SCHEMA if field.name not in schema.names or schema.field(field.name) != field]
    return f"has not the columns of ANSWERS: {', '.join(wrong[:3])}" if wrong else ""


def _rows(stored: SetFolder, answers: StoredAnswers) -> Iterator[Damage]:
    """Rows of each evaluation: in its own folder, inside the bounds, each key once."""
    if SINGLE_FILE in answers.files:
        try:
            ANSWERS.validate(answers.frame())
        except ScalewatchError as error:
            yield Damage(stored.name, SINGLE_FILE, error.reason.rstrip("."), MADE_OTHERWISE)
        return
    folders: dict[str, dict[str, Kept]] = {}
    for file, part in answers.files.items():
        assert isinstance(part, Kept), "answers of a folder are files"
        folders.setdefault(file.rpartition("/")[0], {})[file] = part
    for folder, parts in folders.items():
        if fault := _fault_of_rows(folder, StoredAnswers(parts)):
            yield Damage(stored.name, folder, fault, MADE_OTHERWISE)


def _fault_of_rows(folder: str, answers: StoredAnswers) -> str:
    names = answers.query("SELECT DISTINCT evaluation FROM answers")["evaluation"]
    if strange := [name for name in names if not isinstance(name, str) or PARTS.folder_of(name) != folder]:
        return f"holds rows of evaluation {strange[0]!r:.80}"
    broken = answers.query(f"SELECT {', '.join(_rules())} FROM answers").iloc[0]
    if wrong := [str(name) for name, count in broken.items() if count > 0]:
        return f"column {wrong[0]} holds what it may not in {int(broken[wrong[0]]):,} rows"
    key = ", ".join(f"hash({name})" for name in ANSWERS.key)
    twice = answers.query(f"SELECT count(*) - count(DISTINCT hash({key})) AS twice FROM answers")["twice"][0]
    return f"holds {int(twice):,} rows twice ({', '.join(ANSWERS.key)})" if twice else ""


def _rules() -> list[str]:
    """For every column with a rule the number of rows that break it, as SQL."""
    rules = []
    for column in ANSWERS.columns:
        tests = [f"{column.name} IS NULL"] if column.required else []
        tests += [] if column.low is None else [f"{column.name} < {column.low}", f"isnan({column.name})"]
        tests += [] if column.high is None else [f"{column.name} > {column.high}"]
        if tests:
            rules.append(f"count(*) FILTER (WHERE {' OR '.join(tests)}) AS {column.name}")
    return rules
