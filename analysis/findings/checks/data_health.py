"""What to beware of in the data of a set: nothing is damaged, yet a reader of its findings should know."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

import pandas as pd

from analysis.cells.health import MIN_QUESTIONS, mass_warning
from analysis.findings.finding import Finding, Point
from analysis.tables import SHARE

Kind = Literal[
    "constant", "broken", "thin", "incomplete", "low_option_mass", "estimated_size", "unknown_size", "mixed_prompts",
    "other_scale", "duplicate",
]  # fmt: skip
MEANING: dict[Kind, str] = {
    "constant": "a model gives one answer to every question: shown, not tested",
    "broken": "a skill far below chance: shown, not tested",
    "thin": "a rate over too few questions: shown, not tested",
    "incomplete": "many questions have no answer, and the others may differ",
    "low_option_mass": "a model puts little of its probability on the options",
    "estimated_size": "the number of parameters is an estimate",
    "unknown_size": "the maker does not say how many parameters a model has: no place on the size axis",
    "mixed_prompts": "models of one family were asked in different ways: each way is a curve of its own",
    "other_scale": "numbers on a scale that is no share: stored, not tested",
    "duplicate": "two checkpoints have the same rate on every evaluation they share: one may be a copy",
}
"""Kind -> what it means."""
_LEAST_SHARED = 3
"""Evaluations two checkpoints must agree on to every digit before that is no chance."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HealthNote:
    """One thing to beware of."""

    set: str
    kind: Kind
    behavior: str | None
    """None where it concerns all behaviours."""
    evaluation: str | None
    checkpoint: str | None
    """None where it concerns several."""
    reason: str
    """A clause a reader can check."""


def health_of(name: str, findings: Sequence[Finding], rates: pd.DataFrame) -> list[HealthNote]:
    """Notes on the set `name` from its stored findings and RATES rows, each once, in the order of MEANING."""
    found = dict.fromkeys([*_of_findings(name, findings), *_of_rows(name, rates)])
    kinds = list(MEANING)
    return sorted(found, key=lambda n: (kinds.index(n.kind), n.behavior or "", n.evaluation or "", n.checkpoint or ""))


def _of_findings(name: str, findings: Iterable[Finding]) -> Iterator[HealthNote]:
    for finding in findings:
        for point in finding.points:
            for kind, reason in _of_point(point):
                yield HealthNote(
                    set=name, kind=kind, behavior=finding.behavior, evaluation=finding.evaluation,
                    checkpoint=point.checkpoint, reason=reason,
                )  # fmt: skip


def _of_point(point: Point) -> Iterator[tuple[Kind, str]]:
    if point.mark:
        yield _kind_of_mark(point), point.mark
    if point.warning:
        yield "low_option_mass" if point.warning == mass_warning(point.option_mass) else "incomplete", point.warning


def _kind_of_mark(point: Point) -> Kind:
    if point.n_questions is not None and point.n_questions < MIN_QUESTIONS:
        return "thin"
    return "broken" if point.mark.startswith("is far below chance") else "constant"


def _of_rows(name: str, rates: pd.DataFrame) -> Iterator[HealthNote]:
    for about in (_sizes, _mixed_prompts, _other_scale, _twice):
        for kind, behavior, evaluation, checkpoint, reason in about(rates):
            yield HealthNote(
                set=name, kind=kind, behavior=behavior, evaluation=evaluation, checkpoint=checkpoint, reason=reason
            )


_Row = tuple[Kind, str | None, str | None, str | None, str]


def _sizes(rates: pd.DataFrame) -> Iterator[_Row]:
    models = rates.drop_duplicates("checkpoint")
    for row in models[models["parameter_count"].isna()].itertuples():
        yield "unknown_size", None, None, str(row.checkpoint), "the maker does not say how large it is"
    estimated = models["parameter_count"].notna() & models["parameter_count_is_estimate"]
    for row in models[estimated].itertuples():
        yield "estimated_size", None, None, str(row.checkpoint), f"{row.parameter_count:,} parameters are an estimate"


def _mixed_prompts(rates: pd.DataFrame) -> Iterator[_Row]:
    """Families whose models were not all asked in the same ways."""
    keys = ["behavior", "evaluation", "family", "variant", "stage"]
    for (behavior, evaluation, *family), rows in rates.groupby(keys, dropna=False):
        ways = rows.groupby("checkpoint")["run_settings"].agg(frozenset)
        if ways.nunique() > 1:
            said = "; ".join(sorted(set(rows["run_settings"])))
            label = " ".join(filter(None, map(str, family)))
            yield "mixed_prompts", str(behavior), str(evaluation), None, f"{label} was asked in different ways ({said})"


def _other_scale(rates: pd.DataFrame) -> Iterator[_Row]:
    other = rates[rates["unit"] != SHARE]
    for (behavior, evaluation, unit), rows in other.groupby(["behavior", "evaluation", "unit"]):
        yield "other_scale", str(behavior), str(evaluation), None, f"{len(rows)} rows count {unit}, which is no share"


def _twice(rates: pd.DataFrame) -> Iterator[_Row]:
    """Checkpoints whose rates are the very same on everything they share."""
    rows = rates[rates["matching_rate"].notna()]
    places = ["evaluation", "metric", "run_settings"]
    said = {
        str(checkpoint): frozenset(of.itertuples(index=False, name=None))
        for checkpoint, of in rows.set_index("checkpoint")[[*places, "matching_rate"]].groupby(level=0, sort=True)
    }
    seen: dict[frozenset[tuple[object, ...]], str] = {}
    for checkpoint, values in said.items():
        if len(values) >= _LEAST_SHARED and (first := seen.setdefault(values, checkpoint)) != checkpoint:
            yield "duplicate", None, None, checkpoint, f"has the very rates of {first} in all {len(values)} rows"
