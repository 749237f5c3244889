"""lm-evaluation-harness results: v0.3 and v0.4 JSON, and the samples_*.jsonl beside a v0.4 file.

v0.3 has results {task: {metric, metric_stderr}}, versions, config; v0.4 has results {task: {"metric,filter", ...}},
configs, n-shot, n-samples. The samples of a run carry the same date in their name as its results file.
"""

from __future__ import annotations

import json
import math
import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import orjson

from analysis.cells.rates import n_from_standard_error
from analysis.records import checkpoint_name
from loaders.importing.harness_samples import DATE, METRICS, read_samples
from loaders.importing.protocol import FileReading, Problem, RawRate, Run, number
from loaders.importing.sniff import Sniff
from loaders.models.registry import model_from_args
from loaders.store.source_sheet import SourceSheet


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
        content = path.read_bytes()
        try:
            document = _document(content)
        except (json.JSONDecodeError, RecursionError) as error:
            line, why = (error.lineno, error.msg) if isinstance(error, json.JSONDecodeError) else (None, "too deep")
            reason = f"not a complete JSON document ({why}). Copy the file again from its source"
            reading.problems.append(Problem(line, "file", reason))
            yield reading
            return
        config = _table(document, "config")
        model, revision = model_from_args(str(config.get("model_args") or document.get("model_name") or ""))
        if not model:
            reason = "no model name in config.model_args or model_name. Add 'pretrained=NAME' there"
            reading.problems.append(Problem(None, "config.model_args", reason))
            yield reading
            return
        shots, counts, lines = _table(document, "n-shot"), _table(document, "n-samples"), _Lines(content)
        chat = ", chat template" if document.get("chat_template") or config.get("apply_chat_template") else ""
        limit = number(config.get("limit"))
        for task, metrics in _table(document, "results").items():
            line = lines.of(task)
            chosen = _choose(metrics)
            if chosen is None:
                keys = metrics if isinstance(metrics, dict) else ()
                seen = ", ".join(sorted({key.split(",")[0] for key in keys} - {"alias"})) or "nothing"
                reading.reject(line, task, f"no metric that is a share between 0 and 1 (has {seen})")
                continue
            key, value, error_value = chosen
            try:
                rate, standard_error = float(value), number(error_value)
            except (TypeError, ValueError, OverflowError):
                reading.reject(line, task, f"{key} is {value!r}, not a number. Correct or remove the task")
                continue
            if not math.isfinite(rate):
                reading.reject(line, task, f"{key} is {rate}, which is not a rate. Run the task again or remove it")
                continue
            metric = key.removesuffix(",none")
            try:
                n_questions = _count(counts.get(task))
            except ValueError as error:
                reading.reject(line, task, str(error))
                continue
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
            yield read_samples(samples, checkpoint_name(model, revision), styles, self.NAME)


def _choose(metrics: Any) -> tuple[str, Any, Any] | None:
    """(key, value, standard error) of the most wanted share metric; the filter 'none' before others."""
    if not isinstance(metrics, dict):
        return None
    keys = sorted(metrics, key=lambda name: (not name.endswith(",none"), name))
    named = [(key, *key.partition(",")[::2]) for key in keys]
    for wanted in METRICS:
        for key, name, filter_name in named:
            if name == wanted:
                suffix = f",{filter_name}" if filter_name else ""
                return key, metrics[key], metrics.get(f"{name}_stderr{suffix}")
    return None


def _count(entry: Any) -> int | None:
    """Questions that were asked. Raises ValueError."""
    count = entry.get("effective") if isinstance(entry, dict) else None
    if count is None or count == 0:
        return None
    if type(count) is not int or not 1 <= count < 2**63:
        raise ValueError(f"n-samples.effective is {count!r}, not a whole number of at least 1. Correct or remove it")
    return count


def _document(content: bytes) -> dict[str, Any]:
    """The document of a results file, which may hold NaN. Raises ValueError or RecursionError."""
    try:
        document = orjson.loads(content)
    except orjson.JSONDecodeError:
        document = json.loads(content.decode("utf-8"))
    if not isinstance(document, dict):
        raise ValueError(f"a JSON {type(document).__name__}, not an object")
    return document


def _table(document: dict[str, Any], name: str) -> dict[str, Any]:
    """An object of the document; an empty one where it is not there or is none."""
    entry = document.get(name)
    return entry if isinstance(entry, dict) else {}


class _Lines:
    """Lines of a file on which its keys stand first."""

    def __init__(self, content: bytes) -> None:
        self._content = content
        self._ends = [found.start() for found in re.finditer(b"\n", content)]

    def of(self, key: str) -> int | None:
        """From 1; None for a key that is not there as it is spelled."""
        place = self._content.find(f'"{key}":'.encode("utf-8", "replace"))
        return bisect_left(self._ends, place) + 1 if place >= 0 else None


def _samples_beside(results: Path) -> tuple[Path, ...]:
    found = DATE.search(results.stem)
    return tuple(sorted(results.parent.glob(f"samples_*_{found[1]}.jsonl"))) if found else ()


def _without_results(samples: Path) -> FileReading:
    """Why samples alone are not read: nothing in them says which model gave them."""
    found = DATE.search(samples.stem)
    beside = sorted(samples.parent.glob(f"*_{found[1]}.json")) if found else []
    reason = "samples without the results file of the same run, so the model is unknown. Put results_*.json beside it"
    if beside:
        reason = f"samples of the run of {beside[0].name}, which is not imported. Name that file or the folder"
    reading = FileReading(samples, LmEvalHarnessImporter.NAME)
    reading.problems.append(Problem(None, "file", reason))
    return reading
