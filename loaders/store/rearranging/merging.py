"""Several sets as one: a row that two of them hold once, parts of answers as they are where they can be."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import pandas as pd

from analysis.records import CONTROL
from analysis.tables import ANSWERS, MODEL_FACTS, RATES
from loaders.files.whole_folder import Contents, sha256_of
from loaders.store.errors import StoreError
from loaders.store.manifest import NO_LICENCE, own_source
from loaders.store.set_folder import SetFolder
from loaders.store.source_sheet import EvaluationSheet, SourceSheet
from loaders.store.tables.answers import StoredAnswers, part_of

_ONE_SOURCE = ("origin", "source", "licence", "url", "commit", "citation")
"""Fields of a sheet that a set has one of."""
_GIVEN_BY_SHEET = ("result_set", "origin", "source", "licence")
_ANSWERED = (
    "option_logprobs", "matching_probability", "answered_matching", "total_option_mass", "value", "missing_reason",
)  # fmt: skip
"""What two rows for one question must agree on."""
_CELL = ["checkpoint", "metric", "run_settings"]
_DIGITS = 12
_APART = "Keep the sets apart, or leave the row out of one of them."


@dataclass(frozen=True, slots=True)
class Merged:
    """What the new set is to hold."""

    rates: pd.DataFrame
    answers: Contents
    sheet: SourceSheet
    files: Mapping[str, str]
    """Imported file -> SHA-256."""
    extra: Mapping[str, bytes]


def merged(sets: Sequence[SetFolder], into: str, sheet: SourceSheet | None) -> Merged:
    """The rows of these sets. `sheet` says where they come from; without it they must have one source.

    Raises StoreError where a set is damaged, where the sources differ, where controls would mix with real models, and
    where two sets say different things of one row, one checkpoint, one evaluation or one further file.
    """
    joined = joined_sheet([each.manifest().sheet() for each in sets], [each.name for each in sets], into, sheet)
    rates = _rates(sets, into, joined if sheet is not None else None)
    files = _files({each.name: each.manifest().files for each in sets})
    return Merged(rates, _answers(sets), joined, files, _extras(sets))


def joined_sheet(
    sheets: Sequence[SourceSheet], names: Sequence[str], into: str, given: SourceSheet | None = None
) -> SourceSheet:
    """The sheet of a set merged of the sets `names`; `given` is what the user says it is. Raises StoreError."""
    controls = {each.origin == CONTROL for each in ([given] if given else []) + [*sheets]}
    if len(controls) > 1:
        raise StoreError("Control models and real ones are never in one set.", "Merge sets of one kind.")
    if given is not None:
        return given
    for field in _ONE_SOURCE:
        said = {getattr(each, field): name for each, name in zip(sheets, names, strict=True)}
        if len(said) > 1:
            (a, first), (b, second), *_ = said.items()
            raise StoreError(
                f"Sets '{first}' and '{second}' have different sources: {field} {a!r:.80} and {b!r:.80}.",
                "Say what the merged set's source is: --source SHEET.toml",
            )
    notes = dict.fromkeys(each.note for each in sheets if each.note)
    styles = {each.prompt_style for each in sheets}
    return replace(
        sheets[0], title=into, note=" ".join(notes), date=max(each.date for each in sheets),
        prompt_style=styles.pop() if len(styles) == 1 else None, evaluations=_evaluations(sheets, names),
    )  # fmt: skip


def _evaluations(sheets: Sequence[SourceSheet], names: Sequence[str]) -> dict[str, EvaluationSheet]:
    found: dict[str, EvaluationSheet] = {}
    for sheet, name in zip(sheets, names, strict=True):
        for evaluation, said in sheet.evaluations.items():
            if found.setdefault(evaluation, said) != said:
                raise StoreError(
                    f"Set '{name}' says otherwise than another what evaluation '{evaluation}' means.",
                    "Say it in a sheet for the merged set: --source SHEET.toml",
                )
    return found


def _rates(sets: Sequence[SetFolder], into: str, sheet: SourceSheet | None) -> pd.DataFrame:
    rates = pd.concat([each.rates() for each in sets], ignore_index=True)
    _agree(rates, ["checkpoint"], MODEL_FACTS, "checkpoint")
    _agree(rates, ["evaluation"], ["behavior"], "evaluation")
    values = [name for name in RATES.names if name not in (*RATES.key, *_GIVEN_BY_SHEET)]
    rates = _once(rates, RATES.key, values).assign(result_set=into)
    if sheet is not None:
        return rates.assign(
            origin=sheet.origin, source=sheet.source or own_source(into), licence=sheet.licence or NO_LICENCE
        )
    own = rates["source"].isin([own_source(each.manifest().name) for each in sets])
    return rates.assign(source=rates["source"].mask(own, own_source(into)))


def _agree(rates: pd.DataFrame, key: list[str], facts: Sequence[str], what: str) -> None:
    """Do all sets say the same facts of a thing?"""
    different = rates.drop_duplicates([*key, *facts])
    twice = different[different.duplicated(key)]
    if len(twice):
        first = twice.iloc[0]
        rows = different[different[key[0]] == first[key[0]]]
        name = next(name for name in facts if rows[name].nunique(dropna=False) > 1)
        a, b = rows.iloc[0], rows.iloc[1]
        raise StoreError(
            f"Sets '{a['result_set']}' and '{b['result_set']}' say different things of {what} '{first[key[0]]}': "
            f"{name} {a[name]} and {b[name]}.",
            "Import one of them again with the same facts (--models, --source).",
        )


def _once(rows: pd.DataFrame, key: Sequence[str], values: Sequence[str]) -> pd.DataFrame:
    """The rows in the order of their keys, each once. Raises StoreError where two of one key have different values."""
    compared = pd.DataFrame({name: _comparable(rows[name]) for name in (*key, *values)})
    rows, compared = (each[~compared.duplicated()] for each in (rows, compared))
    twice = compared.duplicated(list(key), keep=False)
    if twice.any():
        _refuse_row(rows[twice], compared[twice], key, values)
    return rows.sort_values(list(key), ignore_index=True)


def _refuse_row(rows: pd.DataFrame, compared: pd.DataFrame, key: Sequence[str], values: Sequence[str]) -> None:
    first = compared.iloc[0]
    same = compared[list(key)].eq(first[list(key)]) | (compared[list(key)].isna() & first[list(key)].isna())
    a, b = (rows[same.all(axis=1)].iloc[at] for at in (0, 1))
    differ = compared[same.all(axis=1)]
    name = next(name for name in values if differ[name].nunique(dropna=False) > 1)
    place = ", ".join(str(a[each]) for each in key if not pd.isna(a[each]))
    raise StoreError(f"Two sets hold different values of one row ({place}): {name} {a[name]} and {b[name]}.", _APART)


def _comparable(values: pd.Series) -> pd.Series:
    if values.dtype == "Float64":
        return values.round(_DIGITS)
    return values.map(_hashable) if values.dtype == object else values


def _hashable(value: Any) -> Any:
    return None if value is None else tuple(value)


def _answers(sets: Sequence[SetFolder]) -> dict[str, Any]:
    """Parts of all sets; those of an evaluation are read only where two sets answered for one cell."""
    by_evaluation: dict[str, list[Contents]] = {}
    for each in sets:
        folders: dict[str, dict[str, Any]] = {}
        for file, content in (each.answer_files() or {}).items():
            folders.setdefault(file.rpartition("/")[0], {})[file] = content
        for folder, parts in folders.items():
            by_evaluation.setdefault(folder, []).append(parts)
    joined: dict[str, Any] = {}
    for several in by_evaluation.values():
        joined |= _one_evaluation(several)
    return joined


def _one_evaluation(several: Sequence[Contents]) -> Contents:
    different = {tuple(sorted((file, sha256_of(part)) for file, part in parts.items())): parts for parts in several}
    several = list(different.values())
    cells = [StoredAnswers(parts).frame(None, _CELL).drop_duplicates() for parts in several]
    if not pd.concat(cells).duplicated().any():
        return {file: content for parts in several for file, content in parts.items()}
    rows = pd.concat([StoredAnswers(parts).frame() for parts in several], ignore_index=True)
    return dict([part_of(_once(rows, ANSWERS.key, _ANSWERED))])


def _files(of_sets: Mapping[str, Mapping[str, str]]) -> dict[str, str]:
    """Imported files of all sets; one whose name another has for other bytes gets its set's name behind it."""
    found: dict[str, str] = {}
    for name, files in of_sets.items():
        for file, digest in files.items():
            same = found.setdefault(file, digest) == digest
            found |= {} if same else {f"{file} ({name})": digest}
    return found


def _extras(sets: Sequence[SetFolder]) -> dict[str, bytes]:
    found: dict[str, bytes] = {}
    for each in sets:
        for file, content in each.extras().items():
            if found.setdefault(file, content) != content:
                raise StoreError(f"Set '{each.name}' and another hold different files {file}.", _APART)
    return found
