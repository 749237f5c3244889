"""Reads evaluations in the released format of anthropics/evals: a question a line, errors name file and line."""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from analysis.errors import ScalewatchError
from analysis.records import Evaluation, Question

_OPTION_LINE = re.compile(r"^ ?\(([A-Z])\)(.*)$", re.MULTILINE)
LETTER = re.compile(r"\(([A-Z])\)")
_STYLES = (
    ("sycophancy_on_political_typology_quiz", "better-option"),
    ("sycophancy_on_nlp_survey", "best-answer"),
    ("sycophancy_on_philpapers2020", "best-answer"),
)
"""Evaluations the paper puts with a stem (READMEs of the released data); all others are plain dialogue."""
_SAME_NAMES = {
    "human_generated_evals": "ai-risk-human",
    "lm_generated_evals": "ai-risk-lm",
    "prompts_for_few_shot_generation": "ai-risk-fewshot",
}
"""Folders whose files share names: what stands before them."""


_NO_QUESTIONS = "winogenerated_occupations.jsonl"


class EvaluationFileError(ScalewatchError):
    """A data file is not in the released format. The text names file, line and remedy."""

    @classmethod
    def at(cls, path: Path | str, line: int, reason: str) -> EvaluationFileError:
        """`line` counts from 1."""
        return cls(f"{path}, line {line}: {reason}.", "Copy the file again from anthropics/evals or correct that line.")


def read_evaluation(path: Path, limit: int | None = None) -> Evaluation:
    """The evaluation in a JSONL file: questions with their matching answers, or winogenerated sentences.

    `limit` keeps the first questions. A question's id is its line in the file, from 1. Repeated questions (case
    ignored) share a cluster. Raises EvaluationFileError.
    """
    questions: list[Question] = []
    for line, row in rows(path):
        if limit is not None and len(questions) >= limit:
            break
        questions.append(question_of(row, str(line), path=path, line=line))
    if not questions:
        raise EvaluationFileError.at(path, 1, "the file has no question")
    return Evaluation(
        name=evaluation_name(path),
        questions=tuple(_clustered(questions)),
        prompt_style=next((style for stem, style in _STYLES if path.stem == stem), "dialogue"),
        sha256=hashlib.sha256(path.read_bytes()).hexdigest(),
    )


def evaluation_name(path: Path) -> str:
    """Name of the evaluation in a file, as the behaviour catalogue knows it."""
    before = _SAME_NAMES.get(path.resolve().parent.name)
    return f"{before}-{path.stem}" if before else path.stem


def question_of(row: Mapping[str, Any], id: str, *, path: Path | str = "question", line: int = 1) -> Question:
    """A Question from one object in the released format; `path` and `line` are for the error's text.

    Lettered options stand in the order of their letters and include those the question offers beyond the two its
    answer fields name (human-written files); " Yes" stands before " No"; others are in alphabetical order.
    """
    if "pronoun_options" in row:
        return _pronouns(row, id, path, line)
    text = text_of(path, line, row, "question")
    matching = answers_of(path, line, row, "answer_matching_behavior")
    other = answers_of(path, line, row, "answer_not_matching_behavior")
    if set(matching) & set(other):
        raise EvaluationFileError.at(path, line, f"the answer {matching[0].strip()!r} both matches and does not match")
    options = _in_order(_with_offered(text, [*matching, *other]))
    confidence = row.get("label_confidence")
    return Question(
        id=id,
        text=text,
        options=options,
        matching=tuple(index for index, option in enumerate(options) if option in matching),
        label_confidence=None if confidence is None else confidence_of(path, line, confidence),
    )


def _pronouns(row: Mapping[str, Any], id: str, path: Path | str, line: int) -> Question:
    """A winogenerated sentence: the pronouns compete for the blank (paper, table 8)."""
    sentence = text_of(path, line, row, "sentence_with_blank")
    blanks = re.findall(r"(?<!\w)_(?!\w)", sentence)
    if len(blanks) != 1:
        raise EvaluationFileError.at(path, line, f"the sentence has {len(blanks)} blanks '_' where one is expected")
    before = re.split(r"(?<!\w)_(?!\w)", sentence)[0].rstrip(" ")
    pronouns = tuple(f" {pronoun.strip()}" for pronoun in answers_of(path, line, row, "pronoun_options"))
    return Question(
        id=id,
        text=f"Please fill in the missing blank in this sentence with a pronoun: {sentence}",
        options=pronouns if before else tuple(f" {pronoun.strip().capitalize()}" for pronoun in pronouns),
        stem=f" {before}" if before else "",
    )


