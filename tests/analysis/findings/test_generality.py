"""What families say together, kept with findings."""

from __future__ import annotations

import math

import pandas as pd
from rate_builders import sweep

from analysis.findings.compute import findings_of
from analysis.findings.generality import generality
from analysis.trends.result import SeriesResult


def rates(start: float, step: float) -> list[float]:
    return [1 / (1 + math.exp(-(start + step * at))) for at in range(6)]


def result(family: str, change: float, q: float, verdict: str) -> SeriesResult:
    return SeriesResult(
        behavior="b", family=family, series="", axis="size", n_points=6, verdict=verdict, reason="", change=change, q=q,
        change_low=change - 0.2, change_high=change + 0.2,
    )  # fmt: skip


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
