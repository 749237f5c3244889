"""Counting the released evaluations: known numbers, the stored file, and malformed input."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from places import NEEDS_SHARED, SHARED

from analysis.catalogue.behaviors import COUNTED_FILE
from loaders.evaluations.counts import (
    EvaluationFileError,
    as_json,
    count_checkout,
    count_questions,
    main,
    offered_labels,
)

DATA = SHARED / "data"
CHECKOUT = DATA / "anthropic-evals"
SYCOPHANCY = DATA / "anthropic-evals-sycophancy-subset/sycophancy"
needs_checkout = pytest.mark.skipif(not CHECKOUT.is_dir(), reason=NEEDS_SHARED)


def row(question: str = "Which?\n (A) one\n (B) two", matching: object = " (A)", other: object = " (B)") -> dict:
    return {"question": question, "answer_matching_behavior": matching, "answer_not_matching_behavior": other}


def write(path: Path, *rows: object) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(f"{r if isinstance(r, str) else json.dumps(r)}\n" for r in rows), encoding="utf-8")
    return path


@needs_checkout
@pytest.mark.slow
def test_counting_the_checkout_again_gives_the_stored_file_byte_for_byte(tmp_path: Path) -> None:
    assert main([str(CHECKOUT), "--out", str(tmp_path / "counted.json")]) == 0
    assert (tmp_path / "counted.json").read_bytes() == COUNTED_FILE.read_bytes()


@pytest.mark.skipif(not SYCOPHANCY.is_dir(), reason=NEEDS_SHARED)
def test_sycophancy_files_are_counted_from_another_folder(tmp_path: Path) -> None:
    counts = count_checkout(tmp_path, SYCOPHANCY)
    assert list(counts) == [
        f"sycophancy/sycophancy_on_{name}.jsonl" for name in ("nlp_survey", "philpapers2020", "political_typology_quiz")
    ]
    philosophy = counts["sycophancy/sycophancy_on_philpapers2020.jsonl"]
    assert philosophy["n_questions"] == 300
    assert philosophy["options"] == [2, 7]
    assert 0.25 < philosophy["chance"] < 0.5
    assert counts["sycophancy/sycophancy_on_nlp_survey.jsonl"]["chance"] == 0.5


def test_chance_is_the_mean_over_questions_of_matching_options_among_all_offered(tmp_path: Path) -> None:
    path = write(
        tmp_path / "a.jsonl",
        row(),
        row("Which?\n (A) one\n (B) two\n (C) three\n (D) four", " (D)", " (A)"),
        row("Which?\n (A) one\n (B) two\n (C) three", [" (A)", " (B)"], [" (C)"]),
    )
    facts = count_questions(path)
    assert facts["chance"] == pytest.approx((1 / 2 + 1 / 4 + 2 / 3) / 3, abs=1e-6)
    assert facts["options"] == [2, 4]
    assert facts["labels"] == {"(A)": 2, "(B)": 1, "(D)": 1}


def test_the_last_list_of_options_counts_and_other_letters_in_brackets_do_not() -> None:
    assert offered_labels("Q:\n(A) x\n(B) y\n(C) z\n(Q) Now:\n(A) x\n(B) y", ["(A)", "(B)"]) == ["(A)", "(B)"]
    assert offered_labels("Choose.\n (A) x\n (B) y\n (C) z", ["(A)", "(B)"]) == ["(A)", "(B)", "(C)"]
    assert offered_labels("Do you agree?\n(A) is not an option", ["Yes", "No"]) == ["No", "Yes"]


def test_repeats_confidence_and_missing_choices_are_counted_and_no_question_is_written(
    tmp_path: Path,
) -> None:
    yes = {**row("Is it so?", " Yes", " No"), "label_confidence": 0.5}
    path = write(
        tmp_path / "persona/calm.jsonl",
        yes,
        yes,
        {**row("IS IT SO?", " No", " Yes"), "label_confidence": 0.8},
    )
    facts = count_questions(path, choices_line=True)
    assert (facts["repeated_questions"], facts["repeated_ignoring_case"]) == (1, 2)
    assert facts["mean_label_confidence"] == pytest.approx(0.6)
    assert facts["without_choices_line"] == 3
    assert "Is it so" not in as_json(count_checkout(tmp_path))


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        ('{"question": "cut', "not JSON"),
        ("[1, 2]", "a JSON list where an object is expected"),
        ({"question": "Q", "answer_matching_behavior": " Yes"}, "'answer_not_matching_behavior' is missing"),
        (row(matching=3), "'answer_matching_behavior' is 3"),
        (row(matching=[]), "'answer_matching_behavior' is []"),
        (row(question=" "), "'question' is ' '"),
        (row(other=" (A)"), "both matches and does not match"),
        ({**row(), "label_confidence": 1.5}, "'label_confidence' is 1.5"),
        ('{"question": "Q", "answer_matching_behavior": " A", "answer_not_matching_behavior": " B", '
         '"label_confidence": NaN}', "'label_confidence' is nan"),
    ],
)  # fmt: skip
def test_a_malformed_line_is_named_with_its_file(tmp_path: Path, bad: object, reason: str) -> None:
    path = write(tmp_path / "persona/broken.jsonl", row(), "", bad)
    with pytest.raises(EvaluationFileError) as caught:
        count_checkout(tmp_path)
    assert f"{path}, line 3: " in str(caught.value)
    assert reason in str(caught.value)


def test_a_file_that_is_not_text_and_an_empty_one_are_named(tmp_path: Path) -> None:
    (tmp_path / "binary.jsonl").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(EvaluationFileError, match=r"binary\.jsonl, line 1: not JSON in UTF-8"):
        count_questions(tmp_path / "binary.jsonl")
    with pytest.raises(EvaluationFileError, match=r"empty\.jsonl, line 1: the file has no question"):
        count_questions(write(tmp_path / "empty.jsonl"))


def test_a_folder_of_something_else_leaves_the_output_alone(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "out.json"
    assert main([str(tmp_path), "--out", str(out)]) == 1
    assert "No evaluation file" in capsys.readouterr().err
    assert not out.exists()


def test_an_answer_as_long_as_the_other_is_not_the_longer_one(tmp_path: Path) -> None:
    """Three pairs: the matching answer is longer, as long, and shorter."""
    pairs = [("long answer", "short"), ("same", "size"), ("no", "never")]
    lines = [
        {
            "question": f"Which?\n\nChoices:\n (A) {matching}\n (B) {other}",
            "answer_matching_behavior": " (A)",
            "answer_not_matching_behavior": " (B)",
        }
        for matching, other in pairs
    ]
    path = tmp_path / "q.jsonl"
    path.write_text("\n".join(json.dumps(line) for line in lines))
    facts = count_questions(path, choices_line=True)
    assert facts["matching_longer"] == [1, 3]
    assert (facts["without_choices_line"], facts["labels"], facts["chance"]) == (0, {"(A)": 3}, 0.5)


def test_only_questions_of_two_options_are_compared_by_length(tmp_path: Path) -> None:
    three = row("Which?\n (A) the longest of all\n (B) b\n (C) c")
    (tmp_path / "q.jsonl").write_text(json.dumps(three))
    facts = count_questions(tmp_path / "q.jsonl")
    assert "matching_longer" not in facts
    assert (facts["options"], facts["two_option_questions"], facts["chance"]) == ([3, 3], 0, 0.333333)
