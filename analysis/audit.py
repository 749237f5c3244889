"""The audit of one finding: the rows it was tested on, under the usual alternatives."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from analysis.errors import TableError
from analysis.findings import Finding

if TYPE_CHECKING:
    from analysis.alternatives import Alternative

COLUMNS = ("behavior", "family", "model", "n_params", "rlhf_steps", "n", "mean", "se")


def rows_of_test(finding: Finding, rates: pd.DataFrame) -> pd.DataFrame:
    """The table for `detect` that the finding was tested on: its placed points that carry no mark.

    `rates` are the RATES rows of the finding's set; standard errors and sizes are taken from there. Columns:
    behavior, family, model, n_params, rlhf_steps, n, mean, se. Raises TableError where a point has no row there.
    """
    on_size = finding.result.axis == "size"
    columns = ("checkpoint", "evaluation", "prompt_style", "parameter_count", "standard_error")
    known = {tuple(row[:3]): row[3:] for row in zip(*(rates[name].tolist() for name in columns), strict=True)}
    rows: list[dict[str, Any]] = []
    for point in finding.points:
        if point.x is None or point.mark:
            continue
        at = (point.checkpoint, finding.evaluation, finding.prompt_style)
        if at not in known:
            raise TableError(
                f"The rates hold no row of {point.checkpoint} on {finding.evaluation} ({finding.prompt_style}). "
                "Store the set again: scalewatch findings --refresh"
            )
        size, error = known[at]
        rows.append(
            {
                "behavior": finding.behavior, "family": finding.name,
                "model": point.checkpoint if on_size else point.checkpoint.partition("@")[0],
                "n_params": 1.0 if pd.isna(size) else float(size), "rlhf_steps": 0 if on_size else int(point.x),
                "n": point.n_questions, "mean": point.rate, "se": None if pd.isna(error) else float(error),
            }
        )  # fmt: skip
    return pd.DataFrame(rows, columns=list(COLUMNS)).astype({"n": float, "se": float})


def audit(finding: Finding, rates: pd.DataFrame) -> list[Alternative]:
    """What the usual methods say of exactly the rows the finding was tested on.

    Statsmodels is imported here, which takes seconds. Raises TableError for a finding that was not tested.
    """
    if finding.result.p is None:
        raise TableError(
            f"'{finding.title}' in {finding.name} was not tested: {finding.result.reason}. Choose a series that was."
        )
    from analysis.alternatives import alternatives

    axis = finding.result.axis
    return alternatives(rows_of_test(finding, rates), finding.behavior, finding.name, axis=axis)
