"""Two models on the same questions: paired differences (method, sections 4.1 and 4.6).

The difficulty of a question is common to both answers and cancels in the difference, so a pair says more than
two rates with their intervals.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from scipy.special import stdtr, stdtrit
from scipy.stats import binom

from analysis.errors import TableError

Array = np.ndarray[Any, np.dtype[Any]]
CLUSTER = "cluster"
REMEDY = "Give the rows of one evaluation and one prompt style."


@dataclass(frozen=True, slots=True, kw_only=True)
class Contrast:
    """Second model minus first, over the questions both answered."""

    n_shared: int
    """Questions with a row of both."""
    only_first: tuple[str, ...]
    """Questions only the first model has, sorted; they enter nothing."""
    only_second: tuple[str, ...]
    n_answered: int
    """Shared questions where both have a measured answer; the four counts add up to it."""
    both: int
    """Both models' answers match the behaviour."""
    first_only: int
    second_only: int
    neither: int
    p_exact: float | None
    """McNemar's exact test of first_only against second_only; takes questions as independent."""
    p_mid: float | None
    """The same with half the probability of the table seen (mid-p): less conservative."""
    n_measured: int
    """Shared questions where both have a probability."""
    difference: float | None
    """Mean of p_second - p_first, a difference of shares (-1 to 1)."""
    difference_low: float | None
    """Lower end of its 95 % interval (Student, clusters - 1 degrees of freedom)."""
    difference_high: float | None
    p_difference: float | None
    n_clusters: int | None
    """Independent groups of questions behind the interval; None where each question stands alone."""
    reason: str = ""
    """Why numbers are missing; empty where none is."""


def contrast(first: pd.DataFrame, second: pd.DataFrame, *, clustered: bool = False) -> Contrast:
    """Paired comparison of two models; each frame has a row per question of one evaluation.

    Columns as in ANSWERS: question_id, matching_probability (0-1), answered_matching (null: not measured);
    one of the two last may be absent. With `clustered`, column 'cluster' names questions that belong together
    (the same statement put twice; null: a cluster of its own): differences are summed inside a cluster before
    squaring. Raises TableError for a missing column, a question that appears twice or one whose cluster differs
    between the models.
    """
    one, two = (_by_question(frame, which, clustered) for frame, which in ((first, "first"), (second, "second")))
    shared = one.index.intersection(two.index).sort_values()
    a, b = one.loc[shared], two.loc[shared]
    cluster = _clusters(a, b) if clustered else None
    counts, tests, n_answered = _answers(a, b)
    measured = (a["matching_probability"].notna() & b["matching_probability"].notna()).to_numpy()
    gaps = (b["matching_probability"] - a["matching_probability"]).to_numpy(float, na_value=np.nan)[measured]
    mean, low, high, p, n_clusters = _mean(gaps, None if cluster is None else cluster[measured])
    return Contrast(
        n_shared=len(shared),
        only_first=tuple(one.index.difference(two.index).sort_values()),
        only_second=tuple(two.index.difference(one.index).sort_values()),
        n_answered=n_answered,
        both=counts[0], first_only=counts[1], second_only=counts[2], neither=counts[3],
        p_exact=tests[0], p_mid=tests[1],
        n_measured=int(measured.sum()),
        difference=mean, difference_low=low, difference_high=high, p_difference=p, n_clusters=n_clusters,
        reason=_reason(len(shared), n_answered, len(gaps), n_clusters),
    )  # fmt: skip


def mcnemar(first_only: int, second_only: int) -> tuple[float, float]:
    """Two-sided exact and mid-p values of McNemar's test; both 1 where the models never differ."""
    n, least = first_only + second_only, min(first_only, second_only)
    if n == 0:
        return 1.0, 1.0
    below = float(binom.cdf(least, n, 0.5))
    exact = min(1.0, 2 * below)
    return exact, min(1.0, 2 * below - float(binom.pmf(least, n, 0.5)))


