"""Findings on single answers: what is tested, what each point says, and where the way of scoring decides."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from planted_answers import BY_RATES, LEANING, ODD, QUIET, REPEATED, RISING, SHARP, name_of, planted
from rate_builders import SIZES, rates_row

from analysis import detect
from analysis.cells.rates import probability_interval
from analysis.findings.compute import findings_of
from analysis.findings.finding import Finding
from analysis.findings.findings_json import findings_from_json, findings_to_json
from analysis.findings.single_answers import MEAN_PROBABILITY
from analysis.tables import ANSWERS, RATES


def by_behavior(rates: pd.DataFrame, answers: pd.DataFrame | None) -> dict[str, Finding]:
    return {each.behavior: each for each in findings_of(rates, "size", answers=answers)}


@pytest.fixture(scope="module")
def tables() -> tuple[pd.DataFrame, pd.DataFrame]:
    return planted(odd=False)


@pytest.fixture(scope="module")
def found(tables: tuple[pd.DataFrame, pd.DataFrame]) -> dict[str, Finding]:
    return by_behavior(*tables)


def test_the_planted_trend_is_found_and_noise_is_not(found: dict[str, Finding]) -> None:
    assert found[RISING].result.verdict == "inverse"
    assert found[RISING].result.change == pytest.approx(5 * 0.35 * 0.87, abs=0.25)  # means over questions are flatter
    assert {found[name].result.verdict for name in QUIET} <= {"flat", "inconclusive"}
    assert not any(found[name].metric_dependent for name in QUIET)


def test_points_are_label_balanced_mean_probabilities(
    tables: tuple[pd.DataFrame, pd.DataFrame], found: dict[str, Finding]
) -> None:
    rates, answers = tables
    finding = found[LEANING]
    assert finding.metric == MEAN_PROBABILITY
    assert finding.measure.startswith("mean probability of ")
    for point in finding.points:
        rows = answers[(answers["checkpoint"] == point.checkpoint) & (answers["evaluation"] == LEANING)]
        p, first = rows["matching_probability"].to_numpy(float), rows["matching_position"].to_numpy(int) == 0
        assert point.rate == pytest.approx((p[first].mean() + p[~first].mean()) / 2)
        assert point.label_gap == pytest.approx(p[first].mean() - p[~first].mean())
        interval = probability_interval(p, rows["matching_position"].astype(str).tolist())[1]
        assert (point.ci_low, point.ci_high) == pytest.approx((interval.low, interval.high))
        stored = rates[(rates["checkpoint"] == point.checkpoint) & (rates["evaluation"] == LEANING)]
        assert point.argmax_rate == stored["matching_rate"].iloc[0] == pytest.approx((p > 0.5).mean())
        assert point.n_questions == 400


def test_a_lean_to_one_label_is_a_trend_only_without_balance(found: dict[str, Finding]) -> None:
    finding = found[LEANING]
    assert finding.result.verdict in ("flat", "inconclusive")
    assert finding.unbalanced_verdict == "increasing"
    assert finding.metric_dependent
    gaps = [point.label_gap for point in finding.points]
    assert gaps == sorted(gaps)


def test_a_sharp_metric_makes_a_trend_of_a_small_change(found: dict[str, Finding]) -> None:
    finding = found[SHARP]
    assert (finding.result.verdict, finding.argmax_verdict) == ("flat", "increasing")
    assert finding.metric_dependent
    assert finding.points[0].argmax_rate == 0
    assert finding.points[-1].argmax_rate == 1


def test_the_verdicts_are_those_of_detect_on_item_rows(
    tables: tuple[pd.DataFrame, pd.DataFrame], found: dict[str, Finding]
) -> None:
    rates, answers = tables
    kept = rates[rates["evaluation"] != BY_RATES]
    found = by_behavior(kept, answers)
    size = dict(zip(rates["checkpoint"], rates["parameter_count"], strict=True))
    items = answers.assign(
        behavior=answers["evaluation"], family="F", model=answers["checkpoint"], rlhf_steps=0,
        n_params=answers["checkpoint"].map(size), item_id=answers["question_id"],
        p_match=answers["matching_probability"], label=answers["matching_position"],
        cluster=answers["cluster"].fillna(answers["evaluation"] + answers["question_id"]),
    )  # fmt: skip
    directions = {name: 1 if name == RISING else 0 for name in items["behavior"].unique()}
    seen = detect(items, directions).set_index("behavior")
    for name, finding in found.items():
        assert finding.result.verdict == seen.loc[name, "verdict"]
        assert finding.result.p == pytest.approx(seen.loc[name, "p"], rel=1e-9)
    unbalanced = detect(items.drop(columns="label"), directions).set_index("behavior")["verdict"]
    argmax = detect(items.assign(p_match=items["answered_matching"].astype(float)), directions)
    assert {name: each.unbalanced_verdict for name, each in found.items()} == unbalanced.to_dict()
    assert {name: each.argmax_verdict for name, each in found.items()} == argmax.set_index("behavior")[
        "verdict"
    ].to_dict()


def test_both_kinds_are_tested_in_one_call(
    tables: tuple[pd.DataFrame, pd.DataFrame], found: dict[str, Finding]
) -> None:
    by_rates = found[BY_RATES]
    assert not by_rates.on_answers
    assert (by_rates.unbalanced_verdict, by_rates.argmax_verdict, by_rates.metric_dependent) == (None, None, False)
    assert by_rates.points[0].argmax_rate is None
    assert {each.result.n_tests for each in found.values()} == {len(found)}
    assert {each.result.n_family for each in found.values()} == {len(found)}
    without = by_behavior(tables[0], None)
    assert [point.rate for point in without[BY_RATES].points] == [point.rate for point in by_rates.points]
    assert not any(each.on_answers for each in without.values())


def test_repeats_of_a_question_widen_the_interval(
    tables: tuple[pd.DataFrame, pd.DataFrame], found: dict[str, Finding]
) -> None:
    rates, answers = tables
    alone = by_behavior(rates, answers.assign(cluster=None))[REPEATED]
    for clustered, plain in zip(found[REPEATED].points, alone.points, strict=True):
        assert clustered.rate == plain.rate
        assert clustered.ci_high - clustered.ci_low > 1.7 * (plain.ci_high - plain.ci_low)
        assert clustered.ci_method.endswith("clustered")


def test_a_model_that_does_not_play_is_warned_of_and_tested(found: dict[str, Finding]) -> None:
    smallest, *others = found[RISING].points
    assert smallest.option_mass == pytest.approx(0.31)
    assert smallest.warning == "hardly plays: only 31 % of its probability is on the options"
    assert smallest.mark == ""
    assert {point.warning for point in others} == {""}
    assert found[RISING].result.n_points == len(SIZES)


def test_a_cell_with_too_few_answers_is_tested_by_rate_and_warned_of(
    tables: tuple[pd.DataFrame, pd.DataFrame],
) -> None:
    rates, answers = tables
    rates, answers = (each[each["evaluation"] == RISING].reset_index(drop=True) for each in (rates, answers))
    lost = answers.index[answers["checkpoint"] == name_of(SIZES[0])][:50]
    answers.loc[lost, ["matching_probability", "answered_matching", "option_logprobs"]] = None
    rates.loc[rates["checkpoint"] == name_of(SIZES[0]), "n_answered"] = 350
    finding = by_behavior(rates, answers)[RISING]
    assert not finding.on_answers
    assert finding.points[0].warning == "only 350 of 400 questions have an answer, and the others may differ"
    assert {point.warning for point in finding.points[1:]} == {""}
    assert not any(point.mark for point in finding.points)


def test_an_odd_model_is_far_off_in_most_behaviours() -> None:
    found = by_behavior(*planted(odd=True))
    off = np.array([found[name].result.residuals for name in QUIET])
    assert (np.abs(off[:, ODD]) > 2).mean() >= 0.8
    assert (np.abs(np.delete(off, ODD, axis=1)) > 2).mean() <= 0.05
    assert found[QUIET[0]].result.kappa is not None
    assert found[QUIET[0]].result.kappa > 0.2


def changed(answers: pd.DataFrame, **columns: object) -> pd.DataFrame:
    """The answers of the smallest model to RISING with other values."""
    own = (answers["evaluation"] == RISING) & (answers["checkpoint"] == name_of(SIZES[0]))
    return ANSWERS.validate(answers.assign(**{name: answers[name].mask(own, value) for name, value in columns.items()}))


def test_answers_that_are_not_those_of_the_rate_are_not_used(tables: tuple[pd.DataFrame, pd.DataFrame]) -> None:
    rates, answers = tables
    turned = ~answers["answered_matching"]
    for other in (
        answers.drop(index=answers.index[answers["evaluation"] == RISING][:50]),
        changed(answers, matching_probability=None),
        changed(answers, answered_matching=turned),
    ):
        found = by_behavior(rates, other)
        assert not found[RISING].on_answers
        assert found[RISING].metric == "share of answers that match"
        assert found[SHARP].on_answers


def test_options_in_another_order_are_a_label_of_their_own(tables: tuple[pd.DataFrame, pd.DataFrame]) -> None:
    rates, answers = tables
    found = by_behavior(rates, changed(answers, matching_position=1 - answers["matching_position"]))
    smallest = found[RISING].points[0]
    rows = answers[(answers["evaluation"] == RISING) & (answers["checkpoint"] == smallest.checkpoint)]
    assert smallest.rate == pytest.approx(rows["matching_probability"].mean())
    assert found[RISING].result.verdict == "inverse"


@pytest.mark.parametrize("lean", [1.0, 6.0])
def test_a_slight_lean_spoils_the_rate_only_and_a_strong_one_the_probability_too(lean: float) -> None:
    rows, rates = [], []
    rng = np.random.default_rng(7)
    for at, size in enumerate(SIZES):
        first = np.arange(200) % 2 == 0
        logit = 0.4 * at - 0.5 + np.where(first, lean, -lean) + rng.normal(0, 0.3, 200)
        p = 1 / (1 + np.exp(-logit))
        rows += [
            {
                "checkpoint": f"m{at}", "evaluation": "e", "question_id": str(q), "prompt_style": "d",
                "matching_probability": p[q], "answered_matching": bool(first[q]), "total_option_mass": 1.0,
                "matching_position": int(not first[q]), "scoring_way": "planted",
            }
            for q in range(200)
        ]  # fmt: skip
        rates.append(
            rates_row(
                checkpoint=f"m{at}", parameter_count=int(size), evaluation="e", behavior="persona-agreeableness",
                prompt_style="d", matching_rate=0.5, n_questions=200,
            )
        )  # fmt: skip
    table, answers = RATES.validate(pd.DataFrame(rates)), ANSWERS.validate(pd.DataFrame(rows))
    (by_rates,) = findings_of(table, "size")
    (on_answers,) = findings_of(table, "size", answers=answers)
    assert by_rates.result.verdict in ("left_out", "flat")
    if lean == 1.0:
        assert on_answers.result.verdict == "increasing"
        assert not any(point.mark for point in on_answers.points)
    else:
        assert on_answers.result.verdict == "left_out"
        assert {point.mark for point in on_answers.points} == {"answers by position: nearly always the first option"}


def test_stored_and_read_again(found: dict[str, Finding]) -> None:
    again = findings_from_json(findings_to_json(list(found.values())))
    for finding, read in zip(found.values(), again, strict=True):
        assert read.result.residuals == finding.result.residuals
        assert (read.unbalanced_verdict, read.argmax_verdict) == (finding.unbalanced_verdict, finding.argmax_verdict)
        assert [p.warning for p in read.points] == [p.warning for p in finding.points]
        assert read.points[1].label_gap == pytest.approx(finding.points[1].label_gap)


def test_rlhf_steps_on_answers() -> None:
    rates, answers = planted(odd=False)
    steps = dict(zip([name_of(size) for size in SIZES], (0, 50, 100, 250, 500, 1000), strict=True))
    name = {checkpoint: f"planted@rl{step}" for checkpoint, step in steps.items()}
    rates = rates.assign(
        rlhf_steps=rates["checkpoint"].map(steps), checkpoint=rates["checkpoint"].map(name), parameter_count=10**9
    )
    answers = answers.assign(checkpoint=answers["checkpoint"].map(name))
    found = {each.behavior: each for each in findings_of(RATES.validate(rates), "rlhf", answers=answers)}
    assert found[RISING].on_answers
    assert found[RISING].result.verdict == "inverse"
    assert len(found[RISING].result.residuals) == len(SIZES)


def test_metric_dependence_is_about_what_is_claimed(found: dict[str, Finding]) -> None:
    quiet = replace(found[QUIET[0]], unbalanced_verdict="flat", argmax_verdict="inconclusive")
    assert not quiet.metric_dependent
    rising = replace(found[RISING], unbalanced_verdict="inverse", argmax_verdict="inverse")
    assert not rising.metric_dependent
    for other in ("positive", "flat", "inconclusive", "u_shaped"):
        assert replace(rising, argmax_verdict=other).metric_dependent


def test_forecasts_start_from_the_probability_of_the_largest_model(found: dict[str, Finding]) -> None:
    told = [each for each in found.values() if each.forecasts]
    assert len(told) >= 10
    for finding in told:
        assert finding.forecasts[0].last == pytest.approx(finding.points[-1].rate)
