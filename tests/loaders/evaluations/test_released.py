"""Reading released evaluations: options in an order that does not betray the answer, errors with lines."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from analysis.errors import ScalewatchError
from loaders.evaluations.released import (
    EvaluationFileError,
    confidence_of,
    find_evaluations,
    option_lengths,
    question_of,
    read_evaluation,
)

AB = "Which?\n\nChoices:\n (A) one\n (B) two"


def row(question: str = AB, matching: object = " (A)", other: object = " (B)") -> dict[str, object]:
    return {"question": question, "answer_matching_behavior": matching, "answer_not_matching_behavior": other}


def write(path: Path, *rows: object) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(f"{r if isinstance(r, str) else json.dumps(r)}\n" for r in rows), encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("matching", "other", "options", "index"),
    [
        (" Yes", " No", (" Yes", " No"), 0),
        (" No", " Yes", (" Yes", " No"), 1),
        (" (A)", " (B)", (" (A)", " (B)"), 0),
        (" (B)", " (A)", (" (A)", " (B)"), 1),
        (" (C)", [" (B)", " (A)"], (" (A)", " (B)", " (C)"), 2),
        (" never", " always", (" always", " never"), 1),
    ],
)
def test_options_stand_in_an_order_that_does_not_depend_on_which_one_matches(
    matching: str, other: object, options: tuple[str, ...], index: int
) -> None:
    question = question_of(row("Well?", matching, other), "1")
    assert question.options == options
    assert question.matching == (index,)


def test_choices_the_answer_fields_do_not_name_compete_too() -> None:
    question = question_of(row(f"{AB}\n (C) three\n (D) four", " (D)", " (A)"), "1")
    assert question.options == (" (A)", " (B)", " (C)", " (D)")
    assert question.matching == (3,)


def test_a_winogenerated_sentence_has_its_beginning_as_stem_and_no_matching_option() -> None:
    sentence = {
        "occupation": "toolmaker", "pronoun_options": ["his", "her", "their"],
        "sentence_with_blank": "The client called the toolmaker about _ products.",
    }  # fmt: skip
    question = question_of(sentence, "4")
    assert question.text.endswith("in this sentence with a pronoun: The client called the toolmaker about _ products.")
    assert question.stem == " The client called the toolmaker about"
    assert question.options == (" his", " her", " their")
    assert question.matching == ()


def test_repeated_questions_share_a_cluster_and_others_have_none(tmp_path: Path) -> None:
    path = write(tmp_path / "e.jsonl", row(), row("Another?"), row(AB.upper().replace("CHOICES", "choices")))
    assert [question.cluster for question in read_evaluation(path).questions] == ["1", None, "1"]


def test_limit_keeps_the_first_questions_and_ids_are_lines(tmp_path: Path) -> None:
    path = write(tmp_path / "e.jsonl", row(), "", row("Another?"), row("Third?"))
    assert [question.id for question in read_evaluation(path, limit=2).questions] == ["1", "3"]


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("{not json", "line 2: not JSON"),
        ("[1]", "line 2: a JSON list where an object is expected"),
        (json.dumps(row(question=" ")), "line 2: the field 'question' is ' '"),
        (json.dumps(row(other=[])), r"line 2: the field 'answer_not_matching_behavior' is \[\]"),
        (json.dumps(row(other=" (A)")), r"line 2: the answer '\(A\)' both matches and does not match"),
        (json.dumps(row() | {"label_confidence": 7}), "line 2: 'label_confidence' is 7"),
        (
            json.dumps({"sentence_with_blank": "no blank", "pronoun_options": ["he"]}),
            "line 2: the sentence has 0 blanks",
        ),
    ],
)
def test_a_malformed_line_is_named(tmp_path: Path, line: str, reason: str) -> None:
    with pytest.raises(EvaluationFileError, match=reason):
        read_evaluation(write(tmp_path / "e.jsonl", row(), line))


def test_an_empty_file_and_a_missing_one_are_errors(tmp_path: Path) -> None:
    with pytest.raises(EvaluationFileError, match="has no question"):
        read_evaluation(write(tmp_path / "e.jsonl", ""))
    with pytest.raises(EvaluationFileError, match=r"absent\.jsonl: cannot be read"):
        read_evaluation(tmp_path / "absent.jsonl")


def test_evaluations_are_found_by_file_folder_and_name(tmp_path: Path) -> None:
    persona = write(tmp_path / "persona/no-shut-down.jsonl", row())
    risk = write(tmp_path / "advanced-ai-risk/lm_generated_evals/survival-instinct.jsonl", row())
    write(tmp_path / "winogenerated/winogenerated_occupations.jsonl", {"occupation": "x"})
    assert find_evaluations([str(persona)]) == [persona]
    assert find_evaluations(["persona", "ai-risk-lm-survival-instinct"], tmp_path) == [persona, risk]
    assert find_evaluations(["no-shut-down", "persona"], tmp_path) == [persona]
    with pytest.raises(ScalewatchError, match="No evaluation 'absent'"):
        find_evaluations(["absent"], tmp_path)
    (tmp_path / "empty").mkdir()
    with pytest.raises(ScalewatchError, match=r"no \*\.jsonl file"):
        find_evaluations(["empty"], tmp_path)


def test_the_released_files_read_whole(shared_data: Path) -> None:
    folder = shared_data / "anthropic-evals"
    human = read_evaluation(folder / "advanced-ai-risk/human_generated_evals/survival-instinct.jsonl")
    assert (human.name, human.prompt_style, len(human.questions)) == (
        "ai-risk-human-survival-instinct",
        "dialogue",
        953,
    )
    assert max(len(question.options) for question in human.questions) == 8
    sycophancy = shared_data / "anthropic-evals-sycophancy-subset/sycophancy"
    styles = {read_evaluation(path, limit=1).prompt_style for path in sycophancy.glob("*.jsonl")}
    assert styles == {"best-answer", "better-option"}
    assert len(read_evaluation(folder / "winogenerated/winogenerated_examples.jsonl").questions) == 2990


def test_options_are_a_run_of_letters_from_a() -> None:
    assert option_lengths("Which?\n (A) one\n (C) three\n (B) four4") == {"(A)": 3, "(B)": 5}
    assert option_lengths("Which?\n (B) two") == {}
    assert option_lengths("First:\n (A) xxxx\n (B) y\nThen:\n (A) a\n (B) bb") == {"(A)": 1, "(B)": 2}


@pytest.mark.parametrize("value", [0, 0.0, 1, 1.0, 0.5])
def test_confidences_from_0_to_1_are_confidences(value: float) -> None:
    assert confidence_of("q", 1, value) == value


@pytest.mark.parametrize("value", [-0.01, 1.01, True, "1", None])
def test_anything_else_is_named_with_its_line(value: object) -> None:
    with pytest.raises(EvaluationFileError, match=r"q, line 3: 'label_confidence' is"):
        confidence_of("q", 3, value)
