"""What families say together: the rule for 'general', the summary by hand, and what is kept with findings."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from rate_builders import sweep

from analysis.findings.compute import findings_of
from analysis.findings.generality import Together, cochran_q, generality, paule_mandel, together
from analysis.trends.result import SeriesResult


def rates(start: float, step: float) -> list[float]:
    return [1 / (1 + math.exp(-(start + step * at))) for at in range(6)]


def result(
    family: str, change: float | None, q: float | None, verdict: str = "inverse", *, behavior: str = "b"
) -> SeriesResult:
    """A series whose change has a standard error of .1 logit."""
    bounds = {} if change is None else {"change_low": change - 1.959964 * 0.1, "change_high": change + 1.959964 * 0.1}
    return SeriesResult(
        behavior=behavior, family=family, series="", axis="size", n_points=6, verdict=verdict, reason="", change=change,
        q=q, **bounds,
    )  # fmt: skip


def seen_in(*series: tuple[str, float, float]) -> Together:
    seen = together([result(*each) for each in series])
    assert seen is not None
    return seen


def test_two_families_that_rise_are_general_and_one_that_falls_ends_it() -> None:
    both = pd.concat([sweep(rates(-0.4, 0.4)), sweep(rates(-0.2, 0.5), family="OPT", lineage="OPT")])
    seen = [each.generality for each in findings_of(both, "size")]
    assert seen[0] == seen[1]
    assert seen[0] is not None
    assert (seen[0].general, seen[0].n_families, seen[0].n_rising, seen[0].q_df) == (True, 2, 2, 1)
    against = pd.concat([both, sweep(rates(1.5, -0.4), family="GPT-Neo/J", lineage="GPT-Neo/J")])
    mixed = findings_of(against, "size")[0].generality
    assert mixed is not None
    assert not mixed.general
    assert mixed.reason == "rises in OPT, Pythia and falls in GPT-Neo/J (q <= 0.05)"
    assert mixed.i_squared > 0.9


def test_one_family_or_another_evaluation_says_nothing_together() -> None:
    assert findings_of(sweep(rates(-0.4, 0.4)), "size")[0].generality is None
    other = sweep(rates(-0.4, 0.4), family="OPT", lineage="OPT", evaluation="asked otherwise")
    assert [f.generality for f in findings_of(pd.concat([sweep(rates(-0.4, 0.4)), other]), "size")] == [None, None]


def test_a_family_asked_in_two_styles_counts_once_in_each() -> None:
    zero_shot = pd.concat([sweep(rates(-0.4, 0.4)), sweep(rates(-0.2, 0.5), family="OPT", lineage="OPT")])
    five_shot = sweep(rates(-0.3, 0.4), prompt_style="5-shot")
    found = findings_of(pd.concat([zero_shot, five_shot]), "size")
    together = {(each.family, each.prompt_style): each.generality for each in found}
    assert together["Pythia", "5-shot"] is None
    alone = findings_of(zero_shot, "size")[0].generality
    for family in ("OPT", "Pythia"):
        seen = together[family, "0-shot"]
        assert seen is not None
        assert alone is not None
        assert (seen.n_families, seen.n_rising, seen.q_df, alone.q_df) == (2, 2, 1, 1)


def test_a_fall_the_detector_refuses_to_call_speaks_for_nothing() -> None:
    refused = result("C", -1.0, 0.01, "inconclusive")
    seen = generality([result("A", 0.5, 0.01, "inverse"), result("B", 0.6, 0.02, "inverse"), refused])
    assert seen is not None
    assert (seen.general, seen.n_families) == (True, 2)
    assert generality([result("A", 0.5, 0.01, "inverse"), refused]) is None


def test_two_families_of_one_sign_and_none_opposite_are_general() -> None:
    seen = seen_in(("A", 0.5, 0.01), ("B", 0.4, 0.04), ("C", -0.1, 0.6)).generality
    assert seen.general
    assert seen.reason == "rises in A, B (q <= 0.05), opposite in none"
    assert (seen.n_families, seen.n_rising, seen.n_falling) == (3, 2, 1)


@pytest.mark.parametrize(
    ("series", "reason"),
    [
        ([("A", 0.5, 0.01), ("B", 0.4, 0.04), ("C", -0.4, 0.01)], "rises in A, B and falls in C"),
        ([("A", -0.5, 0.01), ("B", -0.4, 0.06)], "only A shows a trend"),
        ([("A", 0.5, 0.01), ("A", 0.4, 0.04), ("B", 0.1, 0.4)], "only A shows a trend"),
        ([("A", 0.5, 0.2), ("B", 0.4, 0.06)], "no family shows a trend"),
    ],
)
def test_not_general_says_why(series: list[tuple[str, float, float]], reason: str) -> None:
    seen = seen_in(*series).generality
    assert not seen.general
    assert reason in seen.reason


def test_two_effects_by_hand() -> None:
    # 0 and 0.6 with se .1: w = 100, mean .3, Q = 2 x 100 x .09 = 18, I^2 = 17/18;
    # tau^2 with Q = 1: .18/(.01 + tau^2) = 1 -> .17; mean's variance (.01 + .17)/2.
    # P(chi^2 on 1 > 18) = P(|z| > 4.2426) = 2.21e-5.
    seen = seen_in(("A", 0.0, 0.9), ("B", 0.6, 0.01))
    assert seen.generality.q == pytest.approx(18, rel=1e-6)
    assert (seen.generality.q_df, seen.generality.i_squared) == (1, pytest.approx(17 / 18, rel=1e-6))
    assert seen.generality.q_p == pytest.approx(2.21e-5, rel=1e-2)
    assert seen.tau_squared == pytest.approx(0.17, rel=1e-6)
    assert seen.change == pytest.approx(0.3)
    assert seen.change_high - seen.change_low == pytest.approx(2 * 1.959964 * 0.3, rel=1e-6)


def test_equals_statsmodels_and_the_published_nine_laboratories() -> None:
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


def test_untested_families_are_named_and_mixed_behaviours_refused() -> None:
    series = [result("A", 0.5, 0.01), result("B", None, None, "insufficient"), result("C", 0.2, 0.3)]
    seen = together(series)
    assert seen is not None
    assert (seen.families, seen.left_out) == (("A", "C"), ("B",))
    assert together(series[:2]) is None
    assert together([]) is None
    with pytest.raises(ValueError, match=r"one behaviour along one axis.*behaviours b, other"):
        together([result("A", 0.5, 0.01), result("B", 0.1, 0.4, behavior="other")])
