"""Single answers of lm-evaluation-harness: a samples_*.jsonl of version 0.4, a question a line."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import orjson

from analysis.cells.answers import MEASURED, measured_options
from analysis.columns.run_settings import settings_in
from loaders.importing.protocol import FileReading, Problem, RawAnswers

METRICS = (
    "pct_stereotype", "acc", "exact_match", "em", "mc1", "mc2", "pass@1", "prompt_level_strict_acc",
    "inst_level_strict_acc", "bleu_acc", "f1",
)  # fmt: skip
"""Metrics that are shares between 0 and 1, most wanted first."""
DATE = re.compile(r"_(\d{4}-\d{2}-\d{2}T[\d\-.]+)$")
"""When a run was written, at the end of its files' names."""
_COLUMNS = ("question_id", "scoring_way", "missing_reason", "matching_position", *MEASURED)
_ASKED = ("question_id", "text", "options", "matching")
_DOC_TEXTS = ("question", "query", "text", "prompt", "input")
_NO_SAMPLE = (ValueError, KeyError, TypeError, IndexError, OverflowError, RecursionError)
Row = tuple[Any, ...]


def read_samples(path: Path, model: str, styles: Mapping[str, str], name: str) -> FileReading:
    """Single answers of one task; a line that cannot be read is a problem, the others are kept.

    `styles`: task -> how it was asked; `name` is that of the importer.
    """
    reading = FileReading(path, name)
    found = DATE.search(path.stem)
    task = path.stem.removeprefix("samples_").removesuffix(f"_{found[1]}" if found else "")
    style, settings = settings_in(styles.get(task, "shots not stated"))
    answers: list[Row] = []
    asked: list[Row] = []
    seen: set[str] = set()
    for line, sample in _samples(path, reading):
        try:
            answer = _answer(sample)
            question = _question(sample, answer)
        except _NO_SAMPLE as error:
            reading.problems.append(_unreadable(line, error))
            continue
        if answer[0] in seen:
            reading.problems.append(Problem(line, "doc_id", f"doc_id {answer[0]} stands twice; kept once"))
            continue
        seen.add(answer[0])
        answers.append(answer)
        asked += [] if question is None else [question]
    if answers:
        reading.answers.append(
            RawAnswers(
                model=model, evaluation=task, asked={"prompt_style": style, **settings},
                columns=_columns(_COLUMNS, answers), questions=_columns(_ASKED, asked) if asked else {},
            )
        )  # fmt: skip
    return reading


def _samples(path: Path, reading: FileReading) -> Iterator[tuple[int, dict[str, Any]]]:
    """(line, object); a line that is none is a problem."""
    with path.open("rb") as file:
        for line, text in enumerate(file, start=1):
            if not text.strip():
                continue
            try:
                sample = _parsed(text)
                if not isinstance(sample, dict):
                    raise TypeError(f"a JSON {type(sample).__name__}, not an object")
            except _NO_SAMPLE as error:
                reading.problems.append(_unreadable(line, error))
                continue
            yield line, sample


def _parsed(text: bytes) -> Any:
    """The document of a line; NaN and infinities, which the harness writes, are no JSON but understood."""
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError:
        document = json.loads(text)
        json.dumps(document, ensure_ascii=False).encode()  # half of a surrogate pair cannot be stored
        return document


def _unreadable(line: int, error: Exception) -> Problem:
    reason = f"cannot be read as a harness sample ({type(error).__name__}: {error}). Other lines are kept"
    return Problem(line, "sample", reason)


def _answer(sample: Mapping[str, Any]) -> Row:
    """Values of _COLUMNS: from log-probabilities where every response is a (log-probability, greedy) pair, else the
    text's outcome."""
    question = sample["doc_id"]
    if not isinstance(question, str | int):
        raise TypeError(f"doc_id is a {type(question).__name__}, neither a number nor a text")
    responses = sample.get("filtered_resps") or []
    metric = next((sample[name] for name in METRICS if name in sample), None)
    outcome = bool(metric) if isinstance(metric, int | float) and metric in (0, 1) else None
    if len(responses) < 2 or not all(isinstance(each, list) and len(each) == 2 for each in responses):
        return str(question), "generated_text", None, None, None, None, None, outcome
    target = str(sample.get("target"))
    matching = (int(target),) if target.isascii() and target.isdigit() and int(target) < len(responses) else ()
    position = matching[0] if matching else None
    measured = measured_options([each[0] for each in responses], matching)
    if isinstance(measured, str):
        return str(question), None, measured, position, None, None, None, None
    *numbers, answered = measured
    is_tie = bool(matching) and answered is None
    if not is_tie and (not matching or metric is not None):
        answered = outcome  # several options can be right while the target names one: the harness knows
    return str(question), "option_logprob", None, position, *numbers, answered


def _question(sample: Mapping[str, Any], answer: Row) -> Row | None:
    """Values of _ASKED; None where the sample does not hold what the model saw."""
    pairs = _pairs(sample.get("arguments"))
    text, options = _as_options(pairs) if pairs else _of_doc(sample.get("doc"))
    if text is None:
        return None
    return answer[0], text, options, [] if answer[3] is None or answer[3] >= len(options) else [answer[3]]


def _pairs(arguments: Any) -> list[tuple[str, Any]]:
    """(context, continuation or settings) of each request, of the newer and the older form; empty for any other."""
    listed: list[Any] = []
    if isinstance(arguments, dict):
        listed = [(each.get("arg_0"), each.get("arg_1")) for each in arguments.values() if isinstance(each, dict)]
    elif isinstance(arguments, list):
        listed = [each for each in arguments if isinstance(each, list) and len(each) >= 2]
    return [(each[0], each[1]) for each in listed] if all(isinstance(each[0], str) for each in listed) else []


def _as_options(pairs: Sequence[tuple[str, Any]]) -> tuple[str, list[str]]:
    """What all requests begin with, and how each goes on; a request that is to be written on has no options."""
    if not all(isinstance(more, str) for _, more in pairs):
        return pairs[0][0], []
    first = pairs[0][0]
    if all(context == first for context, _ in pairs):
        return first, [more for _, more in pairs]
    contexts = [context for context, _ in pairs]
    low, high = min(contexts), max(contexts)
    n_shared = next((at for at, (a, b) in enumerate(zip(low, high, strict=False)) if a != b), min(len(low), len(high)))
    return first[:n_shared], [context[n_shared:] + more for context, more in pairs]


def _of_doc(doc: Any) -> tuple[str | None, list[str]]:
    """Text and options of the data set's own row, under the names that are usual."""
    if not isinstance(doc, dict):
        return None, []
    text = next((doc[name] for name in _DOC_TEXTS if isinstance(doc.get(name), str)), None)
    choices = doc.get("choices")
    choices = choices.get("text") if isinstance(choices, dict) else choices
    listed = isinstance(choices, list) and all(isinstance(each, str) for each in choices)
    return text, choices if listed and choices is not None else []


def _columns(names: Sequence[str], rows: Sequence[Row]) -> dict[str, list[Any]]:
    return {name: list(values) for name, values in zip(names, zip(*rows, strict=True), strict=True)}
