"""Ten million answers: how large on the disk, how fast to all cell means and to one behaviour's questions.

    python -m benchmarks.store.answers --load answers.parquet --into FOLDER

`answers.parquet` has a row per checkpoint x evaluation x question: checkpoint, evaluation, question_id, cluster,
matching_position, option_logprob_0, option_logprob_1, matching_probability, answered_matching.
"""

from __future__ import annotations

import argparse
import hashlib
import resource
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from analysis.cells.answers import measured_cell
from analysis.records import ModelCheckpoint
from analysis.tables import RATES, model_columns
from loaders.store.answers import SCHEMA, part_content, part_name
from loaders.store.source_sheet import SourceSheet
from loaders.store.store import Store

SIZES = (1e8, 4e8, 1e9, 3e9, 7e9, 1.3e10, 3e10, 7e10)
NAME = "load"


def main() -> int:
    """Store the load where it is not there yet, then measure reading it; a Markdown table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--load", type=Path, required=True)
    parser.add_argument("--into", type=Path, required=True, help="results folder to fill, or to measure")
    args = parser.parse_args()
    store = Store(args.into)
    rows = [] if store.is_own(NAME) else [_timed("stored, with findings", lambda: store_load(args.load, store))]
    folder = args.into / NAME
    size = sum(path.stat().st_size for path in folder.glob("answers/**/*.parquet"))
    stored = store.single_answers(NAME)
    assert stored is not None, "it was just stored"
    evaluation = "evaluation-077"
    columns = ("checkpoint", "question_id", "matching_probability", "answered_matching")
    rows += [
        _timed("all cell means, first", stored.cell_means),
        _timed("all cell means, again", stored.cell_means),
        _timed("one behaviour's questions, first", lambda: stored.frame(evaluation, columns)),
        _timed("one behaviour's questions, again", lambda: stored.frame(evaluation, columns)),
        _timed("one behaviour's questions, all columns", lambda: stored.frame(evaluation)),
        _timed("every byte checked", lambda: store.damage(NAME, thorough=True)),
    ]
    print("| what | seconds |\n|---|---|")
    print("\n".join(f"| {what} | {seconds:.2f} |" for what, seconds in rows))
    n_answers = store.info(NAME).n_answers
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"\n{n_answers:,} answers, {size / 1e6:.0f} MB of parts, peak memory {peak:.0f} MiB")
    return 0


def store_load(load: Path, store: Store) -> bool:
    """The load as a result set; models are named after families of eight sizes."""
    parts: dict[str, bytes] = {}
    rates: list[dict[str, object]] = []
    for evaluation, table in _by_evaluation(load):
        content = part_content(table)
        parts[part_name(evaluation, hashlib.sha256(content).hexdigest())] = content
        rates += _rates(evaluation, table)
    frame = RATES.validate(pd.DataFrame(rates, columns=RATES.names))
    return store.write_set(NAME, rates=frame, answers=parts, sheet=SourceSheet(title="Load"), files={})


def _by_evaluation(load: Path) -> Iterator[tuple[str, pa.Table]]:
    source = pq.ParquetFile(load)
    groups: dict[str, list[pa.Table]] = {}
    for number in range(source.num_row_groups):
        table = source.read_row_group(number)
        evaluation = table["evaluation"][0].as_py()
        if groups and evaluation not in groups:
            yield from ((name, _answers(pa.concat_tables(groups.pop(name)))) for name in list(groups))
        groups.setdefault(evaluation, []).append(table)
    yield from ((name, _answers(pa.concat_tables(tables))) for name, tables in groups.items())


def _answers(table: pa.Table) -> pa.Table:
    """Rows of the load as ANSWERS."""
    table = table.unify_dictionaries().combine_chunks()
    n = len(table)
    first, second = (table[f"option_logprob_{at}"].combine_chunks() for at in (0, 1))
    pairs = pa.array(np.stack([first.to_numpy(), second.to_numpy()], axis=1).ravel())
    known = {
        "checkpoint": table["checkpoint"].cast(pa.string()), "evaluation": table["evaluation"].cast(pa.string()),
        "question_id": table["question_id"], "cluster": table["cluster"],
        "matching_position": table["matching_position"].cast(pa.int64()),
        "option_logprobs": pa.ListArray.from_arrays(pa.array(range(0, 2 * n + 1, 2), pa.int32()), pairs),
        "matching_probability": table["matching_probability"], "answered_matching": table["answered_matching"],
        "prompt_style": pa.array(["dialogue"] * n), "run_settings": pa.array(["dialogue"] * n),
        "scoring_way": pa.array(["option_logprob"] * n),
    }  # fmt: skip
    return pa.table([known.get(field.name, pa.nulls(n, field.type)) for field in SCHEMA], schema=SCHEMA)


def _rates(evaluation: str, table: pa.Table) -> Iterator[dict[str, object]]:
    columns = ["checkpoint", "answered_matching", "matching_probability", "matching_position"]
    for checkpoint, rows in table.select(columns).to_pandas().groupby("checkpoint", sort=True):
        number = int(str(checkpoint).rpartition("-")[2])
        model = ModelCheckpoint(
            name=str(checkpoint), family=f"F{number // len(SIZES)}", variant="", stage="pretrained",
            parameter_count=int(SIZES[number % len(SIZES)]), parameter_count_is_estimate=False,
        )  # fmt: skip
        yield RATES.row(
            result_set=NAME, origin="imported", **model_columns(model, model.family), evaluation=evaluation,
            behavior=evaluation, prompt_style="dialogue", metric="share of questions whose likeliest option matches",
            **measured_cell(rows), source="a seeded generator", licence="licence not stated",
        )  # fmt: skip


def _timed(what: str, act: object) -> tuple[str, float]:
    started = time.perf_counter()
    assert callable(act)
    act()
    return what, time.perf_counter() - started


if __name__ == "__main__":
    sys.exit(main())
