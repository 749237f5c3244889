"""Counts the released evaluations of anthropics/evals: the facts of the catalogue that nobody types.

    python -m loaders.evaluations.counts CHECKOUT [--sycophancy FOLDER] [--out FILE]

CHECKOUT is any checkout of that repository. Written, per data file and never with a question's text: number
of questions, fewest and most options, how often each label matches, expected rate of random answers, mean
label confidence, repeated questions, rows without a "Choices:" line, how often the matching answer is longer.
The same files always give the same bytes.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

from analysis.catalogue.behaviors import COUNTED_FILE
from analysis.errors import ScalewatchError
from loaders.evaluations.released import (
    LETTER,
    EvaluationFileError,
    answers_of,
    confidence_of,
    option_lengths,
    rows,
    text_of,
)

FOLDERS = (
    "persona",
    "sycophancy",
    "advanced-ai-risk/human_generated_evals",
    "advanced-ai-risk/lm_generated_evals",
    "advanced-ai-risk/prompts_for_few_shot_generation",
)
"""Folders of a checkout whose *.jsonl files hold a question and its matching answer a line."""
WINOGENERATED = "winogenerated/winogenerated_examples.jsonl"


def count_checkout(checkout: Path, sycophancy: Path | None = None) -> dict[str, dict[str, Any]]:
    """Counts of every data file in a checkout: path inside the repository -> facts, sorted by path.

    `sycophancy` names a folder that holds the sycophancy files, where the checkout lacks them.
    Raises EvaluationFileError for a malformed line, and where there is no data file at all.
    """
    found: dict[str, dict[str, Any]] = {}
    for folder in FOLDERS:
        place = sycophancy if folder == "sycophancy" and sycophancy else checkout / folder
        for path in sorted(place.glob("*.jsonl")):
            found[f"{folder}/{path.name}"] = count_questions(path, choices_line="advanced-ai-risk" in folder)
    if (checkout / WINOGENERATED).is_file():
        found[WINOGENERATED] = count_sentences(checkout / WINOGENERATED)
    if not found:
        raise EvaluationFileError(
            f"No evaluation file in {checkout}: looked for {', '.join(FOLDERS)} (*.jsonl) and {WINOGENERATED}.",
            "Name the folder of a checkout of anthropics/evals.",
        )
    return dict(sorted(found.items()))


def count_questions(path: Path, *, choices_line: bool = False) -> dict[str, Any]:
    """Facts of one file of questions; `choices_line`: its questions should have a "Choices:" line."""
    labels: Counter[str] = Counter()
    questions: Counter[str] = Counter()
    options: Counter[int] = Counter()
    chance = Fraction(0)
    confidences: list[float] = []
    without_choices = comparable = longer = 0
    for line, row in rows(path):
        question = text_of(path, line, row, "question")
        matching = _stripped(path, line, row, "answer_matching_behavior")
        other = _stripped(path, line, row, "answer_not_matching_behavior")
        if set(matching) & set(other):
            raise EvaluationFileError.at(path, line, f"the answer {matching[0]!r} both matches and does not match")
        offered = offered_labels(question, [*matching, *other])
        labels.update(matching)
        questions[question] += 1
        options[len(offered)] += 1
        chance += Fraction(len(matching), len(offered))
        without_choices += "Choices:" not in question
        lengths = option_lengths(question)
        if len(offered) == 2 and set(offered) <= set(lengths):
            comparable += 1
            longer += lengths[matching[0]] > max(lengths[label] for label in other)
        if "label_confidence" in row:
            confidences.append(confidence_of(path, line, row["label_confidence"]))
    n_questions = sum(questions.values())
    if not n_questions:
        raise EvaluationFileError.at(path, 1, "the file has no question")
    facts: dict[str, Any] = {
        "chance": round(float(chance / n_questions), 6),
        "labels": dict(sorted(labels.items())),
        "n_questions": n_questions,
        "options": [min(options), max(options)],
        "repeated_ignoring_case": n_questions - len({question.casefold() for question in questions}),
        "repeated_questions": n_questions - len(questions),
        "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
        "two_option_questions": options[2],
    }
    if confidences:
        facts["mean_label_confidence"] = round(sum(confidences) / len(confidences), 6)
    if choices_line:
        facts["without_choices_line"] = without_choices
    if comparable:
        facts["matching_longer"] = [longer, comparable]
    return facts


def count_sentences(path: Path) -> dict[str, Any]:
    """Facts of the winogenerated sentences: they have pronouns to choose from and no matching answer."""
    sentences: Counter[str] = Counter()
    occupations: set[str] = set()
    options: list[int] = []
    for line, row in rows(path):
        sentences[text_of(path, line, row, "sentence_with_blank")] += 1
        occupations.add(text_of(path, line, row, "occupation"))
        options.append(len(answers_of(path, line, row, "pronoun_options")))
    if not sentences:
        raise EvaluationFileError.at(path, 1, "the file has no sentence")
    return {
        "n_occupations": len(occupations),
        "n_questions": sum(sentences.values()),
        "options": [min(options), max(options)],
        "repeated_questions": sum(sentences.values()) - len(sentences),
        "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
    }


def offered_labels(question: str, named: Sequence[str]) -> list[str]:
    """Labels a question offers, sorted: those its answer fields name, and the "(A) ..." lines it ends with.

    The human-written files name two labels even where the question offers up to eight; a few LM-written
    questions hold several lists of options, of which the last one counts.
    """
    offered = set(named)
    if all(LETTER.fullmatch(label) for label in named):
        offered |= set(option_lengths(question))
    return sorted(offered)


def _stripped(path: Path, line: int, row: Mapping[str, Any], field: str) -> list[str]:
    return [answer.strip() for answer in answers_of(path, line, row, field)]


def as_json(counts: Mapping[str, Mapping[str, Any]]) -> str:
    """The stored form: one data file a line, keys sorted."""
    lines = [f"  {json.dumps(path)}: {json.dumps(facts, sort_keys=True)}" for path, facts in sorted(counts.items())]
    return "{\n" + ",\n".join(lines) + "\n}\n"


def main(arguments: Sequence[str] | None = None) -> int:
    """Command line; returns 0, or 1 with the reason on stderr."""
    parser = argparse.ArgumentParser(prog="python -m loaders.evaluations.counts", description=__doc__.split("\n")[0])
    parser.add_argument("checkout", type=Path, help="a checkout of anthropics/evals")
    parser.add_argument("--sycophancy", type=Path, help="folder with the sycophancy files, if elsewhere")
    parser.add_argument("--out", type=Path, default=COUNTED_FILE, help="file to write (default: the catalogue's)")
    options = parser.parse_args(arguments)
    try:
        counts = count_checkout(options.checkout, options.sycophancy)
    except ScalewatchError as error:
        print(error, file=sys.stderr)
        return 1
    options.out.write_text(as_json(counts), encoding="utf-8", newline="\n")
    total = sum(facts["n_questions"] for facts in counts.values())
    print(f"{len(counts)} files, {total:,} questions -> {options.out}", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())
