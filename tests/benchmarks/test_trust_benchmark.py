import importlib.util
import sys

import numpy as np
import pytest
from places import NEEDS_SHARED, SHARED
from scipy import stats
from scipy.special import expit

from analysis.trends.fit.knapp_hartung import knapp_hartung
from benchmarks import trust
from benchmarks.rivals import RIVALS, Means, mann_kendall, two_lines
from benchmarks.scoring import OURS, forecast_score, our_score, rivals_score
from benchmarks.simulation import MIXTURE, Design, draw, location

TOOL = SHARED / "tools" / "detector_benchmark.py"
SMALL = Design("test", "", 5, 0.1, MIXTURE, behaviors=20, n_items=(40, 60))


def test_the_same_replicate_is_the_same_data():
    one, two, other = draw(SMALL, 0), draw(SMALL, 0), draw(SMALL, 1)
    assert all(np.array_equal(a, b) for a, b in zip(one.answers, two.answers, strict=True))
    assert not np.array_equal(one.answers[0], other.answers[0])
    table = one.table()
    assert len(table) == sum(each.size for each in one.answers)
    b3 = table[(table["behavior"] == "b003") & (table["model"] == "m2")]
    assert b3["p_match"].to_numpy() == pytest.approx(one.answers[3][:, 2])


def test_expected_rates_are_exact():
    rate, s = np.array([[0.02, 0.5, 0.9]]), np.array([[1.7]])
    a = location(rate, s)
    z = np.linspace(-8, 8, 4001)
    weight = np.exp(-(z**2) / 2)
    mean = (expit(a[..., None] + 1.7 * z) * weight).sum(-1) / weight.sum()
    assert mean == pytest.approx(rate, abs=1e-5)


def test_missing_cells_leave_three_and_models_of_one_size_share_what_they_should():
    gaps = draw(Design("gaps", "", 7, 0.1, behaviors=30, n_items=(20,), missing=0.6), 0)
    left = [int((~np.isnan(each[0])).sum()) for each in gaps.answers]
    assert min(left) >= 3
    assert np.mean(left) < 6
    alike = draw(Design("alike", "", 5, 0.5, behaviors=40, n_items=(4000,), per_size=2, shared=1.0), 0)
    pairs = np.array([each.mean(0).reshape(5, 2) for each in alike.answers])
    assert np.abs(pairs[:, :, 0] - pairs[:, :, 1]).max() < 0.05
    assert alike.models[:3] == ["m0.0", "m0.1", "m1.0"]


def test_rivals_equal_textbook_functions():
    sweep = draw(SMALL, 0)
    means = Means.of(sweep)
    said = {name: method(means) for name, method in RIVALS.items()}
    x, y = np.log10(sweep.sizes), means.y
    for at in range(20):
        line = stats.linregress(x, y[at])
        assert said["least squares on logits, t"].p[at] == pytest.approx(line.pvalue, abs=1e-9)
        assert said["Mann-Kendall, exact"].p[at] == pytest.approx(
            stats.kendalltau(x, y[at], method="exact").pvalue, abs=1e-9
        )
        fit = knapp_hartung(x, y[at], means.variance[at])
        assert said["random effects PM + Knapp-Hartung"].slope[at] == pytest.approx(fit.slope, abs=0.02)


@pytest.mark.skipif(not TOOL.exists(), reason=NEEDS_SHARED)
def test_rivals_equal_a_second_implementation():
    spec = importlib.util.spec_from_file_location("second_implementation", TOOL)
    module = sys.modules["second_implementation"] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    sweep = draw(SMALL, 0)
    table, means = sweep.table(), Means.of(sweep)
    table["behavior"] = table["behavior"].astype(str)
    theirs_of = {
        "least squares on logits, t": "ols_logit", "item-error weights, z": "wls",
        "binomial regression, z": "binomial", "GEE by question, z": "gee", "random effects DL, z": "dl_z",
        "random effects PM + Knapp-Hartung": "pm_kh", "permutation of sizes": "perm",
        "moderated t (limma)": "limma",
    }  # fmt: skip
    for name, theirs in theirs_of.items():
        expected = module.builtin(theirs)(table, dict.fromkeys(sweep.names, 1))
        assert RIVALS[name](means).p == pytest.approx(expected["p"].to_numpy(), abs=1e-5), name


def test_turns_of_the_rivals_and_scores_against_the_truth():
    valley = np.array([[1.0, 0.45, 0.02, -0.5, 0.05, 0.5, 0.98]])
    x = np.arange(7.0) - 3
    means = Means(x, np.vstack([valley, -valley]), np.full((2, 7), 0.001), Means.of(draw(SMALL, 0)).sums)
    assert two_lines(means).turn.tolist() == [1, -1]
    assert RIVALS["least squares + quadratic U (Lind-Mehlum)"](means).turn.tolist() == [1, -1]
    assert mann_kendall(means).p.min() > 0.2


def test_scores_are_shares_and_item_tests_flag_noise():
    sweep = draw(Design("noise", "", 5, 0.3, behaviors=60, n_items=(100,)), 0)
    rivals, ours = rivals_score(sweep), our_score(sweep, "size")
    assert rivals["GEE by question, z"].false_positives > 0.4
    assert ours.false_positives < 0.2
    assert ours.claimed == ours.false_discoveries == 0
    assert np.isnan(ours.small)
    steps = draw(Design("steps", "", 3, 0.05, {"null": 0.5, "steps large": 0.5}, behaviors=12, steps=True), 0)
    assert our_score(steps, "rlhf").large > 0.9
    assert all(0 <= share <= 1 for share in forecast_score(draw(Design("f", "", 7, 0.1, behaviors=10), 0)))


def test_the_report_has_every_method_and_design(monkeypatch, capsys):
    for name in ("NO_TREND", "MIXED", "SHAPED", "OURS_ONLY", "FORECAST"):
        tiny = [
            Design(d.name, d.what, d.n_sizes, d.tau, d.mix, behaviors=12, n_items=(30,), steps=d.steps)
            for d in getattr(trust, name)
        ]
        monkeypatch.setattr(trust, name, tiny)
    assert trust.main(["--reps", "1"]) == 0
    seen = capsys.readouterr()
    assert all(f"| {name} |" in seen.out for name in (OURS, *RIVALS))
    assert all(each.name in seen.out for each in (*trust.NO_TREND, *trust.MIXED, *trust.SHAPED))
    assert "N5-0" in seen.err
