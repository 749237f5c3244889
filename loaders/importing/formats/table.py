"""Plain tables (CSV, TSV, Parquet): a row per rate, or a row per model and a column per evaluation.

Long form, a row per rate. Columns (other names accepted in brackets):
    model [checkpoint], evaluation [task, behavior, benchmark], rate [matching_rate, mean, value, acc]: needed
    n_questions [n, n_items], n_matching, standard_error [se, stderr], prompt_style, metric, revision: as known
    family, lineage, variant, parameter_count [n_params, parameters], parameter_count_is_estimate, stage, rlhf_steps
    [steps], training_tokens: facts about models the registry does not hold
    shots, question_limit, chat_template, template_arguments, system_prompt, begin_of_text, filter, generation_settings,
    task_version, asked_on, judge, turn, replicate: settings that make another run (analysis.columns.run_settings)
Wide form, a row per model: a model column, columns of the facts above, and a column of rates per evaluation.
"""

from __future__ import annotations

import csv
import math
import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from analysis.columns.column import Column
from analysis.columns.run_settings import SETTINGS
from analysis.tables import MODEL_FACTS, SETTING_NAMES
from loaders.importing.formula_cells import unmarked
from loaders.importing.protocol import FileReading, Problem, RawRate, Run, number
from loaders.importing.sniff import Sniff, delimiter
from loaders.store.source_sheet import SourceSheet

ALIASES = {
    "model": ("model", "checkpoint", "model_name"),
    "evaluation": ("evaluation", "task", "behavior", "behaviour", "benchmark"),
    "rate": ("rate", "matching_rate", "mean", "value", "acc"),
    "n_questions": ("n_questions", "n", "n_items"),
    "n_matching": ("n_matching",),
    "standard_error": ("standard_error", "se", "stderr"),
    "prompt_style": ("prompt_style",),
    "metric": ("metric",),
    "revision": ("revision",),
    "family": ("family", "model_family"),
    "lineage": ("lineage",),
    "variant": ("variant",),
    "parameter_count": ("parameter_count", "n_params", "parameters", "params"),
    "parameter_count_is_estimate": ("parameter_count_is_estimate",),
    "stage": ("stage",),
    "rlhf_steps": ("rlhf_steps", "steps"),
    "training_tokens": ("training_tokens",),
    **{name: (name,) for name in SETTING_NAMES},
}
_SETTINGS = frozenset(SETTING_NAMES)
_BOOLEANS = {"true": True, "1": True, "yes": True, "false": False, "0": False, "no": False}
TABLES = frozenset({".csv", ".tsv", ".parquet"})
NOT_RATES = re.compile(r"size|flop|token|param|data|^type$|^name$|^date$|^unnamed|^$", re.IGNORECASE)
"""Columns of a wide table that describe the model or the run; they are not read as rates."""


class TableImporter:
    """Reads a table whose columns it knows; anything else in the folder is left alone."""

    NAME = "table"

    def recognises(self, sniff: Sniff) -> bool:
        """A CSV, TSV or Parquet file with a model column."""
        return sniff.path.suffix.lower() in TABLES and "model" in _roles(sniff.columns)

    def wanted(self, sniff: Sniff) -> str:
        """A model column; the columns seen where the file is a table."""
        if sniff.path.suffix.lower() not in TABLES:
            return "CSV, TSV or Parquet with a column 'model'"
        return f"a column 'model' (columns seen: {', '.join(sniff.columns) or 'none'}; rename or add it)"

    def runs(self, files: Sequence[Path]) -> Iterable[Run]:
        """Each table alone."""
        return map(Run, files)

    def read(self, run: Run, sheet: SourceSheet) -> Iterable[FileReading]:
        """One reading: long form where an evaluation and a rate column are there, else wide."""
        path = run.path
        reading = FileReading(path, self.NAME)
        header = Sniff(path).columns
        roles = _roles(header)
        if "model" not in roles:
            reading.reject(
                1,
                "model",
                f"no column 'model'. Columns seen: {', '.join(header) or 'none'}. Rename or add it",
            )
        elif "evaluation" in roles and "rate" in roles:
            for line, row in _rows(path, reading):
                _long(reading, line, {role: row.get(column) for role, column in roles.items()}, sheet)
        else:
            columns = [
                name for name in header
                if name not in roles.values() and (name in sheet.only if sheet.only else not NOT_RATES.search(name))
            ]  # fmt: skip
            absent = [name for name in sheet.only if name not in header]
            for name in absent:
                reading.reject(
                    1, name, f"the source sheet asks for column {name!r}, which is not there. Correct 'only'"
                )
            if not columns and not absent:
                reason = (
                    "neither a long table (columns evaluation and rate) nor a wide one (a column of rates per "
                    f"evaluation). Columns seen: {', '.join(header)}"
                )
                reading.reject(1, "evaluation", reason)
            rows = list(_rows(path, reading))
            for name in [name for name in columns if not _mostly_numbers(row.get(name) for _, row in rows)]:
                columns.remove(name)
                reading.problems.append(Problem(1, name, "not a column of numbers; left alone"))
            for line, row in rows:
                facts = {role: row.get(column) for role, column in roles.items()}
                for name in columns:
                    rate = {"evaluation": unmarked(name), "rate": row.get(name)}
                    _long(reading, line, {**facts, **rate}, sheet, wide=True)
        return [reading]


