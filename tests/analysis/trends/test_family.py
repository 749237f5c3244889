"""Families one by one give what all at once give; what cannot matter is not fitted; progress is told."""

from __future__ import annotations

import numpy as np
import pytest

from analysis.trends.assess import assess
from analysis.trends.family import assessment_of, fit_families
from analysis.trends.refits import _may_say_something, refits
from analysis.trends.series.series import Scale, Series

SIZES = {"A": np.linspace(8, 11, 6), "B": np.linspace(8.5, 10.5, 5), "C": np.array([8.0, 9.0, 10.0])}


def series(seed: int = 0, n: int = 12) -> list[Series]:
    """Three families on places of their own, their series in turns; half of the series rise."""
    rng = np.random.default_rng(seed)
    rows = []
    for number in range(n):
        for family, x in SIZES.items():
            x = x if number % 3 else x + 0.1  # two sets of places in each family
            y = (number % 2) * (x - x[0]) / 2 + rng.normal(0, 0.15, len(x))
            rows.append(Series(f"b{number:02d}", family, "", 10**x, x, y, 0.01 * np.eye(len(x)), len(x)))
    return rows


def test_families_one_by_one_are_all_at_once() -> None:
    rows = series()
    together, apart = assess(rows, "size"), assessment_of(rows, "size", fit_families(rows, "size", Scale("size")))
    for name in ("p", "change", "low", "high", "level", "tau"):
        np.testing.assert_allclose(getattr(apart.trends, name), getattr(together.trends, name), rtol=1e-9)
    np.testing.assert_allclose(apart.reversals.p, together.reversals.p, rtol=1e-9)
    np.testing.assert_allclose(apart.q, together.q, rtol=1e-9)
    assert apart.n_tests.tolist() == together.n_tests.tolist()
    assert {name: prior.n_effective for name, prior in apart.priors.items()} == pytest.approx(
        {name: prior.n_effective for name, prior in together.priors.items()}
    )


def test_another_family_changes_nothing_but_the_false_discovery_control() -> None:
    rows = series()
    alone = fit_families([one for one in rows if one.family == "A"], "size", Scale("size"))[0]
    among = fit_families(rows, "size", Scale("size"))[0]
    np.testing.assert_array_equal(alone.tests.trends.p, among.tests.trends.p)
    assert alone.curves == among.curves
    assert alone.residuals == among.residuals
    for at, one in alone.refits.items():
        np.testing.assert_array_equal(one.p_shape, among.refits[at].p_shape)


def test_progress_counts_series_up_to_all_of_them() -> None:
    told: list[tuple[int, int]] = []
    fit_families(series(), "size", Scale("size"), lambda done, total: told.append((done, total)))
    assert told == [(12, 36), (24, 36), (36, 36)]


def test_turns_are_refitted_where_a_verdict_could_be_lost_and_only_there() -> None:
    found = assess([one for one in series(1) if one.family == "A"], "size")
    said = refits(found)
    tried = {place: bool(np.isfinite(one.p_shape).all()) for place, one in said.items()}
    assert tried == {place: _may_say_something(found, place) for place in said}
    assert set(tried.values()) == {True, False}
