import numpy as np
import pandas as pd
import pytest
from statsmodels.stats.multitest import multipletests

from analysis.detector.table import check_tables
from analysis.trends.assess import assess
from analysis.trends.multiplicity import _noise_share, benjamini_hochberg, critical_p, in_groups, two_stage
from analysis.trends.series.series import all_series


def some_p_values(seed: int, n: int = 60) -> np.ndarray:
    rng = np.random.default_rng(seed)
    return np.where(rng.random(n) < 0.4, rng.random(n) ** 6, rng.random(n))


@pytest.mark.parametrize("seed", range(8))
def test_two_stage_flags_what_statsmodels_flags(seed):
    p = some_p_values(seed)
    theirs = multipletests(p, alpha=0.05, method="fdr_tsbky")[0]
    assert ((two_stage(p, 0.05) <= 0.05) == (theirs & (p <= 0.05))).all()


def test_untested_series_stay_untested_and_do_not_count():
    p = np.array([0.01, np.nan, 0.2, 0.8])
    for adjusted, alone in (
        (benjamini_hochberg(p), benjamini_hochberg(p[[0, 2, 3]])),
        (two_stage(p, 0.05), two_stage(p[[0, 2, 3]], 0.05)),
    ):
        assert np.isnan(adjusted[1])
        assert adjusted[[0, 2, 3]] == pytest.approx(alone)


def test_adjusted_never_falls_below_p():
    for seed in range(20):
        p = some_p_values(seed, 12)
        assert (two_stage(p, 0.05) >= p).all()


@pytest.mark.parametrize("seed", range(4))
def test_critical_p_is_the_border_of_being_flagged(seed):
    p = np.where(np.arange(30) < 6, some_p_values(seed, 30) * 1e-4, 0.3 + 0.02 * np.arange(30))
    cuts = critical_p(p, 0.05)
    for at in (2, 20):
        for factor, flagged in ((0.999, True), (1.001, False)):
            changed = p.copy()
            changed[at] = cuts[at] * factor
            # The share of noise is that of the full set, as where one series is refitted.
            share = two_stage(p, 0.05)[0] / benjamini_hochberg(p)[0]
            assert (benjamini_hochberg(changed)[at] * share <= 0.05) == flagged


def test_two_stage_by_hand_on_the_p_values_of_benjamini_and_hochberg_1995():
    """First pass at .05/1.05 = .0476: 4 of 15 (4/15 x .0476 = .0127 >= .0095). Second at .0476 x 15/11 = .0649: the
    eighth may be .0346 and is .0344, the ninth .0390 and is .0459. Plain Benjamini-Hochberg finds four."""
    p = np.array(
        [.0001, .0004, .0019, .0095, .0201, .0278, .0298, .0344, .0459, .3240, .4262, .5719, .6528, .7590, 1.0]
    )  # fmt: skip
    q = two_stage(p, 0.05)
    assert (q <= 0.05).tolist() == [True] * 8 + [False] * 7
    # q of the eighth: .0344 x 15/8 x 1.05 x 11/15; of the fourth .0095 x 15/4 x 1.05 x 11/15
    assert q[[3, 7]] == pytest.approx([0.02743125, 0.0496650])
    assert (benjamini_hochberg(p) <= 0.05).sum() == 4


def test_the_first_pass_asks_for_the_level_over_one_plus_itself():
    """p_BH are .049 and .052: at .0476 nothing is found and they stand; a first pass at .05 would make them .046 and
    .049 and flag both."""
    p = np.array([0.0049, 0.0104, *np.linspace(0.5, 0.9, 8)])
    assert two_stage(p, 0.05)[:2] == pytest.approx([0.049, 0.052])
    border = 0.05 / 1.05
    # Exactly at the border one of two is found: .0476 x 1.05 x 1/2.
    assert two_stage(np.array([border / 2, 0.9]), 0.05)[0] == pytest.approx(0.025)