def _long(reading: FileReading, line: int, row: dict[str, Any], sheet: SourceSheet, *, wide: bool = False) -> None:
    """One rate; in a wide table an empty cell is no rate and not counted."""
    model, evaluation = str(row["model"] or "").strip(), str(row["evaluation"] or "").strip()
    field = evaluation if wide else "rate"
    if wide and _blank(row["rate"]):
        return None
    if not model or not evaluation:
        return reading.reject(line, "evaluation" if model else "model", "is empty. Give the name or remove the row")
    try:
        rate = float(row["rate"])
    except (TypeError, ValueError):
        return reading.reject(line, field, f"{row['rate']!r} is not a number. Give a share between 0 and 1")
    if not math.isfinite(rate):
        return reading.reject(line, field, f"{rate} is not a rate. Remove the row or give the share")
    try:
        n_questions, n_matching = _whole(row, "n_questions", 1), _whole(row, "n_matching", 0)
        standard_error = _number(row, "standard_error")
        given = {name: row[name] for name in MODEL_FACTS if name in row and not _blank(row[name])}
        for name in ("parameter_count", "rlhf_steps", "training_tokens"):
            if name in given:
                given[name] = _whole(given, name, 1 if name == "parameter_count" else 0)
        said = [] if _SETTINGS.isdisjoint(row) else [column for column in SETTINGS if column.name in row]
        settings = {column.name: _setting(row, column) for column in said if not _blank(row[column.name])}
    except ValueError as error:
        return reading.reject(line, str(error).split()[0], str(error))
    style = row.get("prompt_style")
    reading.rates.append(
        RawRate(
            model=model, revision=None if _blank(row.get("revision")) else str(row["revision"]), evaluation=evaluation,
            rate=rate, metric=str(row["metric"]) if not _blank(row.get("metric")) else "rate", line=line,
            prompt_style=(sheet.prompt_style or "as published") if _blank(style) else str(style),
            settings=settings, n_questions=n_questions, n_matching=n_matching, standard_error=standard_error,
            given=given,
        )
    )  # fmt: skip
    return None


def _mostly_numbers(cells: Iterable[Any]) -> bool:
    """Do at least half of the cells that hold something hold a number?"""
    filled = [cell for cell in cells if not _blank(cell)]
    return 2 * sum(_is_number(cell) for cell in filled) >= len(filled)


def _is_number(cell: Any) -> bool:
    try:
        float(cell)
    except (TypeError, ValueError):
        return False
    return not isinstance(cell, bool)


def _whole(row: dict[str, Any], name: str, low: int) -> int | None:
    """A whole number of at least `low`, or None where the cell is empty."""
    if _blank(row.get(name)):
        return None
    try:
        value = float(row[name])
    except (TypeError, ValueError):
        value = math.nan
    if not math.isfinite(value) or not low <= value < 2**63 or value != round(value):
        raise ValueError(f"{name} is {row[name]!r}, not a whole number of at least {low}. Correct or empty the cell")
    return int(value)


def _number(row: dict[str, Any], name: str) -> float | None:
    """A number, or None where the cell says that there is none."""
    try:
        return number(row.get(name))
    except (TypeError, ValueError):
        raise ValueError(f"{name} is {row[name]!r}, not a number. Correct or empty the cell") from None


def _setting(row: dict[str, Any], column: Column) -> Any:
    """A run setting in its column's type. Raises ValueError."""
    value = row[column.name]
    if column.dtype == "Int64":
        return _whole(row, column.name, int(column.low or 0))
    if column.dtype == "boolean":
        word = str(value).strip().lower()
        if word not in _BOOLEANS:
            raise ValueError(f"{column.name} is {value!r}, not true or false. Correct or empty the cell")
        return _BOOLEANS[word]
    return str(value)


def _blank(value: Any) -> bool:
    if isinstance(value, str):
        return not value.strip()
    return value is None or (isinstance(value, float) and value != value)


def _roles(header: Sequence[str]) -> dict[str, str]:
    """Role -> column name, for the columns whose meaning is known."""
    by_key = {re.sub(r"[^a-z]+", "_", name.lower()).strip("_"): name for name in reversed(header)}
    found = {role: next((by_key[n] for n in names if n in by_key), None) for role, names in ALIASES.items()}
    return {role: column for role, column in found.items() if column is not None}


def _rows(path: Path, reading: FileReading) -> Iterable[tuple[int, dict[str, Any]]]:
    """(line, row); the line of a Parquet row is its number from 1. A line that cannot be read is refused."""
    if path.suffix.lower() == ".parquet":
        import pyarrow.parquet

        for number_, row in enumerate(pyarrow.parquet.read_table(path).to_pylist(), start=1):
            yield number_, row
        return
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.DictReader(file, delimiter=delimiter(path))
        while True:
            try:
                row = next(reader)
            except StopIteration:
                return
            except csv.Error as error:
                reading.reject(reader.line_num + 1, "row", f"cannot be read ({error}). Correct the line")
                continue
            cells = {name: unmarked(cell) if isinstance(cell, str) else cell for name, cell in row.items()}
            yield reader.line_num, cells
