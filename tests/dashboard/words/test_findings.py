"""What pages say: every number from the finding, only tested families named, no loaded word."""

from __future__ import annotations

from dataclasses import replace

import pytest
from finding_builders import finding, point, truthfulqa
from small_store import power_seeking, sycophancy_by_size, sycophancy_too_few

from analysis.findings.finding import Finding
from dashboard.words import findings as wording
from dashboard.words import reading as reading_words

MINUS = "\u2212"


def pythia(**changes: object) -> Finding:
    """Pythia on TruthfulQA with the published change."""
    base = finding("Pythia", q=0.004)
    numbers = {
        "change_points": -0.138, "change_points_low": -0.185, "change_points_high": -0.093,
        "influential_x": 70e6, "change_points_without": -0.108, "fragile": False, "q": 0.004, "n_tests": 26,
    }  # fmt: skip
    return replace(base, result=replace(base.result, **{**numbers, **changes}))


def neutral(verdict: str, change: float = 0.1) -> Finding:
    """A political behaviour that moved."""
    base = pythia(
        verdict=verdict,
        change_points=change,
        change_points_low=change - 0.05,
        change_points_high=change + 0.05,
    )
    return replace(
        base, concern="neutral", behavior="persona-politically-liberal", title="Holds liberal views",
        measure="answers matching the behaviour (Yes to its statements, No to their opposites)",
    )  # fmt: skip


def test_a_fall_is_told_as_a_magnitude_with_its_interval() -> None:
    assert reading_words.sentence(pythia()) == (
        "In Pythia the share of answers judged true falls by **13.8 points** from 70M to 12B [9.3, 18.5]."
    )


def test_a_rise_keeps_the_order_of_its_interval() -> None:
    rises = pythia(verdict="positive", change_points=0.186, change_points_low=0.066, change_points_high=0.311)
    assert reading_words.sentence(rises).endswith("rises by **18.6 points** from 70M to 12B [6.6, 31.1].")


@pytest.mark.parametrize(
    ("low", "high", "said"),
    [
        (-0.01, 0.19, "be flat or rise"),
        (-0.19, 0.01, "be flat or fall"),
        (-0.04, 0.18, "be a rise or a fall"),
    ],
)
def test_inconclusive_says_what_it_could_be(low: float, high: float, said: str) -> None:
    text = reading_words.sentence(
        pythia(verdict="inconclusive", change_points_low=low, change_points_high=high, n_points=4)
    )
    assert f"it could {said}" in text
    assert "over 4 sizes" in text
    assert "-" not in text.replace("**", "")


def test_inconclusive_outside_zero_names_the_tests_that_weaken_it() -> None:
    weak = pythia(verdict="inconclusive", change_points=0.2, change_points_low=0.027, change_points_high=0.369, q=0.24)
    assert reading_words.sentence(weak) == (
        "In Pythia it points to a rise, **+2.7 to +36.9 points** over 8 sizes, too weak among 26 tests (q = 0.240)."
    )


def test_flat_and_shapes() -> None:
    assert "stays level: " in reading_words.sentence(pythia(verdict="flat"))
    dip = [point(f"{n}B", n * 1e9, rate) for n, rate in ((1, 0.6), (3, 0.4), (10, 0.3), (30, 0.5))]
    bent = replace(
        finding("Pythia", dip, verdict="u_shaped"),
        result=replace(pythia(verdict="u_shaped").result, curve=()),
    )
    assert "falls to 10B, then rises" in reading_words.sentence(bent)


def test_too_few_sizes_and_left_out() -> None:
    assert reading_words.sentence(sycophancy_too_few()[0]) == "Qwen1.5 has **3 sizes**; a trend needs 4."
    left = reading_words.sentence(power_seeking()[0])
    assert left.startswith("Pythia is left out: 4 of 4 models give a constant answer (always answers (A)")
    assert reading_words.why(sycophancy_too_few()[0], []).heading == "What would settle it"
    assert reading_words.why(sycophancy_too_few()[0], []).text == (
        "One more size of Qwen1.5, best outside 500M to 4B, asked the same questions."
    )


def test_title_names_tested_families_only() -> None:
    findings = truthfulqa()
    title = wording.claim(findings)
    assert title.startswith("TruthfulQA falls with size in Pythia")
    untested = {f.name for f in findings if f.result.verdict == "insufficient"}
    assert untested == {"Gemma"}
    assert not any(name in title for name in untested)
    assert ", and rises with" not in title
    assert " and rises in " in title


def test_title_without_a_change() -> None:
    assert wording.claim(sycophancy_too_few()) == (
        "No size trend can be tested for sycophancy (NLP research survey) in Qwen1.5"
    )
    assert wording.claim([pythia(verdict="flat")]) == "TruthfulQA stays level with size in Pythia"
    assert wording.claim([pythia(verdict="inconclusive")]) == "No clear size trend in TruthfulQA for Pythia"
    assert wording.claim([]) == "No results for this choice"


def test_title_counts_what_it_does_not_name() -> None:
    many = [replace(pythia(), family=name) for name in "ABCDEFG"]
    assert wording.claim(many) == "TruthfulQA falls with size in A, B, C and 4 more"


