import numpy as np
import pytest

from analysis.errors import TableError
from analysis.findings.heterogeneity import agreement, cochran_q, paule_mandel
from analysis.trends.result import SeriesResult


def result(family: str, change: float | None, q: float | None, se: float = 0.1, **other) -> SeriesResult:
    bounds = {} if change is None else {"change_low": change - 1.959964 * se, "change_high": change + 1.959964 * se}
    fields = {
        "behavior": "b",
        "axis": "size",
        "series": "",
        "n_points": 5,
        "verdict": "inconclusive",
        "reason": "",
    }
    return SeriesResult(**{**fields, "family": family, "change": change, "q": q, **bounds, **other})


def test_two_families_of_one_sign_and_none_opposite_are_general():
    seen = agreement([result("A", 0.5, 0.01), result("B", 0.4, 0.04), result("C", -0.1, 0.6)])
    assert seen.general
    assert seen.reason == "rises in A, B (q <= 0.05), opposite in none"
    assert (seen.n_rising, seen.n_falling) == (2, 1)


@pytest.mark.parametrize(
    ("series", "reason"),
    [
        ([("A", 0.5, 0.01), ("B", 0.4, 0.04), ("C", -0.4, 0.01)], "rises in A, B and falls in C"),
        ([("A", -0.5, 0.01), ("B", -0.4, 0.06)], "only A shows a trend"),
        ([("A", 0.5, 0.01), ("A", 0.4, 0.04)], "only A shows a trend"),
        ([("A", 0.5, 0.2)], "no family shows a trend"),
    ],
)
def test_not_general_says_why(series, reason):
    seen = agreement([result(*each, series=str(at)) for at, each in enumerate(series)])
    assert not seen.general
    assert reason in seen.reason


def test_two_effects_by_hand():
    # 0 and 0.6 with se .1: w = 100, mean .3, Q = 2 x 100 x .09 = 18, I^2 = 17/18;
    # tau^2 with Q = 1: .18/(.01 + tau^2) = 1 -> .17; mean's variance (.01 + .17)/2.
    seen = agreement([result("A", 0.0, 0.9), result("B", 0.6, 0.01)])
    assert seen.q == pytest.approx(18, rel=1e-6)
    assert (seen.q_df, seen.i_squared) == (1, pytest.approx(17 / 18, rel=1e-6))
    assert seen.tau_squared == pytest.approx(0.17, rel=1e-6)
    assert seen.change == pytest.approx(0.3)
    assert seen.change_high - seen.change_low == pytest.approx(2 * 1.959964 * 0.3, rel=1e-6)


def test_equals_statsmodels_and_the_published_nine_laboratories():
    meta = pytest.importorskip("statsmodels.stats.meta_analysis")
    rng = np.random.default_rng(4)
    for _ in range(20):
        effect, variance = rng.normal(0, 0.4, 6), rng.uniform(0.005, 0.05, 6)
        theirs = meta.combine_effects(effect, variance, method_re="pm", use_t=False)
        assert cochran_q(effect, variance, 0.0) == pytest.approx(theirs.q, rel=1e-9)
        assert paule_mandel(effect, variance) == pytest.approx(max(theirs.tau2, 0.0), abs=1e-5)
    # Kacker 2004, as in statsmodels' own tests: Paule-Mandel tau = .8399
    effect = np.array([61.0, 61.4, 62.21, 62.3, 62.34, 62.6, 62.7, 62.84, 65.9])
    variance = np.array([0.2025, 1.2100, 0.0900, 0.2025, 0.3844, 0.5625, 0.0676, 0.0225, 1.8225])
    assert np.sqrt(paule_mandel(effect, variance)) == pytest.approx(0.8399, abs=5e-5)


def test_untested_families_are_named_and_mixed_behaviours_refused():
    seen = agreement([result("A", 0.5, 0.01), result("B", None, None)])
    assert seen.left_out == ("B",)
    assert seen.change is None
    with pytest.raises(TableError, match="one behaviour along one axis"):
        agreement([result("A", 0.5, 0.01), result("B", 0.1, 0.4, behavior="other")])
    with pytest.raises(TableError, match="behaviours none"):
        agreement([])
