"""The audit of one finding: the rows it was tested on, under the usual alternatives."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from analysis.errors import TableError
from analysis.findings.drafts import place_of
from analysis.findings.finding import Finding
from analysis.findings.series import RateRow, rate_rows
from analysis.findings.single_answers import SingleAnswers, item_frame

if TYPE_CHECKING:
    from analysis.other_methods.methods import Alternative

COLUMNS = ("behavior", "family", "model", "n_params", "rlhf_steps", "n", "mean", "se")
REMEDY = "Store the set again: scalewatch findings --refresh"


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
                f"'{finding.title}' in {finding.name} was tested on single answers, which are not all there. {REMEDY}"
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
    asked = (rates["evaluation"] == finding.evaluation) & (rates["prompt_style"] == finding.prompt_style)
    known = {row.checkpoint: row for row in rate_rows(rates[asked])}
    tested = [point.checkpoint for point in finding.points if point.x is not None and not point.mark]
    lost = [checkpoint for checkpoint in tested if checkpoint not in known]
    if lost:
        raise TableError(
            f"The rates hold no row of {lost[0]} on {finding.evaluation} ({finding.prompt_style}). {REMEDY}"
        )
    return [known[checkpoint] for checkpoint in tested]


def audit(finding: Finding, rates: pd.DataFrame, answers: pd.DataFrame | None = None) -> list[Alternative]:
    """What the usual methods say of exactly the rows the finding was tested on.

    Statsmodels is imported here, which takes seconds. Raises TableError for a finding that was not tested.
    """
    if finding.result.p is None:
        raise TableError(
            f"'{finding.title}' in {finding.name} was not tested: {finding.result.reason}. Choose a series that was."
        )
    from analysis.other_methods.methods import alternatives

    axis = finding.result.axis
    return alternatives(rows_of_test(finding, rates, answers), finding.behavior, finding.name, axis=axis)
