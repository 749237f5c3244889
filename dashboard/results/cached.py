"""Cached access to the results folder: the only place with st.cache_*."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd
import streamlit as st

from analysis.catalogue.behaviors import behaviors
from analysis.catalogue.occupations import WINOGENERATED
from analysis.cells.model_facts import ModelFacts, facts_in, facts_of
from analysis.errors import ScalewatchError
from analysis.findings.finding import Finding
from analysis.findings.training_curves import TrainingCurves, training_behaviors, training_curves
from analysis.preferences.agreement import LEAST_SHARED
from analysis.preferences.gender_bias import GenderBias, gender_bias
from analysis.preferences.preference import (
    Preference,
    balanced,
    preferences_from_answers,
    preferences_from_rates,
    two_answers,
)
from analysis.records import Behavior, model_and_revision
from dashboard.results.own_command import json_of
from loaders.models.registry import find_checkpoint, lineage_of
from loaders.store.manifest import SetInfo
from loaders.store.results_folder import find_results_dir
from loaders.store.store import Store

_WATCHED = ("manifest.json", "findings.json")
_FOR_PREFERENCES = (
    "checkpoint", "evaluation", "question_id", "prompt_style", "matching_probability", "matching_position", "cluster"
)  # fmt: skip
"""Columns of ANSWERS a preference is made of."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Results:
    """Everything the pages show, read once."""

    folder: Path
    infos: dict[str, SetInfo] = field(default_factory=dict)
    """Readable sets."""
    findings: tuple[Finding, ...] = ()
    """Findings of all readable sets, both axes."""
    problems: tuple[str, ...] = ()
    """Sets that cannot be read: file, reason and remedy."""

    def along(self, axis: str) -> list[Finding]:
        """Findings along 'size' or 'rlhf'."""
        return [finding for finding in self.findings if finding.result.axis == axis]


def results() -> Results:
    """The results folder as it is now; read again only when a set in it has changed."""
    folder = find_results_dir()
    return _read(str(folder.resolve()), _fingerprint(folder))


def has_training(found: Results, behavior: str, result_set: str) -> bool:
    """Does the set hold several training checkpoints per model for the behaviour?

    Rates that no finding shows are what tells: without them nothing is read. Raises StoreError for rates that cannot
    be read.
    """
    info = found.infos[result_set]
    shown = _n_shown(str(found.folder), result_set, info.hashes.get("findings.json", ""), found)
    if info.n_rates <= shown:
        return False
    return behavior in _with_training(str(found.folder), result_set, info.data_hash)


def curves_of(found: Results, behavior: str, result_set: str) -> tuple[TrainingCurves, ...]:
    """The behaviour along training in the set, an entry per family; raises StoreError as `has_training`."""
    return _curves(str(found.folder), result_set, found.infos[result_set].data_hash, behavior)


def audit_of(found: Results, finding: Finding) -> dict[str, Any]:
    """What other methods say of the finding's rows (see `dashboard.commands.audit.audit_row`).

    Computed by `scalewatch audit` in a process of its own, once per data set and method version. Raises ScalewatchError
    with the command's reason.
    """
    rows = _audits(
        str(found.folder), finding.result_set, found.infos[finding.result_set].hashes.get("findings.json", ""),
        finding.behavior, finding.name, finding.result.axis,
    )  # fmt: skip
    wanted = (finding.family, finding.series, finding.evaluation, finding.prompt_style, finding.metric)
    for row in rows:
        if (row["family"], row["series"], row["evaluation"], row["prompt_style"], row["metric"]) == wanted:
            return row
    raise ScalewatchError(f"{finding.title} in {finding.name} is not among what was computed. Load the page again")


def answered(found: Results, finding: Finding) -> tuple[str, ...]:
    """Models whose single answers to the finding's evaluation, put the same way, the set holds, sorted.

    Raises StoreError for answers that cannot be read.
    """
    info = found.infos[finding.result_set]
    if not info.n_answers:
        return ()
    by_way = _answered(str(found.folder), info.name, info.hashes.get("answers.parquet", ""))
    return by_way.get((finding.evaluation, finding.prompt_style), ())


