import json

import numpy as np
import pandas as pd
import pytest
from places import NEEDS_SHARED, SHARED
from scipy import stats

from analysis.errors import TableError
from analysis.other_methods.methods import other_methods
from analysis.trends.series.cluster_glm import ItemSums, cluster_glm

ORACLE = SHARED / "tools" / "oracle_values.json"
SIZES = 1e6 * np.array([125, 760, 2700, 13000, 175000])
METHODS = [
    "least squares on logits",
    "binomial regression",
    "quasi-binomial regression",
    "GEE clustered by question",
    "random effects, Knapp-Hartung",
    "Mann-Kendall, Theil-Sen slope",
    "permutation of the sizes",
]


def means(rates, n: float | None = 1e6, **other) -> pd.DataFrame:
    fields = {"behavior": "b", "family": "F", "rlhf_steps": 0, "n": n, **other}
    models = [f"m{at}" for at in range(len(rates))]
    return pd.DataFrame({"model": models, "n_params": SIZES[: len(rates)], "mean": rates, **fields})


def items(p: np.ndarray, **other) -> pd.DataFrame:
    """p (sizes, questions)."""
    size, question = (each.ravel() for each in np.indices(p.shape))
    fields = {"behavior": "b", "family": "F", "rlhf_steps": 0, **other}
    return pd.DataFrame(
        {
            "model": np.array([f"m{at}" for at in range(len(p))])[size], "n_params": SIZES[size],
            "item_id": question, "p_match": p.ravel(), **fields,
        }
    )  # fmt: skip


def by_method(table, **where):
    return {row.method: row for row in other_methods(table, "b", "F", **where)}


def answers(seed: int = 1) -> np.ndarray:
    rng = np.random.default_rng(seed)
    logit = rng.normal(0, 1, (1, 80)) + np.array([-0.4, 0.1, -0.2, 0.3, 0.4])[:, None]
    return 1 / (1 + np.exp(-logit - rng.normal(0, 0.5, (5, 80))))


@pytest.mark.skipif(not ORACLE.exists(), reason=NEEDS_SHARED)
def test_least_squares_and_mann_kendall_equal_r():
    for case in json.loads(ORACLE.read_text())["cases"]:
        sizes, y = np.array(case["n_params"], float), np.array(case["y"])
        table = pd.DataFrame(
            {
                "behavior": "b", "family": "F", "model": [f"m{at}" for at in range(len(y))],
                "n_params": sizes, "rlhf_steps": 0, "n": 1e12, "mean": 1 / (1 + np.exp(-y)),
            }
        )  # fmt: skip
        seen, R, span = by_method(table), case["expected"], np.ptp(np.log10(sizes))
        ols = seen["least squares on logits"]
        assert ols.change == pytest.approx(R["ols"]["b"][1] * span, abs=1e-7), case["name"]
        assert ols.p == pytest.approx(R["ols"]["p"][1], abs=1e-6), case["name"]
        assert seen["Mann-Kendall, Theil-Sen slope"].p == pytest.approx(R["kendall"]["p"], abs=1e-9)


def test_perfect_order_of_five_has_the_smallest_p_ranks_allow():
    seen = by_method(means([0.2, 0.3, 0.4, 0.5, 0.6]))
    assert seen["Mann-Kendall, Theil-Sen slope"].p == pytest.approx(1 / 60)
    assert "0.017" in seen["Mann-Kendall, Theil-Sen slope"].remark
    assert seen["permutation of the sizes"].p <= 2 / 60
    assert list(seen) == METHODS


def test_gee_is_our_vectorised_regression_and_the_binomial_its_naive_error():
    p = answers()
    seen, ours = by_method(items(p)), cluster_glm(np.log10(SIZES), ItemSums.of(p[None]))
    span = np.ptp(np.log10(SIZES))
    gee, glm = seen["GEE clustered by question"], seen["binomial regression"]
    assert gee.change == pytest.approx(ours.slope[0] * span, abs=1e-6)
    assert gee.p == pytest.approx(ours.p[0], abs=1e-6)
    assert (glm.high - glm.low) / 2 / 1.959964 == pytest.approx(ours.naive_se[0] * span, abs=1e-6)
    assert seen["quasi-binomial regression"].change == pytest.approx(glm.change, abs=1e-9)


def test_item_noise_alone_calls_scatter_a_trend_where_careful_methods_do_not():
    rates = 1 / (1 + np.exp(-np.array([-0.1, 0.25, -0.2, 0.4, 0.2])))
    seen = by_method(means(rates, n=4000))
    assert seen["binomial regression"].p < 1e-4
    for method in ("least squares on logits", "quasi-binomial regression", "random effects, Knapp-Hartung"):
        assert seen[method].p > 0.1, method