def test_generic_measures_take_the_behaviours_title() -> None:
    assert wording.claim([neutral("increasing")]) == "Answers matching “Holds liberal views” rise with size in Pythia"


@pytest.mark.parametrize("verdict", ["increasing", "decreasing", "flat", "inconclusive", "insufficient"])
def test_neutral_behaviours_never_carry_the_word_inverse(verdict: str) -> None:
    one = neutral(verdict, 0.1 if verdict == "increasing" else -0.1)
    why = reading_words.why(one, [one])
    said = " ".join(
        [
            reading_words.sentence(one),
            wording.claim([one]),
            why.heading,
            why.text,
            *(c for _, c in why.checks),
        ]
    )
    assert "inverse" not in said.lower()
    assert "worse" not in said.replace("No direction is declared as worse", "")


def test_why_inverse_lists_the_checks() -> None:
    rises = replace(pythia(verdict="positive", change_points=0.1), family="Qwen1.5")
    falls = replace(pythia(), family="OPT")
    why = reading_words.why(pythia(), [pythia(), rises, falls])
    assert why.heading == "Why inverse"
    assert why.text.startswith("A smaller share of answers judged true is declared as worse. The fitted line falls")
    assert why.checks == (
        (True, "holds when any one size is dropped"),
        (True, "q = 0.004 among 26 tests, below 0.05"),
        (False, "not general: rises in Qwen1.5"),
    )
    assert reading_words.why(pythia(), [pythia(), falls]).checks[-1] == (True, "also falls in OPT")


def test_fragile_names_the_size_and_what_remains() -> None:
    fragile = pythia(fragile=True)
    assert (False, "does not hold when 70M is dropped") in reading_words.why(fragile, []).checks
    assert reading_words.undo(fragile) == f"Dropping 70M does: {MINUS}10.8 points remain."
    assert reading_words.undo(pythia()) == (
        f"No single size does. Dropping 70M matters most: {MINUS}10.8 points remain."
    )
    assert "was not tried" in reading_words.undo(pythia(influential_x=None))


def test_a_missing_check_is_left_out_and_not_counted_as_passed() -> None:
    clauses = [clause for _, clause in reading_words.why(pythia(fragile=None), []).checks]
    assert clauses == ["q = 0.004 among 26 tests, below 0.05"]


def test_key_facts_of_a_test_and_of_three_sizes() -> None:
    assert reading_words.key_facts(pythia()) == {
        "Change": f"{MINUS}13.8 points", "95% interval": f"{MINUS}18.5 to {MINUS}9.3",
        "q, of 26 tests": "0.004",
        "Sizes": "8, 70M to 12B", "Questions": "817 per model",
    }  # fmt: skip
    assert reading_words.key_facts(sycophancy_too_few()[0]) == {
        "Sizes": "3: 500M, 1.8B, 4B", "Observed": "61.1%, 74.1%, 95.3%", "Questions": "9,984 per model",
    }  # fmt: skip
    assert reading_words.key_facts(sycophancy_by_size()[0])["Questions"] == "not stated by the source"


def test_grey_line_counts_families_and_models() -> None:
    line = wording.grey_line(sycophancy_too_few(), "3f9c1e")
    assert line == "Sycophancy: NLP research survey · 1 family, 3 models · 9,984 questions each · data 3f9c1e"


def test_table_titles_are_short_and_different() -> None:
    long = [
        "Truthfulness (TruthfulQA, weight on true answers)",
        "Hazardous knowledge: biology (WMDP)",
        "MMLU: anatomy",
    ]
    assert list(wording.short_titles(long).values()) == [
        "Truthfulness (TruthfulQA)",
        "Hazardous knowledge: biology",
        "MMLU: anatomy",
    ]
    twins = [
        "Truthfulness (TruthfulQA, weight on true answers)",
        "Truthfulness (TruthfulQA, best answer chosen)",
    ]
    assert wording.short_titles(twins) == {title: title for title in twins}


def test_q_is_never_equal_to_less_than() -> None:
    assert wording.q_text(0.0004) == "< 0.001"
    assert wording.q_equals(0.0004) == "q < 0.001"
    assert wording.q_text(None) == ""


def test_words_that_are_never_used() -> None:
    everything = [*truthfulqa(), *sycophancy_too_few(), *power_seeking(), pythia(fragile=True)]
    for each in everything:
        why = reading_words.why(each, everything)
        said = " ".join(
            [
                reading_words.sentence(each),
                why.text,
                *(clause for _, clause in why.checks),
                reading_words.undo(each),
            ]
        )
        for word in ("accuracy", "significant", "score", "alarming"):
            assert word not in said.lower(), said


def test_names_with_commas_are_parted_by_semicolons() -> None:
    assert wording.listed(["A", "B"]) == "A and B"
    assert wording.listed(["A, 50 steps", "B", "C"]) == "A, 50 steps; B and C"
    assert wording.listed(["A, 50 steps", "B", "C", "D", "E"]) == "A, 50 steps; B; C and 2 more"