def comparison_of(found: Results, finding: Finding, first: str, second: str) -> dict[str, Any]:
    """Two models on the finding's questions (see `dashboard.commands.compare.contrast_row`).

    Computed by `scalewatch compare` in a process of its own, once per pair and data set. Raises ScalewatchError with
    the command's reason.
    """
    info = found.infos[finding.result_set]
    return _comparison(
        str(found.folder), info.name, info.hashes.get("answers.parquet", ""), finding.evaluation, finding.prompt_style,
        first, second,
    )  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Preferences:
    """What the models of a set prefer."""

    rows: tuple[Preference, ...]
    models: dict[str, ModelFacts]
    from_answers: bool
    """True: log-likelihoods of single answers, as in the paper. False: rates against one half."""


def sets_with_preferences(found: Results) -> list[str]:
    """Sets in which two models or more answered enough behaviours of two answers to be set side by side."""
    models: dict[tuple[str, str], set[str]] = {}
    for finding in found.findings:
        if _two_answers(finding.behavior, single=found.infos[finding.result_set].n_answers > 0):
            asked = models.setdefault((finding.result_set, finding.behavior), set())
            asked |= {point.checkpoint for point in finding.points if not point.mark}
    shared = [name for (name, _), asked in models.items() if len(asked) > 1]
    return sorted({name for name in shared if shared.count(name) >= LEAST_SHARED})


def preferences_of(found: Results, result_set: str) -> Preferences:
    """From single answers where they cover as many cells as the rates do; raises StoreError as `has_training`."""
    info = found.infos[result_set]
    return _preferences(str(found.folder), result_set, info.data_hash, info.hashes.get("answers.parquet", ""))


def sets_with_pronouns(found: Results) -> list[str]:
    """Sets with single answers to the Winogenerated sentences; answers that cannot be read are for the page to name."""
    return sorted(name for name, info in found.infos.items() if info.n_answers and _has_pronouns(found, info))


def gender_bias_of(found: Results, result_set: str) -> list[tuple[ModelFacts, GenderBias]]:
    """Every model with answers to the Winogenerated sentences; raises StoreError as `sets_with_pronouns`."""
    info = found.infos[result_set]
    return _gender_bias(str(found.folder), result_set, info.data_hash, info.hashes.get("answers.parquet", ""))


def catalogue_entry(slug: str) -> Behavior | None:
    """The behaviour in the catalogue; None where the set brought its own."""
    return behaviors().get(slug)


@st.cache_resource(max_entries=4, show_spinner=False)
def _read(folder: str, fingerprint: tuple[tuple[str, int, int], ...]) -> Results:
    """`fingerprint` is part of the cache key: it changes with the files."""
    store = Store(Path(folder))
    infos: dict[str, SetInfo] = {}
    findings: list[Finding] = []
    problems: list[str] = []
    for name in store.sets():
        try:
            of_set = store.findings(name)
            infos[name] = store.info(name)
        except (ScalewatchError, OSError, ValueError, KeyError, TypeError) as error:
            problems.append(f"{name}: {error}")
            continue
        findings += of_set
    return Results(folder=Path(folder), infos=infos, findings=tuple(findings), problems=tuple(problems))


@st.cache_resource(max_entries=64, show_spinner=False)
def _n_shown(folder: str, name: str, findings_hash: str, _found: Results) -> int:
    """Rates of a set that its findings show."""
    mine = (finding for finding in _found.findings if finding.result_set == name)
    return len({(f.evaluation, f.prompt_style, f.metric, p.checkpoint) for f in mine for p in f.points})


@st.cache_resource(max_entries=2, show_spinner=False)
def _rates(folder: str, name: str, data_hash: str) -> pd.DataFrame:
    """RATES rows of a set; `data_hash` is part of the cache key."""
    return Store(Path(folder)).rates(name)


@st.cache_resource(max_entries=16, show_spinner=False)
def _with_training(folder: str, name: str, data_hash: str) -> frozenset[str]:
    return training_behaviors(_rates(folder, name, data_hash))