def test_what_cannot_be_run_says_why():
    seen = by_method(means([0.2, 0.3, 0.4, 0.5, 0.6], n=None, se=0.01))
    assert seen["GEE clustered by question"].p is None
    assert "only means" in seen["GEE clustered by question"].remark
    assert "not known" in seen["binomial regression"].remark
    assert seen["random effects, Knapp-Hartung"].p < 0.05
    edge = by_method(means([0.0] * 5, n=100))
    assert edge["binomial regression"].remark == "not available: every rate is 0"
    assert edge["permutation of the sizes"].p == 1
    assert edge["Mann-Kendall, Theil-Sen slope"].p == 1
    with pytest.raises(TableError, match="has 2 distinct"):
        by_method(means([0.2, 0.3]))
    with pytest.raises(TableError, match=r"No behaviour 'b' in family 'G'.*families: F"):
        other_methods(means([0.2, 0.3, 0.4]), "b", "G")


def test_perfect_separation_is_told_and_not_raised():
    seen = by_method(items(np.repeat([[0.0], [0.0], [0.0], [1.0], [1.0]], 30, axis=1)))
    assert "erfect" in seen["binomial regression"].remark or seen["binomial regression"].p is None
    assert seen["random effects, Knapp-Hartung"].change > 0


def test_a_model_along_rlhf_steps_and_a_step_count_along_size():
    steps = [0, 50, 100, 500]
    rows = [
        {
            "behavior": "b", "family": "F", "model": f"m{size}", "n_params": SIZES[size], "rlhf_steps": step,
            "n": 500, "mean": 0.3 + 0.05 * size + 0.0004 * step,
        }
        for size in range(5)
        for step in steps
    ]  # fmt: skip
    table = pd.DataFrame(rows)
    along = by_method(table, axis="rlhf", series="m2")["least squares on logits"]
    assert along.change == pytest.approx(np.log(0.6 / 0.4) - np.log(0.4 / 0.6), abs=0.15)
    across = by_method(table, series="rlhf_steps=500")["least squares on logits"]
    assert across.change == pytest.approx(np.log(0.7 / 0.3), abs=0.1)
    with pytest.raises(TableError, match="No series 'rlhf_steps=7'"):
        by_method(table, series="rlhf_steps=7")


def test_several_models_of_one_size_and_ten_sizes():
    rng = np.random.default_rng(2)
    sizes = np.repeat(1e8 * 2.0 ** np.arange(6), 2)
    table = pd.DataFrame(
        {
            "behavior": "b", "family": "F", "model": [f"m{at}" for at in range(12)], "n_params": sizes,
            "rlhf_steps": 0, "n": 300, "mean": rng.uniform(0.4, 0.6, 12),
        }
    )  # fmt: skip
    seen = by_method(table)
    assert seen["permutation of the sizes"].remark == "40,320 drawn orders"
    assert "ties" in seen["Mann-Kendall, Theil-Sen slope"].remark


def test_a_straight_line_by_hand():
    """Logits -2 to 2 over five even sizes: every method's change is 4. Only the order itself and its mirror image are
    as extreme, 2 of 120; with all slopes alike the interval of Theil and Sen has no width, nor has Knapp-Hartung's."""
    table = pd.DataFrame(
        {
            "behavior": "b", "family": "F", "model": list("abcde"), "n_params": 10.0 ** np.arange(8, 13),
            "rlhf_steps": 0, "n": 1e12, "mean": 1 / (1 + np.exp(-np.arange(-2.0, 3.0))),
        }
    )  # fmt: skip
    seen = by_method(table)
    assert seen["permutation of the sizes"].p == pytest.approx(2 / 120)
    for method in ("permutation of the sizes", "Mann-Kendall, Theil-Sen slope", "random effects, Knapp-Hartung"):
        assert seen[method].change == pytest.approx(4, abs=1e-6), method
    for method in ("Mann-Kendall, Theil-Sen slope", "random effects, Knapp-Hartung"):
        assert (seen[method].low, seen[method].high) == pytest.approx((4, 4), abs=1e-4), method


def test_quasi_binomial_is_the_binomial_widened_by_its_misfit_and_student():
    """Pearson's chi-squared over 3 degrees of freedom widens the error, and the interval is Student's."""
    rates = 1 / (1 + np.exp(-np.array([-0.1, 0.25, -0.2, 0.4, 0.2])))
    seen = by_method(means(rates, n=4000))
    plain, quasi = seen["binomial regression"], seen["quasi-binomial regression"]
    x = np.log10(SIZES)
    intercept = np.log(rates / (1 - rates)).mean()
    slope = plain.change / np.ptp(x)
    for _ in range(50):  # the fitted intercept, given the slope
        fitted = 1 / (1 + np.exp(-intercept - slope * x))
        intercept += (rates - fitted).sum() / (fitted * (1 - fitted)).sum()
    spread = np.sqrt((4000 * (rates - fitted) ** 2 / (fitted * (1 - fitted))).sum() / 3)
    widened = spread * stats.t.ppf(0.975, 3) / stats.norm.ppf(0.975)
    assert quasi.high - quasi.low == pytest.approx((plain.high - plain.low) * widened, rel=1e-6)
