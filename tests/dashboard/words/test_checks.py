"""Robustness checks either side of where they pass."""

from __future__ import annotations

from dataclasses import replace

import pytest
from finding_builders import finding

from analysis.findings.finding import Finding
from dashboard.words.checks import among_all_tests, models_play, other_series, scored_otherwise


def with_numbers(**changes: object) -> Finding:
    base = finding("Pythia", q=0.004)
    return replace(base, result=replace(base.result, **changes))


@pytest.mark.parametrize(("q", "passed"), [(0.05, True), (0.0501, False)])
def test_q_passes_at_the_level(q: float, passed: bool) -> None:
    (told,) = among_all_tests(with_numbers(q=q), [])
    assert told.passed == passed


def test_a_turn_rests_on_its_own_q_and_flat_on_none() -> None:
    (turn,) = among_all_tests(with_numbers(verdict="u_shaped", q=0.4, q_shape=0.01), [])
    assert (turn.passed, turn.text) == (True, "q = 0.010 among 26 tests, below 0.05")
    assert list(among_all_tests(with_numbers(verdict="flat", q=0.4), [])) == []


def test_half_of_the_probability_is_enough() -> None:
    base = finding("Pythia", q=0.004)
    masses = (0.5, 0.49, *[None] * 6)
    points = tuple(replace(each, option_mass=mass) for each, mass in zip(base.points, masses, strict=True))
    (told,) = models_play(replace(base, points=points))
    assert (told.passed, told.text) == (False, "160M: less than half of the probability is on the options")


def test_a_claim_is_compared_with_claims() -> None:
    base = finding("Pythia", q=0.004)
    same = list(scored_otherwise(replace(base, unbalanced_verdict="inverse", argmax_verdict="inverse")))
    assert [told.passed for told in same] == [True]
    mixed = list(scored_otherwise(replace(base, unbalanced_verdict="flat", argmax_verdict="inverse")))
    assert [told.passed for told in mixed] == [True, False]
    quiet = replace(with_numbers(verdict="flat"), unbalanced_verdict="inconclusive")
    assert [told.passed for told in scored_otherwise(quiet)] == [True], "neither claims anything"


def test_other_series_are_the_others_that_move() -> None:
    falls, rises = finding("OPT", q=0.01), finding("Qwen1.5", q=0.01)
    own = finding("Pythia", q=0.004)
    still = replace(falls, result=replace(falls.result, verdict="flat"))
    untested = finding("Gemma")
    said = [
        [(told.passed, told.text) for told in other_series(own, others)]
        for others in ([own, falls], [own, falls, rises], [own, still], [own, untested], [own])
    ]
    assert said == [
        [(True, "also falls in OPT")],
        [(False, "not general: rises in Qwen1.5")],
        [(False, "not seen in OPT, also tested")],
        [],
        [],
    ]
