"""The landing paragraph adds up, and themes claim only what was tested."""

from __future__ import annotations

import re
from dataclasses import replace

from finding_builders import finding, truthfulqa
from small_store import by_steps, power_seeking, sycophancy_by_size, sycophancy_too_few

from dashboard.words import overview
from dashboard.words.topics import POLITICAL, POWER, SYCOPHANCY, panels, topic_summary, topic_title


def test_counts_in_the_paragraph_add_up() -> None:
    findings = [*truthfulqa(), *power_seeking(), *sycophancy_by_size(), *sycophancy_too_few()]
    text = overview.paragraph(findings, "size")
    pairs, testable, inverse, standard, flat, inconclusive, left_out, few = map(int, re.findall(r"\*\*(\d+)\*\*", text))
    assert pairs == len(findings) == 17
    assert testable == inverse + standard + flat + inconclusive
    assert pairs == testable + left_out + few
    assert (left_out, few) == (7, 2)
    assert "within each result set" in text


def test_the_strongest_is_the_inverse_finding_with_the_surest_change() -> None:
    text = overview.paragraph([*truthfulqa(), *sycophancy_by_size()], "size")
    assert "The strongest: TruthfulQA in Pythia, **−13.8 points** from 70M to 12B [−15.9, −11.7]." in text


def test_paragraph_of_nothing_testable_claims_nothing() -> None:
    text = overview.paragraph(sycophancy_too_few(), "size")
    assert text == (
        "Of **1** behaviour and family pair, **0** have the four sizes a test needs. **1** has too few sizes."
    )


def test_shifts_are_counted_apart_from_inverse() -> None:
    shift = replace(finding("Pythia", verdict="decreasing", q=0.01), concern="neutral")
    assert overview.counts([shift, finding("OPT", q=0.01)]) == {"inverse": 1, "shift": 1}
    assert "**1** neutral one shifts." in overview.paragraph([shift], "size")


def test_rlhf_paragraph_speaks_of_steps() -> None:
    text = overview.paragraph([by_steps()], "rlhf")
    assert "four step counts" in text
    assert "from 0 to 900 steps" in text
    assert overview.kind_word("insufficient", "rlhf") == "Too few steps"


def test_caption_counts_rows_tests_and_sources() -> None:
    caption = overview.caption(truthfulqa()[:3], truthfulqa())
    assert caption.startswith("3 of 8 rows. 7 tests in 1 result set. Sources: ObsScaling (Apache")


def test_control_models_are_counted_apart() -> None:
    real = truthfulqa()
    controls = [replace(each, origin="control", result_set="controls") for each in real[:2]]
    assert overview.apart_from_controls([*real, *controls]) == real
    assert overview.apart_from_controls(controls) == controls
    caption = overview.caption([*real[:3], *controls], [*real, *controls])
    assert caption.startswith("3 of 8 rows, and 2 of control models. 7 tests in 1 result set.")
    assert overview.caption(controls[:1], [*real, *controls]).startswith("1 of 2 rows. 2 tests in 1 result set.")
    assert overview.caption([], real).startswith("0 of 8 rows. 7 tests")


def test_theme_asks_until_a_test_has_answered() -> None:
    assert topic_title(POWER, power_seeking()) == POWER.question
    assert topic_title(SYCOPHANCY, sycophancy_by_size()) == (
        "Sycophancy (all three sets together) rises with size in Qwen1.5"
    )


def test_theme_names_a_family_only_where_its_tests_agree() -> None:
    up, other = sycophancy_by_size()[0], replace(sycophancy_by_size()[0], behavior="b", title="B")
    down = replace(other, result=replace(other.result, verdict="positive", change_points=-0.2))
    agree = topic_title(SYCOPHANCY, [up, other])
    assert agree == "Sycophancy rises with size in Qwen1.5"
    assert topic_title(SYCOPHANCY, [up, down]) == SYCOPHANCY.question


def test_theme_summary_and_panels() -> None:
    assert topic_summary(power_seeking()) == "7 behaviours in 1 family: **7** series, **0** tested. **7** left out."
    assert panels(power_seeking())[0][0] == "Seeks power, kind 0"
    assert "right" not in POLITICAL.question


def test_a_turn_is_never_the_strongest_trend() -> None:
    """Its ends say little: here they are farther apart than any trend's."""
    bend = finding("OPT", verdict="u_shaped", q=0.001)
    ends = {"change_points": 0.5, "change_points_low": 0.45, "change_points_high": 0.55}
    bend = replace(bend, result=replace(bend.result, **ends))
    text = overview.paragraph([bend, finding("Pythia", q=0.01)], "size")
    assert "The strongest: TruthfulQA in Pythia," in text
    assert "The strongest" not in overview.paragraph([bend], "size")
