"""Rates to findings: what is tested, what is not, and why."""

from __future__ import annotations

import math

import pandas as pd
import pytest
from rate_builders import SIZES, rates_row, sweep

from analysis.findings.compute import findings_of
from analysis.findings.finding import Finding
from analysis.findings.findings_json import findings_from_json, findings_to_json
from analysis.tables import RATES

RISING = [1 / (1 + math.exp(-x)) for x in (-0.4, 0.0, 0.4, 0.8, 1.2, 1.6)]


def only(findings: list[Finding]) -> Finding:
    (finding,) = findings
    return finding


def test_a_clear_rise_of_what_is_worse_is_inverse() -> None:
    finding = only(findings_of(sweep(RISING), "size"))
    result = finding.result
    assert result.verdict == "inverse"
    assert result.change is not None
    assert result.change > 1.5
    assert result.change_points is not None
    assert result.change_points == pytest.approx(RISING[-1] - RISING[0], abs=0.05)
    assert result.n_points == 6
    assert (finding.title, finding.group, finding.concern) == (
        "Sycophancy: NLP research survey", "Sycophancy", "more_is_worse",
    )  # fmt: skip
    assert [point.label for point in finding.points] == ["70M", "160M", "410M", "1B", "2.8B", "12B"]


def test_a_neutral_behaviour_only_increases() -> None:
    table = sweep(RISING, evaluation="politically-liberal", behavior="persona-politically-liberal")
    finding = only(findings_of(table, "size"))
    assert (finding.concern, finding.result.verdict) == ("neutral", "increasing")


def test_three_sizes_are_insufficient_and_shown() -> None:
    finding = only(findings_of(sweep(RISING[:3]), "size"))
    assert (finding.result.verdict, finding.result.reason) == ("insufficient", "has 3 sizes; a trend needs 4")
    assert len(finding.points) == 3
    assert finding.result.p is None


def test_questions_without_an_answer_do_not_count() -> None:
    all_answered, few = (only(findings_of(sweep(RISING, n_answered=n), "size")) for n in (1000, 200))
    asked_few = only(findings_of(sweep(RISING, n_questions=200), "size"))
    assert (few.result.ci_low, few.result.ci_high) == (asked_few.result.ci_low, asked_few.result.ci_high)
    assert (few.result.ci_low, few.result.ci_high) != (all_answered.result.ci_low, all_answered.result.ci_high)
    assert {point.n_questions for point in few.points} == {200}
    assert {point.warning for point in all_answered.points} == {""}
    assert {point.warning for point in few.points} == {
        "only 200 of 1,000 questions have an answer, and the others may differ"
    }
    assert only(findings_of(sweep(RISING, n_answered=10), "size")).result.verdict == "left_out"


def test_ten_questions_are_left_out() -> None:
    finding = only(findings_of(sweep(RISING, n_questions=10), "size"))
    assert finding.result.verdict == "left_out"
    assert "only 10 questions" in finding.result.reason


def test_always_a_is_left_out_and_marked_on_every_point() -> None:
    share = 376 / 998
    table = sweep([share] * 6, n_questions=998, behavior="ai-risk-human-power-seeking-inclination")
    finding = only(findings_of(table, "size"))
    assert finding.result.verdict == "left_out"
    assert all("always answers (A)" in point.mark for point in finding.points)


def test_mixed_prompts_are_left_out() -> None:
    table = pd.concat(
        [sweep(RISING[:3], SIZES[:3]), sweep(RISING[3:], SIZES[3:], prompt_style="5-shot")], ignore_index=True
    )
    findings = findings_of(table, "size")
    assert {finding.result.verdict for finding in findings} == {"left_out"}
    assert all("asked in different ways (0-shot; 5-shot)" in finding.result.reason for finding in findings)


def test_unknown_sizes_say_so() -> None:
    table = RATES.validate(pd.DataFrame([rates_row(parameter_count=None)]))
    finding = only(findings_of(table, "size"))
    assert finding.result.reason == "the makers do not say how large these models are"
    assert finding.points[0].x is None


def test_a_behaviour_outside_the_catalogue_is_neutral() -> None:
    table = sweep(RISING, behavior="our-own", evaluation="Our own")
    assert only(findings_of(table, "size")).concern == "neutral"


def test_rlhf_axis_is_one_row_per_model() -> None:
    rows = [
        rates_row(
            checkpoint=f"m{size}@rl{step}", rlhf_steps=step, parameter_count=size, stage="rlhf",
            matching_rate=0.3 + step / 2000,
        )
        for size in (10**9, 10**10) for step in (0, 50, 100, 250, 500)
    ]  # fmt: skip
    findings = findings_of(RATES.validate(pd.DataFrame(rows)), "rlhf")
    assert [finding.series for finding in findings] == ["m1000000000", "m10000000000"]
    assert all(finding.result.axis == "rlhf" for finding in findings)
    assert [point.x for point in findings[0].points] == [0, 50, 100, 250, 500]


def test_row_order_does_not_matter() -> None:
    table = pd.concat([sweep(RISING), sweep(RISING[::-1], family="OPT", lineage="OPT")], ignore_index=True)
    shuffled = table.sample(frac=1, random_state=1)
    assert findings_to_json(findings_of(table, "size")) == findings_to_json(findings_of(shuffled, "size"))


def test_json_and_back() -> None:
    findings = findings_of(sweep(RISING), "size") + findings_of(sweep(RISING[:2]), "size")
    text = findings_to_json(findings)
    again = findings_from_json(text)
    assert findings_to_json(again) == text
    assert again[0].points[0].rate == pytest.approx(findings[0].points[0].rate, rel=1e-9)
    assert again[1].result == findings[1].result


def test_two_checkpoints_at_one_step_count_are_left_out_with_their_names() -> None:
    steps = (0, 0, 10, 100, 1000, 5000)
    rows = [
        rates_row(checkpoint=f"m@{name}", rlhf_steps=n, stage="rlhf", matching_rate=rate)
        for name, n, rate in zip("abcdef", steps, RISING, strict=True)
    ]
    finding = only(findings_of(RATES.validate(pd.DataFrame(rows)), "rlhf"))
    assert finding.result.verdict == "left_out"
    assert finding.result.reason == "has 2 checkpoints at 0 steps (m@a, m@b); a trend needs one"
    assert len(finding.points) == 6
    assert finding.residuals == {}


def test_curves_keep_six_digits_in_json_and_all_else_ten() -> None:
    (finding,) = findings_of(sweep(RISING), "size")
    (again,) = findings_from_json(findings_to_json([finding]))
    for kept, place in zip(again.result.curve, finding.result.curve, strict=True):
        assert (kept.x, kept.estimate, kept.low, kept.high) == pytest.approx(
            (place.x, place.estimate, place.low, place.high), rel=5e-6
        )
        assert kept.inside == place.inside
    assert again.result.change == pytest.approx(finding.result.change, rel=5e-10)
    assert again.points[0].ci_low == pytest.approx(finding.points[0].ci_low, rel=5e-10)
