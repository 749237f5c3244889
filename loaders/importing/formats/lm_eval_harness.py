"""lm-evaluation-harness results: v0.3 and v0.4 JSON, and the samples_*.jsonl beside a v0.4 file.

v0.3 has results {task: {metric, metric_stderr}}, versions, config; v0.4 has results {task: {"metric,filter", ...}},
configs, n-shot, n-samples. The samples of a run carry the same date in their name as its results file.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from analysis.cells.answers import answer_row
from analysis.cells.rates import n_from_standard_error
from analysis.cells.scoring import Scoring
from analysis.columns.run_settings import settings_in
from analysis.records import Question, checkpoint_name
from analysis.tables import ANSWERS
from loaders.importing.protocol import FileReading, Problem, RawRate, Run, number
from loaders.importing.sniff import Sniff
from loaders.models.registry import model_from_args
from loaders.store.source_sheet import SourceSheet

METRICS = (
    "pct_stereotype", "acc", "exact_match", "em", "mc1", "mc2", "pass@1", "prompt_level_strict_acc",
    "inst_level_strict_acc", "bleu_acc", "f1",
)  # fmt: skip
"""Metrics that are shares between 0 and 1, most wanted first."""

_DATE = re.compile(r"_(\d{4}-\d{2}-\d{2}T[\d\-.]+)$")


class LmEvalHarnessImporter:
    """Reads what `lm_eval --output_path` writes."""

    NAME = "lm-evaluation-harness"

    def recognises(self, sniff: Sniff) -> bool:
        """A JSON object with "results" and "config" or "versions" (also when cut short), or a samples file."""
        if sniff.path.suffix == ".jsonl":
            return sniff.path.name.startswith("samples_")
        if sniff.path.suffix != ".json":
            return False
        if re.match(rb'\s*\{\s*"results"\s*:\s*\{', sniff.head):
            return True
        document = sniff.json
        return (
            isinstance(document, dict)
            and isinstance(document.get("results"), dict)
            and ("config" in document or "versions" in document)
        )

    def wanted(self, sniff: Sniff) -> str:
        """Where the results stand."""
        return "a JSON object with 'results' and 'config' or 'versions'"

    def runs(self, files: Sequence[Path]) -> Iterable[Run]:
        """A results file with the samples beside it; samples whose results file is not among the files stay alone."""
        runs = [Run(path, _samples_beside(path)) for path in files if path.suffix != ".jsonl"]
        beside = {part for run in runs for part in run.parts}
        return [*runs, *(Run(path) for path in files if path.suffix == ".jsonl" and path not in beside)]

    def read(self, run: Run, sheet: SourceSheet) -> Iterable[FileReading]:
        """The rates of the results file, then the answers of each samples file."""
        return [_without_results(run.path)] if run.path.suffix == ".jsonl" else self._read_results(run)

    def _read_results(self, run: Run) -> Iterator[FileReading]:
        path = run.path
        reading = FileReading(path, self.NAME)
        text = path.read_text(encoding="utf-8")
        try:
            document = json.loads(text)
        except json.JSONDecodeError as error:
            reason = f"not a complete JSON document ({error.msg}). Copy the file again from its source"
            reading.problems.append(Problem(error.lineno, "file", reason))
            yield reading
            return
        config = document.get("config") or {}
        model, revision = model_from_args(str(config.get("model_args") or document.get("model_name") or ""))
        if not model:
            reason = "no model name in config.model_args or model_name. Add 'pretrained=NAME' there"
            reading.problems.append(Problem(None, "config.model_args", reason))
            yield reading
            return
        shots = document.get("n-shot") or {}
        counts = document.get("n-samples") or {}
        chat = ", chat template" if document.get("chat_template") or config.get("apply_chat_template") else ""
        limit = number(config.get("limit"))
        for task, metrics in document["results"].items():
            line = _line_of(text, task)
            chosen = _choose(metrics)
            if chosen is None:
                seen = ", ".join(sorted({key.split(",")[0] for key in metrics} - {"alias"})) or "nothing"
                reading.reject(line, task, f"no metric that is a share between 0 and 1 (has {seen})")
                continue
            key, value, error_value = chosen
            try:
                rate, standard_error = float(value), number(error_value)
            except (TypeError, ValueError):
                reading.reject(line, task, f"{key} is {value!r}, not a number. Correct or remove the task")
                continue
            if not math.isfinite(rate):
                reading.reject(line, task, f"{key} is {rate}, which is not a rate. Run the task again or remove it")
                continue
            metric = key.removesuffix(",none")
            n_questions = _count(counts.get(task))
            if n_questions is None and standard_error:
                n_questions = n_from_standard_error(rate, standard_error)
            n_shot = shots.get(task, config.get("num_fewshot"))
            style = f"{n_shot}-shot" if n_shot is not None else "shots not stated"
            if limit:
                style += f", first {limit:g} questions"
            reading.rates.append(
                RawRate(
                    model=model, revision=revision, evaluation=task, rate=rate, metric=metric, line=line,
                    prompt_style=style + chat, n_questions=n_questions, standard_error=standard_error,
                )
            )  # fmt: skip
        yield reading
        styles = {rate.evaluation: rate.prompt_style for rate in reading.rates}
        for samples in run.parts:
            yield _read_samples(samples, checkpoint_name(model, revision), styles, self.NAME)


def _choose(metrics: Any) -> tuple[str, Any, Any] | None:
    """(key, value, standard error) of the most wanted share metric; the filter 'none' before others."""
    if not isinstance(metrics, dict):
        return None
    for wanted in METRICS:
        for key in sorted(metrics, key=lambda name: (not name.endswith(",none"), name)):
            name, _, filter_name = key.partition(",")
            if name == wanted:
                suffix = f",{filter_name}" if filter_name else ""
                return key, metrics[key], metrics.get(f"{name}_stderr{suffix}")
    return None


def _count(entry: Any) -> int | None:
    return int(entry["effective"]) if isinstance(entry, dict) and entry.get("effective") else None


def _line_of(text: str, key: str) -> int | None:
    position = text.find(f'"{key}":')
    return text.count("\n", 0, position) + 1 if position >= 0 else None


def _samples_beside(results: Path) -> tuple[Path, ...]:
    found = _DATE.search(results.stem)
    return tuple(sorted(results.parent.glob(f"samples_*_{found[1]}.jsonl"))) if found else ()


def _without_results(samples: Path) -> FileReading:
    """Why samples alone are not read: nothing in them says which model gave them."""
    found = _DATE.search(samples.stem)
    beside = sorted(samples.parent.glob(f"*_{found[1]}.json")) if found else []
    reason = "samples without the results file of the same run, so the model is unknown. Put results_*.json beside it"
    if beside:
        reason = f"samples of the run of {beside[0].name}, which is not imported. Name that file or the folder"
    reading = FileReading(samples, LmEvalHarnessImporter.NAME)
    reading.problems.append(Problem(None, "file", reason))
    return reading


def _read_samples(path: Path, model: str, styles: dict[str, str], name: str) -> FileReading:
    """Single answers of one task; a line that cannot be read is a problem, the others are kept."""
    reading = FileReading(path, name)
    found = _DATE.search(path.stem)
    task = path.stem.removeprefix("samples_").removesuffix(f"_{found[1]}" if found else "")
    style, settings = settings_in(styles.get(task, "shots not stated"))
    asked = {"prompt_style": style, **settings}
    seen: set[str] = set()
    with path.open(encoding="utf-8") as file:
        for line, text in enumerate(file, start=1):
            if not text.strip():
                continue
            try:
                sample = json.loads(text)
                answer = _answer(sample, model, task, asked)
            except (ValueError, KeyError, TypeError, IndexError) as error:
                reason = f"cannot be read as a harness sample ({type(error).__name__}: {error}). Other lines are kept"
                reading.problems.append(Problem(line, "sample", reason))
                continue
            if answer["question_id"] in seen:
                reading.problems.append(
                    Problem(line, "doc_id", f"doc_id {answer['question_id']} stands twice; kept once")
                )
                continue
            seen.add(answer["question_id"])
            reading.answers.append(answer)
    return reading


def _answer(sample: dict[str, Any], model: str, task: str, asked: Mapping[str, Any]) -> dict[str, Any]:
    """An ANSWERS row: from log-probabilities where every response is a (log-probability, greedy) pair, else the text's
    outcome."""
    responses = sample.get("filtered_resps") or []
    metric = next((sample[name] for name in METRICS if name in sample), None)
    outcome = bool(metric) if isinstance(metric, int | float) and metric in (0, 1) else None
    if len(responses) < 2 or not all(isinstance(each, list) and len(each) == 2 for each in responses):
        return ANSWERS.row(
            checkpoint=model, evaluation=task, question_id=str(sample["doc_id"]), answered_matching=outcome,
            **asked, **Scoring("generated_text").columns,
        )  # fmt: skip
    target = str(sample.get("target"))
    matching = (int(target),) if target.isdigit() and int(target) < len(responses) else ()
    question = Question(id=str(sample["doc_id"]), text="", options=("",) * len(responses), matching=matching)
    row = answer_row(
        question, [each[0] for each in responses],
        checkpoint=model, evaluation=task, scoring=Scoring("option_logprob"), **asked,
    )  # fmt: skip
    is_tie = bool(matching) and row["answered_matching"] is None
    if row["option_logprobs"] is None or is_tie or (matching and metric is None):
        return row
    # Several options can be right while the target names one: the harness's own outcome knows.
    return row | {"answered_matching": outcome}
