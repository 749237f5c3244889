"""Rates with intervals: Wilson for 0/1 answers, logit delta method for probabilities and labels."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from analysis.arrays import expit, logit
from analysis.errors import TableError

Z95 = 1.959963984540054
"""Two-sided 95 % quantile of the standard normal."""
_MISSING = "none: "


@dataclass(frozen=True, slots=True)
class Interval:
    """A rate's interval, or the reason why there is none."""

    low: float | None
    """Lower end, 0-1; None where no interval can be given."""
    high: float | None
    """Upper end, 0-1."""
    level: float | None
    """Coverage the interval aims at, e.g. 0.95."""
    method: str
    """Method in words; where there is no interval, why (see `no_interval_reason`)."""

    @classmethod
    def missing(cls, reason: str) -> Interval:
        """No interval, and why."""
        return cls(None, None, None, f"{_MISSING}{reason}")


def no_interval_reason(ci_method: str) -> str | None:
    """Why a rate has no interval, from the method stored with it; None where the method names one."""
    return ci_method.removeprefix(_MISSING) if ci_method.startswith(_MISSING) else None


def wilson(n_matching: float, n_answered: int) -> Interval:
    """Wilson score interval (95 %) of a share of 0/1 answers (Wilson 1927; Newcombe 1998, method 3).

    Stays inside 0-1, also at 0 and n matches. No answers: no interval.
    """
    if n_answered <= 0:
        return Interval.missing("no question was answered")
    rate, z2 = n_matching / n_answered, Z95**2
    centre = (rate + z2 / (2 * n_answered)) / (1 + z2 / n_answered)
    half = Z95 / (1 + z2 / n_answered) * math.sqrt(rate * (1 - rate) / n_answered + z2 / (4 * n_answered**2))
    return Interval(max(0.0, min(rate, centre - half)), min(1.0, max(rate, centre + half)), 0.95, "Wilson")


def n_from_standard_error(rate: float, standard_error: float) -> int | None:
    """Number of 0/1 answers behind a published share and its standard error; None where they do not fit.

    Harnesses publish se = sqrt(r(1-r)/(n-1)), so n = r(1-r)/se^2 + 1 must come out whole and n*r with it.
    A mean of probabilities, or a rounded standard error, fails that check and gives None.
    """
    if not (0 < rate < 1) or not standard_error > 0 or not standard_error**2 > 0:
        return None
    n = rate * (1 - rate) / standard_error**2 + 1
    whole = round(n)
    if whole < 2 or abs(n - whole) > 1e-6 * whole or abs(rate * whole - round(rate * whole)) > 1e-6 * whole:
        return None
    return whole


def published_rate_interval(
    rate: float, n_questions: int | None, standard_error: float | None, *, binary: bool
) -> Interval:
    """Interval (95 %) of a rate somebody published, with what they published beside it.

    binary and n known: Wilson. Else a standard error: logit delta method, expit(logit r +- 1.96 se/(r(1-r))).
    Else n known: the same with sqrt(r(1-r)/n), an upper bound for a mean of probabilities. Else none, with why.
    """
    if binary and n_questions:
        return wilson(rate * n_questions, n_questions)
    if standard_error is not None and standard_error > 0 and 0 < rate < 1:
        return _logit_interval(rate, standard_error, "logit, standard error of the source")
    if n_questions:
        shrunk = (rate * n_questions + 0.5) / (n_questions + 1)
        bound = math.sqrt(shrunk * (1 - shrunk) / n_questions)
        return _logit_interval(shrunk, bound, "logit, upper bound sqrt(r(1-r)/n)")
    return Interval.missing("the source gives neither question count nor standard error")


def _logit_interval(rate: float, standard_error: float, method: str) -> Interval:
    centre, half = logit(rate), Z95 * standard_error / (rate * (1 - rate))
    return Interval(expit(centre - half), expit(centre + half), 0.95, method)


def probability_interval(
    probabilities: Sequence[float] | np.ndarray,
    labels: Sequence[str] | np.ndarray | None = None,
    clusters: Sequence[str] | np.ndarray | None = None,
) -> tuple[float, Interval]:
    """Mean probability of the matching answer and its interval (95 %), after labels and clusters.

    Each label stratum (which option matches: Yes/No, A/B) weighs the same, so a lean to one answer cancels to first
    order; items of one cluster (the same question asked twice) are summed before squaring. Variance
    S = c sum (w r)^2 + (0.5/(n+1))^2, mean shrunk to (n m + 0.5)/(n + 1), interval on the logit.
    Raises TableError outside 0-1. No items: NaN and no interval.
    """
    p = np.asarray(probabilities, float)
    if len(p) == 0:
        return math.nan, Interval.missing("no question was answered")
    wrong = np.flatnonzero(~((p >= 0) & (p <= 1)))
    if len(wrong):
        raise TableError.bad_value(
            "matching_probability",
            int(wrong[0]),
            float(p[wrong[0]]),
            "between 0 and 1",
            "ANSWERS",
            "Correct the value.",
        )
    stratum = np.zeros(len(p), int) if labels is None else pd.factorize(np.asarray(labels))[0]
    sizes = np.bincount(stratum)
    weights = 1 / (len(sizes) * sizes[stratum])
    means = np.bincount(stratum, p) / sizes
    scores = weights * (p - means[stratum])
    mean, n, n_labels = float((weights * p).sum()), len(p), len(sizes)
    if clusters is None:
        spread = (n / (n - n_labels) if n > n_labels else 1.0) * float((scores**2).sum())
    else:
        group = pd.factorize(np.asarray(clusters))[0]
        sums = np.bincount(group, scores)
        spread = (len(sums) / (len(sums) - 1) if len(sums) > 1 else 1.0) * float((sums**2).sum())
    shrunk = (n * mean + 0.5) / (n + 1)
    standard_error = math.sqrt(spread + (0.5 / (n + 1)) ** 2)
    method = "logit, item variance" + ("" if labels is None else ", labels weighted equally")
    return mean, _logit_interval(shrunk, standard_error, method + ("" if clusters is None else ", clustered"))