@st.cache_resource(max_entries=64, show_spinner=False)
def _curves(folder: str, name: str, data_hash: str, behavior: str) -> tuple[TrainingCurves, ...]:
    return training_curves(_rates(folder, name, data_hash), behavior)


@st.cache_resource(max_entries=64, show_spinner=False)
def _audits(folder: str, name: str, findings_hash: str, behavior: str, family: str, axis: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = json_of(["audit", behavior, "--set", name, "--family", family, "--axis", axis], folder)
    return rows


@st.cache_resource(max_entries=16, show_spinner=False)
def _answered(folder: str, name: str, answers_hash: str) -> dict[tuple[str, str], tuple[str, ...]]:
    """(evaluation, prompt style) -> models."""
    answers = Store(Path(folder)).answers(name, columns=("evaluation", "prompt_style", "checkpoint"))
    if answers is None:
        return {}
    ways = answers.drop_duplicates()
    found: dict[tuple[str, str], tuple[str, ...]] = {}
    for evaluation, style, checkpoint in sorted(ways.itertuples(index=False, name=None)):
        found[evaluation, style] = (*found.get((evaluation, style), ()), checkpoint)
    return found


def _has_pronouns(found: Results, info: SetInfo) -> bool:
    try:
        ways = _answered(str(found.folder), info.name, info.hashes.get("answers.parquet", ""))
    except (ScalewatchError, OSError, ValueError):
        return True
    return any(evaluation == WINOGENERATED for evaluation, _ in ways)


def _two_answers(slug: str, *, single: bool) -> bool:
    """May the behaviour be compared: by its rate, or where there are single answers?"""
    entry = catalogue_entry(slug)
    if entry is None:
        return single
    return two_answers(entry) if single else balanced(entry)


@st.cache_resource(max_entries=16, show_spinner=False)
def _preferences(folder: str, name: str, data_hash: str, answers_hash: str) -> Preferences:
    rates, store = _rates(folder, name, data_hash), Store(Path(folder))
    models = facts_in(rates)
    of_rates = preferences_from_rates(rates, behaviors())
    answers = store.answers(name, columns=_FOR_PREFERENCES)
    if answers is not None:
        named = zip(rates["evaluation"], rates["behavior"], strict=True)
        asked = {str(evaluation): str(slug) for evaluation, slug in named if _two_answers(str(slug), single=True)}
        of_answers = preferences_from_answers(answers, asked)
        if sum(each.sign != 0 for each in of_answers) >= sum(each.sign != 0 for each in of_rates):
            return Preferences(rows=tuple(of_answers), models=models, from_answers=True)
    return Preferences(rows=tuple(of_rates), models=models, from_answers=False)


@st.cache_resource(max_entries=16, show_spinner=False)
def _gender_bias(folder: str, name: str, data_hash: str, answers_hash: str) -> list[tuple[ModelFacts, GenderBias]]:
    answers = Store(Path(folder)).answers(name, evaluation=WINOGENERATED)
    known = facts_in(_rates(folder, name, data_hash))
    found = [] if answers is None else gender_bias(answers)
    return [(known.get(each.checkpoint) or _from_registry(each.checkpoint), each) for each in found]


def _from_registry(checkpoint: str) -> ModelFacts:
    """Facts of a model the set has no rate of."""
    entry = find_checkpoint(*model_and_revision(checkpoint))
    return facts_of(checkpoint, entry, "" if entry is None else lineage_of(entry.family))


@st.cache_resource(max_entries=64, show_spinner=False)
def _comparison(
    folder: str, name: str, answers_hash: str, evaluation: str, style: str, first: str, second: str
) -> dict[str, Any]:
    row: dict[str, Any] = json_of(
        ["compare", first, second, "--set", name, "--evaluation", evaluation, "--prompt-style", style], folder
    )
    return row


def _fingerprint(folder: Path) -> tuple[tuple[str, int, int], ...]:
    """Name, time and size of every file that a page depends on."""
    files = [path for name in _WATCHED for path in sorted(folder.glob(f"*/{name}"))]
    return tuple((str(path.relative_to(folder)), (stat := path.stat()).st_mtime_ns, stat.st_size) for path in files)
