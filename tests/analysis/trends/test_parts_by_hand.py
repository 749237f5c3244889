"""Small parts of the method, worked out on paper: priors, shocks, cells, constant starts, residuals cut at six."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from analysis.detector.table import check_table
from analysis.trends.assess import assess
from analysis.trends.fit.core import TAUS
from analysis.trends.fit.prior import default_prior, learn_prior, posterior
from analysis.trends.fit.shock import effective_number, quadratic, residual_directions, shock_share
from analysis.trends.residuals import residuals
from analysis.trends.series.cells import Cells, all_cells, strata
from analysis.trends.series.constant_start import constant_start
from analysis.trends.series.series import Series, scale_of

SIZES = 10.0 ** np.array([8.0, 8.6, 9.1, 9.9, 10.4])


def test_one_sure_series_counts_one_beside_fifteen() -> None:
    """Its likelihood is at one place of the grid, so EM ends at (15 G0 + 1)/16 there and 15 G0/16 elsewhere."""
    start = default_prior().sum((0, 2))
    sure = np.where(np.arange(len(TAUS)) == 5, 0.0, -np.inf)[None]
    expected = 15 / 16 * start + (np.arange(len(TAUS)) == 5) / 16
    assert learn_prior(sure, start, 1.0) == pytest.approx(expected)
    # Four that count as one and a half: (15 G0 + 1.5)/16.5.
    expected = 15 / 16.5 * start + 1.5 / 16.5 * (np.arange(len(TAUS)) == 5)
    assert learn_prior(np.tile(sure, (4, 1)), start, 1.5) == pytest.approx(expected)


def test_straight_lines_have_half_of_the_prior() -> None:
    assert default_prior(2).sum((0, 1)) == pytest.approx([0.5, 0.25, 0.15, 0.10])


def test_shock_share_by_hand() -> None:
    """Three equal directions in a plane: mean squared cosine 1, 6 ordered pairs, so the null's standard deviation is
    sqrt(2/16/3) = .2041 and kappa (1 - .5 - .4082)/.5. Crossed ones have cosine 0 and no share."""
    alike, crossed = np.array([[1.0, 0.0]] * 3), np.array([[1.0, 0.0], [0.0, 1.0]])
    assert shock_share([alike]) == pytest.approx((0.5 - 2 * np.sqrt(0.125 / 3)) / 0.5)
    assert shock_share([crossed]) == 0
    # Two groups, pairs counted inside each: 12 with cosine 1 and 2 with 0, null sd sqrt(.125/7).
    four = np.array([[1.0, 0.0]] * 4)
    assert shock_share([four, crossed]) == pytest.approx((12 / 14 - 0.5 - 2 * np.sqrt(0.125 / 7)) / 0.5)
    assert effective_number([5, 1], 0.5) == pytest.approx(5 / 3 + 1)


def test_a_shock_is_looked_for_over_five_places_and_each_model_is_a_group() -> None:
    """RLHF axis: 12 behaviours of two models. n_effective is the sum of S/(1 + (S - 1) kappa) over models."""
    rng = np.random.default_rng(3)

    def learned(n_places: int) -> tuple[float | None, float]:
        steps = np.array([0.0, 50, 100, 250, 500])[:n_places]
        x = np.log2(1 + steps / 50)
        shock = np.array([0.0, 0.5, -0.5, 0.5, -0.5])[:n_places]
        rows = [
            Series(f"b{at}", "F", f"m{at % 2}", steps, x, shock * rng.choice([-1, 1]) + rng.normal(0, 0.05, n_places),
                   1e-4 * np.eye(n_places), n_distinct=n_places)
            for at in range(24)
        ]  # fmt: skip
        prior = assess(rows, "rlhf").priors["F"]
        return prior.kappa, prior.n_effective

    kappa, n_effective = learned(5)
    assert kappa is not None
    assert kappa > 0.3
    assert n_effective == pytest.approx(2 * 12 / (1 + 11 * kappa))
    assert learned(4) == (None, 24)
    twins = np.repeat(SIZES[:4], 2)
    rows = [
        Series(f"b{at}", "F", "", twins, np.log10(twins), rng.normal(0, 0.1, 8), 1e-4 * np.eye(8), n_distinct=4)
        for at in range(6)
    ]
    assert assess(rows, "size").priors["F"].kappa is None, "four sizes stay four with two models at each"


def test_the_most_common_places_are_looked_at_for_a_shock() -> None:
    """20 series over one set of sizes share a shock, 3 over another share none: the family's share is that of the 20,
    whitened by V and the mean tau^2 that each shows alone."""
    rng, even = np.random.default_rng(4), np.diag([0.001, 0.01, 0.004, 0.02, 0.002])
    x = np.log10(SIZES)
    shock = np.array([0.6, -0.6, 0.6, -0.6, 0.6])
    rows = [
        Series(f"a{at:02d}", "F", "", SIZES, x, shock * rng.choice([-1, 1]) + rng.normal(0, 0.03, 5), even, 5)
        for at in range(20)
    ]
    others = [Series(f"z{at}", "F", "", 10 ** (x + 1), x + 1, rng.normal(0, 0.5, 5), even, 5) for at in range(3)]
    found = assess(rows, "size")
    weights = posterior(found.grids[0].log_likelihood, default_prior())
    tau2 = (weights.sum((1, 3)) * TAUS**2).sum(1)
    y, V = np.stack([row.y for row in rows]), np.stack([row.V for row in rows])
    expected = shock_share([residual_directions(y, V, quadratic(x[None])[0], tau2)])
    assert expected is not None
    assert expected > 0.3
    assert found.priors["F"].kappa == pytest.approx(expected)
    for mixed in ([*others, *rows], [*rows, *others]):
        assert assess(mixed, "size").priors["F"].kappa == pytest.approx(expected)


@pytest.mark.parametrize(
    ("counts", "expected"),
    [
        ({"A": 10, "B": 10}, {"A": 0, "B": 1}),  # ten are enough
        ({"A": 10, "B": 9}, {"A": 0, "B": 0}),  # nine are not, and join the smallest large one
        ({"A": 30, "B": 12, "C": 5}, {"A": 0, "B": 1, "C": 1}),
        ({"A": 12, "B": 6, "C": 6}, {"A": 0, "B": 1, "C": 1}),  # together the small ones are enough
        ({"A": 4, "B": 3}, {"A": 0, "B": 0}),  # nothing large to join
        ({"A": 3}, {"A": 0}),
    ],
)
def test_rare_labels_are_pooled(counts: dict[str, int], expected: dict[str, int]) -> None:
    labels = np.repeat(list(counts), list(counts.values()))
    seen = strata(labels)
    assert {label: set(seen[labels == label]) for label in counts} == {key: {at} for key, at in expected.items()}


def cells(p: np.ndarray, **columns: object) -> Cells:
    """p: (models, items), NaN where a model lacks an item."""
    n_models, n_items = p.shape
    table = pd.DataFrame(
        {
            "behavior": "b", "family": "F", "model": np.repeat([f"m{i}" for i in range(n_models)], n_items),
            "n_params": np.repeat(10.0 ** (8 + np.arange(n_models)), n_items), "rlhf_steps": 0,
            "item_id": np.tile(np.arange(n_items), n_models), "p_match": p.ravel(), **columns,
        }
    )  # fmt: skip
    return next(iter(all_cells(check_table(table[table["p_match"].notna()], "size"))))


def covariance(mean: np.ndarray, n: int, S: np.ndarray) -> np.ndarray:
    """V of logits from that of means: shrinking adds (.5/(n + 1))^2, and J = 1/(m (1 - m)) turns it."""
    m = (n * mean + 0.5) / (n + 1)
    J = 1 / (m * (1 - m))
    return J[:, None] * (S + (0.5 / (n + 1)) ** 2 * np.eye(len(m))) * J


def test_clusters_have_g_over_g_minus_1() -> None:
    """Every question twice, six clusters: the covariance of means is that of six independent items, cov/6."""
    once = np.random.default_rng(1).random((3, 6))
    seen = cells(np.repeat(once, 2, axis=1), cluster=np.tile(np.repeat(np.arange(6), 2), 3))
    np.testing.assert_allclose(seen.V, covariance(once.mean(1), 12, np.cov(once) / 6))


def test_two_labels_cost_two_degrees_of_freedom() -> None:
    """Strata of 10 and 20: the mean is (mean_A + mean_B)/2, its covariance (SS_A/10^2 + SS_B/20^2)/4 x 30/28."""
    p = np.random.default_rng(2).random((2, 30))
    a, b = p[:, :10], p[:, 10:]
    rest = [each - each.mean(1, keepdims=True) for each in (a, b)]
    S = (rest[0] @ rest[0].T / 100 + rest[1] @ rest[1].T / 400) / 4 * 30 / 28
    seen = cells(p, label=np.tile(["A"] * 10 + ["B"] * 20, 2))
    np.testing.assert_allclose(seen.V, covariance((a.mean(1) + b.mean(1)) / 2, 30, S))


def test_a_model_that_lacks_a_label_has_the_mean_of_the_one_it_has() -> None:
    p = np.full((2, 20), 0.4)
    p[0, 10:] = np.nan
    seen = cells(p, label=np.tile(["A"] * 10 + ["B"] * 10, 2))
    assert 1 / (1 + np.exp(-seen.y)) == pytest.approx([(10 * 0.4 + 0.5) / 11, (20 * 0.4 + 0.5) / 21])


def test_one_question_alone_has_the_variance_of_a_coin() -> None:
    # m = (.8 + .5)/2 = .65; p(1 - p)/1 + (.5/2)^2
    seen = cells(np.array([[0.8], [0.6]]))
    assert seen.V[0, 0] == pytest.approx((0.8 * 0.2 + 0.0625) / (0.65 * 0.35) ** 2)


def test_means_without_a_count() -> None:
    """With an error alone the count behind it is p(1 - p)/se^2, one at least; without both the rate is kept off 0 and
    1 by 1/2002 and has the variance of rounding, .005^2."""
    table = pd.DataFrame(
        {
            "behavior": "b", "family": "F", "model": list("abcde"), "n_params": SIZES, "rlhf_steps": 0,
            "mean": [0.2, 0.2, 0.0, 0.0, 0.4], "se": [0.04, 0.8, None, 0.01, 0.0],
        }
    )  # fmt: skip
    seen = next(iter(all_cells(check_table(table, "size"))))
    # .16/.0016 = 100 answers: (20 + .5)/101. .16/.64 is less than one: (.2 + .5)/2.
    assert seen.y[:2] == pytest.approx([np.log(20.5 / 80.5), np.log(0.35 / 0.65)])
    assert seen.y[2] == pytest.approx(np.log(1 / 2001))
    assert seen.V[2, 2] == pytest.approx(0.005**2)
    # At 0 the count cannot be had from the error: the error itself, at the rate of 0 of 1,000, and rounding.
    m = 0.5 / 1001
    assert seen.V[3, 3] == pytest.approx((0.01 / (m * (1 - m))) ** 2 + 0.005**2)
    assert seen.V[4, 4] == pytest.approx(0.005**2), "an error of 0 is rounding too"


def series(*rates: float, sizes: np.ndarray = SIZES) -> Series:
    """One behaviour of which every cell is known exactly."""
    p, raw = np.array(rates), sizes[: len(rates)]
    return Series("b", "F", "", raw, np.log10(raw), np.log(p / (1 - p)), 1e-6 * np.eye(len(p)), len(set(raw.tolist())))


@pytest.mark.parametrize(
    ("rates", "constant"),
    [
        ((0.5, 0.5007, 0.5014, 0.3), True),  # within .0015
        ((0.5, 0.5008, 0.5016, 0.3), False),
        ((0.5, 0.5, 0.3, 0.3, 0.3), False),  # two are not three
        ((0.5, 0.5, 0.5), False),  # and three sizes are too few
        ((0.021, 0.021, 0.021, 0.3), True),
        ((0.019, 0.019, 0.019, 0.3), False),  # a floor
        ((0.979, 0.979, 0.979, 0.3), True),
        ((0.981, 0.981, 0.981, 0.3), False),  # a ceiling
    ],
)
def test_a_constant_start_is_three_rates_alike_away_from_the_edges(rates: tuple[float, ...], constant: bool) -> None:
    assert (constant_start(series(*rates)) is not None) == constant


def test_all_models_of_the_three_smallest_sizes_are_looked_at() -> None:
    sizes = np.array([1e8, 1e8, 1e9, 1e10, 1e11])
    assert constant_start(series(0.5, 0.5, 0.5, 0.5, 0.3, sizes=sizes)) is not None
    assert constant_start(series(0.5, 0.6, 0.5, 0.5, 0.3, sizes=sizes)) is None


def test_a_residual_is_cut_at_six() -> None:
    """19 still series and one whose third model is off by 60 logits: 14 and more of the widest tau, 2."""
    rng = np.random.default_rng(6)
    for off, cut in ((60.0, 6.0), (-60.0, -6.0)):
        rows = [
            Series(f"b{at}", "F", "", SIZES, np.log10(SIZES), rng.normal(0, 0.01, 5), 1e-4 * np.eye(5), 5)
            for at in range(20)
        ]
        rows[0].y[2] += off
        assert residuals(assess(rows, "size"))[0][2] == cut


def test_the_first_step_count_is_the_smallest_above_zero() -> None:
    table = pd.DataFrame(
        {
            "behavior": "b", "family": "F", "model": "m", "n_params": 1e9, "rlhf_steps": [0, 25, 100], "n": 100,
            "mean": 0.5,
        }
    )  # fmt: skip
    assert scale_of([check_table(table, "rlhf")], "rlhf").first_steps == 25


def test_the_rule_sees_each_number_under_its_name() -> None:
    found = assess([series(0.3, 0.5, 0.4, 0.6, 0.5), series(0.5, 0.4, 0.5, 0.3, 0.2)], "size")
    found = replace(found, q=np.array([0.11, 0.12]), q_shape=np.array([0.21, 0.22]))
    seen = found.evidence(1)
    assert (seen.q, seen.q_shape, seen.p_shape) == (0.12, 0.22, found.reversals.p[1])
    assert (seen.change, seen.inside_margin) == (found.trends.change[1], found.trends.inside_margin[1])
    assert (seen.left, seen.right) == (found.reversals.left[1], found.reversals.right[1])
