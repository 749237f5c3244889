"""Other methods beside a finding: which findings are asked for, the rows each was tested on, what is said of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd

from analysis.errors import ScalewatchError, TableError, UnknownNameError
from analysis.findings.drafts import place_of
from analysis.findings.finding import Finding
from analysis.findings.series import RateRow, rate_rows
from analysis.findings.single_answers import SingleAnswers, item_frame
from analysis.other_methods.other_method import OtherMethod
from analysis.verdicts import Axis

COLUMNS = ("behavior", "family", "model", "n_params", "rlhf_steps", "n", "mean", "se")
REMEDY = "Store the set again: scalewatch findings --refresh"


def findings_named(
    findings: Sequence[Finding], behavior: str, *, family: str | None = None, axis: Axis = "size"
) -> list[Finding]:
    """Of a set's findings those of a behaviour (or evaluation) along an axis that were tested.

    `family` is a series or a family ('Qwen1.5 chat', 'Qwen1.5'); None for all. Raises ScalewatchError where there is
    none, with what there is instead.
    """
    along = [finding for finding in findings if finding.result.axis == axis]
    mine = [finding for finding in along if behavior in (finding.behavior, finding.evaluation)]
    if not mine:
        raise UnknownNameError.of(f"behaviour along {axis}", behavior, sorted({f.behavior for f in along}))
    if family is not None:
        named = [f for f in mine if f.name == family] or [f for f in mine if f.family == family]
        if not named:
            raise UnknownNameError.of("family", family, sorted({f.name for f in mine}))
        mine = named
    tested = [finding for finding in mine if finding.result.p is not None]
    if not tested:
        first = mine[0]
        raise ScalewatchError(
            f"No series of '{first.title}' was tested: {first.name}: {first.result.reason}.",
            "Run scalewatch findings to see which series are",
        )
    return tested


def rows_of_test(finding: Finding, rates: pd.DataFrame, answers: pd.DataFrame | None = None) -> pd.DataFrame:
    """The table for `detect` that the finding was tested on: its placed points that carry no mark.

    `rates` and `answers` are the RATES and ANSWERS rows of the finding's set. A finding on single answers gets item
    rows (behavior, family, model, n_params, rlhf_steps, item_id, p_match, label, cluster), any other COLUMNS. Raises
    TableError where a point has no row there, or no answers.
    """
    rows = _rows(finding, rates)
    places = {at: place_of(row, finding.result.axis) for at, row in enumerate(rows)}
    if finding.on_answers:
        items = None if answers is None else SingleAnswers.of(answers).of_rows(rows)
        if items is None:
            raise TableError(
                f"'{finding.title}' in {finding.name} was tested on single answers, which are not all there.",
                REMEDY,
            )
        return item_frame(items, places, finding.behavior, finding.name)
    means: list[dict[str, Any]] = [
        {
            "behavior": finding.behavior, "family": finding.name, "model": place.model,
            "n_params": place.parameter_count,
            "rlhf_steps": int(place.steps), "n": row.n, "mean": row.matching_rate, "se": row.standard_error,
        }
        for row, place in zip(rows, places.values(), strict=True)
    ]  # fmt: skip
    return pd.DataFrame(means, columns=list(COLUMNS)).astype({"n": float, "se": float})


def _rows(finding: Finding, rates: pd.DataFrame) -> list[RateRow]:
    """The RATES rows of the tested points, in their order."""
    asked = (rates["evaluation"] == finding.evaluation) & (rates["run_settings"] == finding.prompt_style)
    known = {row.checkpoint: row for row in rate_rows(rates[asked])}
    tested = [point.checkpoint for point in finding.points if point.x is not None and not point.mark]
    lost = [checkpoint for checkpoint in tested if checkpoint not in known]
    if lost:
        raise TableError(
            f"The rates hold no row of {lost[0]} on {finding.evaluation} ({finding.prompt_style}).", REMEDY
        )
    return [known[checkpoint] for checkpoint in tested]


def other_methods_of(finding: Finding, rates: pd.DataFrame, answers: pd.DataFrame | None = None) -> list[OtherMethod]:
    """What the usual methods say of exactly the rows the finding was tested on.

    Statsmodels is imported here, which takes seconds. Raises TableError for a finding that was not tested.
    """
    if finding.result.p is None:
        raise TableError(
            f"'{finding.title}' in {finding.name} was not tested: {finding.result.reason}.", "Choose a series that was."
        )
    from analysis.other_methods.methods import other_methods

    axis = finding.result.axis
    return other_methods(rows_of_test(finding, rates, answers), finding.behavior, finding.name, axis=axis)