def _by_question(frame: pd.DataFrame, which: str, clustered: bool) -> pd.DataFrame:
    table = f"the answers of the {which} model"
    for column in ("question_id", *((CLUSTER,) if clustered else ())):
        if column not in frame.columns:
            raise TableError.missing_column(column, frame.columns, table)
    known = [name for name in ("matching_probability", "answered_matching") if name in frame.columns]
    if not known:
        raise TableError.missing_column("matching_probability", frame.columns, table)
    twice = frame["question_id"].duplicated(keep=False)
    if twice.any():
        question = frame["question_id"][twice].iloc[0]
        rows = ", ".join(str(row) for row in frame.index[frame["question_id"] == question][:5])
        raise TableError(f"Question '{question}' is there twice in {table} (rows {rows}).", REMEDY)
    columns = {
        "matching_probability": frame.get("matching_probability", pd.Series(pd.NA, index=frame.index)),
        "answered_matching": frame.get("answered_matching", pd.Series(pd.NA, index=frame.index)),
    }
    types = {"matching_probability": "Float64", "answered_matching": "boolean"}
    kept = pd.DataFrame(columns).astype(types)
    p = kept["matching_probability"]
    wrong = (~p.between(0, 1) & p.notna()).to_numpy(bool, na_value=False)
    if wrong.any():
        row = frame.index[wrong][0]
        seen = float(p[wrong].iloc[0])
        raise TableError.bad_value("matching_probability", row, seen, "between 0 and 1", table, "Correct it.")
    if clustered:
        alone = "question " + frame["question_id"].astype(str)
        kept[CLUSTER] = frame[CLUSTER].astype("string").fillna(alone).astype(str)
    return kept.set_axis(frame["question_id"].astype(str))


def _clusters(a: pd.DataFrame, b: pd.DataFrame) -> Array:
    wrong = a[CLUSTER] != b[CLUSTER]
    if wrong.any():
        question = a.index[wrong][0]
        raise TableError(
            f"Question '{question}' is in cluster '{a[CLUSTER][question]}' for the first model and in "
            f"'{b[CLUSTER][question]}' for the second.",
            "Give each question one cluster.",
        )
    return np.asarray(pd.factorize(a[CLUSTER])[0])


def _answers(
    a: pd.DataFrame, b: pd.DataFrame
) -> tuple[tuple[int, int, int, int], tuple[float | None, float | None], int]:
    answered = (a["answered_matching"].notna() & b["answered_matching"].notna()).to_numpy()
    x, y = (each["answered_matching"].to_numpy(bool, na_value=False)[answered] for each in (a, b))
    counts = (int((x & y).sum()), int((x & ~y).sum()), int((~x & y).sum()), int((~x & ~y).sum()))
    tests = mcnemar(counts[1], counts[2]) if len(x) else (None, None)
    return counts, tests, len(x)


def _mean(
    gaps: Array, cluster: Array | None
) -> tuple[float | None, float | None, float | None, float | None, int | None]:
    """Mean difference, 95 % interval, p and number of clusters."""
    if len(gaps) == 0:
        return None, None, None, None, None
    mean = float(gaps.mean())
    away = gaps - mean
    sums = away if cluster is None else np.bincount(cluster, weights=away)[np.unique(cluster)]
    n_clusters = None if cluster is None else len(sums)
    G = len(sums)
    if G < 2:
        return mean, None, None, None, n_clusters
    se = float(np.sqrt(G / (G - 1) * (sums**2).sum()) / len(gaps))
    reach = float(stdtrit(G - 1, 0.975)) * se
    p = 1.0 if mean == 0 else (0.0 if se == 0 else float(2 * stdtr(G - 1, -abs(mean) / se)))
    return mean, mean - reach, mean + reach, p, n_clusters


def _reason(n_shared: int, n_answered: int, n_measured: int, n_clusters: int | None) -> str:
    if n_shared == 0:
        return "no question is shared"
    told = []
    if n_answered == 0:
        told.append("no shared question has a measured answer of both models")
    if n_measured == 0:
        told.append("no shared question has a probability of both models")
    elif (n_measured if n_clusters is None else n_clusters) < 2:
        told.append("an interval needs two shared questions or clusters")
    return "; ".join(told)