def test_adjusted_never_rises_above_one():
    assert two_stage(np.array([0.001, 0.99, 1.0]), 0.05).max() == 1.0


THREE, MORE = [0.04, 0.9], [0.01, 0.02, 0.03]
"""p of series with three places, and of longer ones. Alone the long ones are all found (p_BH .03), so q is p; the short
ones are not (p_BH .08). Together p_BH would be .05 for four of five, and nothing would be found at .0476."""


def test_groups_do_not_count_for_each_other():
    p, groups = np.array([*THREE, *MORE]), np.array([False, False, True, True, True])
    assert in_groups(two_stage, p, groups, 0.05) == pytest.approx([0.08, 0.9, 0.01, 0.02, 0.03])
    mixed = np.array([2, 0, 3, 1, 4])
    assert in_groups(two_stage, p[mixed], groups[mixed], 0.05)[1] == pytest.approx(0.08)


def test_three_places_are_a_group_and_four_are_not():
    """Series over 2, 3, 4 and 6 sizes in one call: q and the number of tests are those of 3 alone and of 4 and 6; two
    sizes are not tested and do not count."""
    rng = np.random.default_rng(5)
    sizes = 10.0 ** np.linspace(8, 11, 6)
    rows = [
        (f"b{number:02d}", "F", f"m{at}", sizes[at], 0, 1000, 1 / (1 + np.exp(-slope * at - rng.normal(0, 0.1))))
        for number in range(35)
        for slope in [0.3 * (number % 3 == 0)]
        for at in range((3, 4, 6, 2)[number // 10])
    ]
    columns = ["behavior", "family", "model", "n_params", "rlhf_steps", "n", "mean"]
    found = assess(all_series(check_tables(pd.DataFrame(rows, columns=columns), "size"), "size"), "size")
    short, long, p = slice(0, 10), slice(10, 30), found.trends.p
    assert found.n_tests[:30].tolist() == [10] * 10 + [20] * 20
    assert found.q[short] == pytest.approx(two_stage(p[short], 0.05))
    assert found.q[long] == pytest.approx(two_stage(p[long], 0.05))
    assert np.isnan(found.q_shape[short]).all()
    assert found.q_shape[long] == pytest.approx(two_stage(found.reversals.p[long], 0.05))
    assert (found.q[long] < two_stage(p, 0.05)[long]).any(), "one group would have given another q"
    assert np.isnan(found.q[30:]).all()


def test_critical_p_by_hand():
    """Two series, nothing found, so a = .05: one of them may have .025, or .05 where the other is at or below .05."""
    assert critical_p(np.array([0.05, 0.9]), 0.05) == pytest.approx([0.025, 0.05])
    assert critical_p(np.array([0.9, 0.051]), 0.05) == pytest.approx([0.025, 0.025])
    # Both found: no noise is left, and yet nothing above the level itself is flagged.
    assert critical_p(np.array([0.001, 0.002]), 0.05) == pytest.approx([0.05, 0.05])
    # One found of two: a = .05/(1.05/2) = .0952, first step .0476; the second, .0952, is past the level.
    assert critical_p(np.array([0.001, 0.9]), 0.05) == pytest.approx([0.05 / 1.05, 0.05])


def test_the_largest_p_is_that_of_trying_every_step_for_every_series() -> None:
    """By the definition: k - 1 of the others at or below the k-th step, the largest such k."""
    rng = np.random.default_rng(5)
    for n in range(1, 60):
        p = np.round(rng.random(n) ** rng.integers(1, 8), 3)
        cut = critical_p(p, 0.05)
        share = max(_noise_share(benjamini_hochberg(p), 0.05), 0.05)
        steps = 0.05 / share * np.arange(1, n + 1) / n
        for at in range(n):
            others = np.delete(p, at)
            k = max(each for each in range(n) if (others <= steps[each]).sum() >= each)
            assert cut[at] == min(steps[k], 0.05)
