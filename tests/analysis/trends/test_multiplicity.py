import numpy as np
import pytest
from statsmodels.stats.multitest import multipletests

from analysis.trends.multiplicity import benjamini_hochberg, critical_p, two_stage


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
