"""What the files hold beside what the set holds: new rows are added, what clashes is refused, the first is kept."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import pandas as pd

from analysis.tables import RATES
from loaders.files.whole_folder import Contents
from loaders.importing.gathered import Gathered
from loaders.importing.merge_answers import EvaluationAnswers
from loaders.importing.merge_questions import EvaluationQuestions
from loaders.importing.packed import PackedAnswers
from loaders.importing.protocol import Problem
from loaders.store.source_sheet import SourceSheet
from loaders.store.tables.answers import PARTS as ANSWER_PARTS
from loaders.store.tables.answers import StoredAnswers
from loaders.store.tables.questions import PARTS as QUESTION_PARTS
from loaders.store.tables.questions import read_questions


def merged_rates(gathered: Gathered, before: pd.DataFrame | None) -> pd.DataFrame:
    """All rates of the set, in a fixed order; the report says what was kept and what was refused."""
    there: dict[tuple[str, ...], float | None] = {} if before is None else dict(_keys_and_rates(before))
    first: dict[tuple[str, ...], str] = {}
    files, taken = gathered.report.files, []
    names = [file.path.replace("\\", "/").rpartition("/")[2] for file in files]
    for at, (key, rate) in zip(gathered.rates.index, _keys_and_rates(gathered.rates), strict=True):
        place = gathered.places[at]
        if key not in there:
            there[key], first[key] = rate, names[place.file]
            taken.append(at)
        elif not _same(there[key], rate):
            files[place.file].reject(Problem(place.line, key[1], _clash(key, there[key], rate, first.get(key))))
            continue
        files[place.file].kept += 1
    new = gathered.rates.loc[taken]
    if before is not None and new.empty:
        return before
    every = new if before is None or before.empty else pd.concat([before, new])
    return every.sort_values(list(RATES.key), kind="stable", ignore_index=True)


def merged_answers(gathered: Gathered, before: Contents) -> Contents:
    """The set's files of answers; those of an evaluation to which nothing is added stay as they are."""
    files = dict(before)
    for evaluation, packed in _by_evaluation(gathered).items():
        answers = EvaluationAnswers(evaluation, StoredAnswers(before))
        for file, each in packed:
            report = gathered.report.files[file]
            refused = answers.add(each)
            report.kept += each.size - len(refused)
            for problem in refused:
                report.reject(problem)
        if answers.has_more:
            for old in ANSWER_PARTS.among_evaluation(before, evaluation):
                del files[old]
            name, content = answers.part()
            files[name] = content
    return files


def merged_questions(gathered: Gathered, before: Contents, sheet: SourceSheet, licence: str) -> Contents:
    """The set's files of questions, with those of the files beside; the report says where a text differs."""
    files = dict(before)
    for evaluation, packed in _by_evaluation(gathered).items():
        stored = QUESTION_PARTS.among_evaluation(before, evaluation)
        questions = EvaluationQuestions(read_questions(before, evaluation) if stored else None)
        for file, each in packed:
            rows = each.questions(licence, may_leave_machine=sheet.may_leave_machine)
            if rows is not None and (problem := questions.add(rows)):
                gathered.report.files[file].problems.append(problem)
        if questions.has_more:
            for old in stored:
                del files[old]
            name, content = questions.part()
            files[name] = content
    return files


def _by_evaluation(gathered: Gathered) -> Mapping[str, list[tuple[int, PackedAnswers]]]:
    found: dict[str, list[tuple[int, PackedAnswers]]] = {}
    for file, each in gathered.answers:
        found.setdefault(each.evaluation, []).append((file, each))
    return dict(sorted(found.items()))


def _keys_and_rates(rates: pd.DataFrame) -> Iterable[tuple[tuple[str, ...], float | None]]:
    keys = zip(*(rates[name].tolist() for name in RATES.key), strict=True)
    values = rates["matching_rate"].astype(object).where(rates["matching_rate"].notna(), None).tolist()
    return zip(keys, values, strict=True)


def _same(one: float | None, other: float | None) -> bool:
    return one == other or (one is not None and other is not None and abs(one - other) <= 1e-12)


def _clash(key: tuple[str, ...], there: float | None, rate: float | None, source: str | None) -> str:
    checkpoint, evaluation, _, settings = key
    rates = ["no share" if each is None else f"{each:.4f}" for each in (there, rate)]
    return (
        f"{checkpoint} already has the rate {rates[0]} on {evaluation} ({settings}), from "
        f"{source or 'an earlier import'}; this file says {rates[1]}. Repeats are not averaged: the first is kept; use "
        "another set for this one"
    )