def _with_offered(text: str, named: Sequence[str]) -> list[str]:
    """Named answers and the letters the question offers beyond them, written like the named ones."""
    offered = list(dict.fromkeys(named))
    if all(LETTER.fullmatch(answer.strip()) for answer in named):
        before = named[0][: len(named[0]) - len(named[0].lstrip())]
        offered += [before + label for label in option_lengths(text) if before + label not in offered]
    return offered


def _in_order(options: list[str]) -> tuple[str, ...]:
    if {option.strip() for option in options} == {"Yes", "No"}:
        return tuple(sorted(options, reverse=True))
    return tuple(sorted(options))


def _clustered(questions: list[Question]) -> Iterator[Question]:
    asked = Counter(f"{question.text}{question.stem}".casefold() for question in questions)
    first: dict[str, str] = {}
    for question in questions:
        key = f"{question.text}{question.stem}".casefold()
        cluster = first.setdefault(key, question.id) if asked[key] > 1 else None
        yield question if cluster is None else replace(question, cluster=cluster)


def find_evaluations(named: Iterable[str], root: Path | None = None) -> list[Path]:
    """Files of the evaluations named: paths of files or folders, or names of evaluations below `root`.

    Sorted within a folder, each file once. Raises ScalewatchError where a name has no file.
    """
    below = {} if root is None else {evaluation_name(path): path for path in sorted(root.rglob("*.jsonl"))}
    found: list[Path] = []
    for name in named:
        places = [Path(name)] if root is None else [Path(name), root / name]
        place = next((each for each in places if each.exists()), None)
        if place is not None and place.is_dir():
            inside = [path for path in sorted(place.rglob("*.jsonl")) if path.name != _NO_QUESTIONS]
            if not inside:
                raise ScalewatchError(
                    f"{place}: no *.jsonl file in it.", "Name a folder of a checkout of anthropics/evals."
                )
            found += inside
        elif place is not None:
            found.append(place)
        elif name in below:
            found.append(below[name])
        else:
            where = f"the folder {root}" if root else "this folder"
            raise ScalewatchError(f"No evaluation '{name}' in {where}.", "Give a file, a folder or the name of a file.")
    return list(dict.fromkeys(found))


def option_lengths(question: str) -> dict[str, int]:
    """Label -> length of its text in characters, for the last run of lines (A), (B), ... in a question.

    A few LM-written questions hold several lists of options, of which the last one counts.
    """
    run: dict[str, int] = {}
    for letter, text in _OPTION_LINE.findall(question):
        if letter == "A":
            run = {}
        if ord(letter) - ord("A") == len(run):
            run[f"({letter})"] = len(text.strip())
    return run


def rows(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    """(line, object) for every line of a JSONL file that is not blank."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise EvaluationFileError(f"{path}: cannot be read ({error.strerror}).", "Check the path.") from error
    for number, line in enumerate(content.split(b"\n"), start=1):
        if not line.strip():
            continue
        try:
            row = json.loads(line.decode("utf-8"))
        except (UnicodeDecodeError, json.JSONDecodeError) as error:
            raise EvaluationFileError.at(path, number, f"not JSON in UTF-8 ({error})") from error
        if not isinstance(row, dict):
            raise EvaluationFileError.at(path, number, f"a JSON {type(row).__name__} where an object is expected")
        yield number, row


def text_of(path: Path | str, line: int, row: Mapping[str, Any], field: str) -> str:
    """A field that must be a text."""
    value = row.get(field)
    if not isinstance(value, str) or not value.strip():
        seen = "is missing" if field not in row else f"is {value!r}, not a text"
        raise EvaluationFileError.at(path, line, f"the field '{field}' {seen}")
    return value


def answers_of(path: Path | str, line: int, row: Mapping[str, Any], field: str) -> list[str]:
    """Answers as they stand; one text and a list of texts are both released forms."""
    value = row.get(field)
    answers = [value] if isinstance(value, str) else value
    if not isinstance(answers, list) or not answers or not all(isinstance(a, str) and a.strip() for a in answers):
        seen = "is missing" if field not in row else f"is {value!r}, not an answer or a list of answers"
        raise EvaluationFileError.at(path, line, f"the field '{field}' {seen}")
    return answers


def confidence_of(path: Path | str, line: int, value: object) -> float:
    """A label confidence, 0-1."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 1:
        raise EvaluationFileError.at(path, line, f"'label_confidence' is {value!r}, not a number from 0 to 1")
    return float(value)
