"""QUESTIONS rows as parts of a set (questions/evaluation=<name>/part-<hash>.parquet): what the models were asked."""

from __future__ import annotations

import io
from collections.abc import Iterable

import pandas as pd
import pyarrow.parquet as pq

from analysis.records import Question
from analysis.tables import QUESTIONS
from loaders.files.whole_folder import Contents, Kept
from loaders.store.tables.parts import PartFiles

PARTS = PartFiles(QUESTIONS, "questions")


def questions_frame(
    evaluation: str, questions: Iterable[Question], *, licence: str, may_leave_machine: bool
) -> pd.DataFrame:
    """QUESTIONS rows of one evaluation, typed; a stem the assistant began with stands behind the text."""
    rows = [
        (each.id, evaluation, each.text + each.stem, each.options, each.matching, each.cluster)
        for each in questions
    ]  # fmt: skip
    frame = pd.DataFrame(rows, columns=QUESTIONS.names[:6])
    return QUESTIONS.typed(frame.assign(licence=licence, may_leave_machine=may_leave_machine))


def read_questions(files: Contents, evaluation: str | None = None) -> pd.DataFrame:
    """QUESTIONS rows of a set's files, of one evaluation or all."""
    chosen = PARTS.among(files) if evaluation is None else PARTS.among_evaluation(files, evaluation)
    frames = [_read(files[file]) for file in sorted(chosen)]
    return pd.concat(frames, ignore_index=True) if frames else QUESTIONS.empty()


def _read(part: bytes | Kept) -> pd.DataFrame:
    source = part.path if isinstance(part, Kept) else io.BytesIO(part)
    return QUESTIONS.typed(pq.read_table(source, partitioning=None).to_pandas())
