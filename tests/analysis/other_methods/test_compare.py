import numpy as np
import pandas as pd
import pytest
from scipy import stats

from analysis.errors import TableError
from analysis.other_methods.compare import compare, mcnemar


def answers(p, matching=None, ids=None, cluster=None) -> pd.DataFrame:
    frame = pd.DataFrame({"question_id": ids or [f"q{at}" for at in range(len(p))], "matching_probability": p})
    frame["answered_matching"] = frame["matching_probability"] > 0.5 if matching is None else matching
    return frame if cluster is None else frame.assign(cluster=cluster)


def test_counts_and_exact_p_by_hand():
    first = answers([0.9, 0.9, 0.1, 0.1, 0.1, 0.1, 0.1])
    second = answers([0.9, 0.1, 0.9, 0.9, 0.9, 0.9, 0.1])
    seen = compare(first, second)
    assert (seen.both, seen.first_only, seen.second_only, seen.neither) == (1, 1, 4, 1)
    # 5 that differ, 1 the one way: 2 (1 + 5)/32 = .375; mid-p .375 - 5/32
    assert seen.p_exact == pytest.approx(0.375)
    assert seen.p_mid == pytest.approx(0.375 - 5 / 32)
    assert seen.difference == pytest.approx((4 * 0.8 - 0.8) / 7)


@pytest.mark.parametrize(("b", "c"), [(3, 9), (9, 3), (5, 5), (0, 7), (40, 61), (0, 0)])
def test_mcnemar_equals_statsmodels(b, c):
    theirs = pytest.importorskip("statsmodels.stats.contingency_tables").mcnemar
    exact, mid = mcnemar(b, c)
    if b + c:
        assert exact == pytest.approx(theirs([[10, b], [c, 10]], exact=True).pvalue, abs=1e-12)
    assert mid <= exact <= 1
    assert mcnemar(5, 5)[1] == pytest.approx(1)


def test_paired_interval_is_the_paired_t_test():
    rng = np.random.default_rng(3)
    a = rng.random(50)
    b = np.clip(a + rng.normal(0.05, 0.1, 50), 0, 1)
    seen = compare(answers(a), answers(b).sample(frac=1, random_state=1))
    theirs = stats.ttest_rel(b, a)
    low, high = theirs.confidence_interval()
    assert (seen.difference_low, seen.difference_high) == pytest.approx((low, high), abs=1e-12)
    assert seen.p_difference == pytest.approx(theirs.pvalue, abs=1e-12)
    assert seen.n_clusters is None


def test_clusters_count_once():
    """Every question put twice: the interval is that of the pairs' means, not of twice as many questions."""
    rng = np.random.default_rng(4)
    a, gap = rng.uniform(0.2, 0.6, 30), rng.normal(0.05, 0.1, 30)
    doubled, cluster = np.repeat(a, 2), np.repeat([f"c{at}" for at in range(30)], 2)
    first, second = answers(doubled, cluster=cluster), answers(doubled + np.repeat(gap, 2), cluster=cluster)
    seen, plain = compare(first, second, clustered=True), compare(first, second)
    low, high = stats.ttest_1samp(gap, 0).confidence_interval()
    assert (seen.difference_low, seen.difference_high) == pytest.approx((low, high), abs=1e-12)
    assert seen.n_clusters == 30
    assert plain.difference_high < seen.difference_high


def test_a_question_without_a_cluster_is_one_of_its_own():
    rng = np.random.default_rng(4)
    a, gap = rng.uniform(0.2, 0.6, 8), rng.normal(0.05, 0.1, 8)
    cluster = ["c0", "c0", *[None] * 6]
    first, second = answers(a, cluster=cluster), answers(a + gap, cluster=cluster)
    seen = compare(first, second, clustered=True)
    named = ["c0", "c0", *(f"alone{at}" for at in range(6))]
    assert seen == compare(first.assign(cluster=named), second.assign(cluster=named), clustered=True)
    assert seen.n_clusters == 7


def test_questions_of_one_model_only_are_listed():
    seen = compare(answers([0.1, 0.9], ids=["a", "b"]), answers([0.9, 0.2], ids=["b", "c"]))
    assert (seen.n_shared, seen.only_first, seen.only_second) == (1, ("a",), ("c",))
    assert seen.reason == "an interval needs two shared questions or clusters"
    assert seen.difference == 0
    none = compare(answers([0.1], ids=["a"]), answers([0.9], ids=["b"]))
    assert (none.difference, none.p_exact, none.reason) == (None, None, "no question is shared")


def test_answers_that_were_not_measured_are_not_counted_as_no():
    first = answers([0.9, 0.9, None], matching=[True, None, True])
    seen = compare(first, answers([0.9, 0.1, 0.3], matching=[True, False, False]))
    assert (seen.n_shared, seen.n_answered, seen.n_measured) == (3, 2, 2)
    assert (seen.both, seen.first_only, seen.second_only, seen.neither) == (1, 1, 0, 0)
    only_p = compare(first.drop(columns="answered_matching"), answers([0.9, 0.1, 0.3]))
    assert only_p.p_exact is None
    assert "no shared question has a measured answer" in only_p.reason


def test_bad_answers_are_named():
    good = answers([0.1, 0.2])
    with pytest.raises(TableError, match=r"'q0' is there twice .* first model \(rows 0, 1\)"):
        compare(answers([0.1, 0.2], ids=["q0", "q0"]), good)
    with pytest.raises(TableError, match="question_id"):
        compare(good.drop(columns="question_id"), good)
    with pytest.raises(TableError, match="cluster"):
        compare(good, good, clustered=True)
    with pytest.raises(TableError, match=r"matching_probability.*row 1.*1\.2"):
        compare(good, answers([0.1, 1.2]))
    with pytest.raises(TableError, match="cluster 'x' for the first model and in 'y'"):
        compare(answers([0.1], cluster=["x"]), answers([0.1], cluster=["y"]), clustered=True)


def test_two_questions_are_enough_for_an_interval_by_hand():
    # Gaps .1 and .3: mean .2, error sqrt(2/1 x (.01 + .01))/2 = .1; Student with one degree: 12.7062, p of t = 2.
    seen = compare(answers([0.2, 0.4]), answers([0.3, 0.7]))
    assert (seen.difference_low, seen.difference_high) == pytest.approx((0.2 - 1.27062, 0.2 + 1.27062), abs=1e-5)
    assert seen.p_difference == pytest.approx(2 * stats.t.sf(2, 1))
    assert seen.reason == ""


def test_a_difference_without_scatter_is_certain_and_none_is_nothing():
    gap = compare(answers([0.25, 0.5]), answers([0.5, 0.75]))
    assert (gap.difference, gap.difference_low, gap.difference_high, gap.p_difference) == (0.25, 0.25, 0.25, 0.0)
    same = compare(answers([0.25, 0.5]), answers([0.25, 0.5]))
    assert (same.difference, same.p_difference) == (0.0, 1.0)


def test_mid_p_leaves_out_half_of_both_tails():
    # 3 and 9 of 12: 2 P(X <= 3) - P(X = 3), with P(X = 3) = 220/4096
    assert mcnemar(3, 9) == pytest.approx((2 * 299 / 4096, (2 * 299 - 220) / 4096))
    assert mcnemar(9, 3) == pytest.approx(mcnemar(3, 9))
