"""Answers and further files that were forged, moved or linked elsewhere."""

from __future__ import annotations

import io
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
from answer_builders import answers
from damaging.damage import PART, TRAINING, Apply, Damage, forge, part_of, replaced_whole


def of_answers() -> Iterator[Damage]:
    def part(make: Callable[[bytes], bytes]) -> Apply:
        def damage(folder: Path) -> None:
            forge(folder, part_of(folder), make((folder / part_of(folder)).read_bytes()))

        return damage

    def parquet(table: pa.Table) -> bytes:
        out = io.BytesIO()
        pq.write_table(table, out)
        return out.getvalue()

    frame = answers()
    other = parquet(pa.table({"colour": ["red"]}))
    texts = parquet(pa.Table.from_pandas(frame.assign(matching_probability="much"), preserve_index=False))
    yield Damage("answers-other-schema", part(lambda _: other), "on reading")
    yield Damage("answers-texts", part(lambda _: texts), "on reading")
    yield Damage("answers-binary", part(lambda _: bytes(range(256))), "on reading")
    yield Damage("answers-forged-empty", part(lambda _: b""), "on reading")
    yield Damage("answers-footer", part(lambda content: content[:-9] + b"xxxxxPAR1"), "on reading")
    yield Damage("answers-extra", _extra_part, word="is not in the manifest")
    yield Damage("answers-gone", lambda folder: shutil.rmtree(folder / "answers"), word="is missing")
    yield Damage("answers-a-file", _answers_a_file)
    yield Damage("answers-linked-out", _answers_linked_out, word="out of the results folder")
    yield Damage("training-forged", replaced_whole(TRAINING, b"a,b\n1,2\n"), "on reading")
    yield Damage("training-binary", replaced_whole(TRAINING, bytes(range(256))), "on reading")


def _extra_part(folder: Path) -> None:
    shutil.copy(folder / part_of(folder), folder / PART / "part-0000000000000000.parquet")


def _answers_a_file(folder: Path) -> None:
    shutil.rmtree(folder / "answers")
    (folder / "answers").write_text("none")


def _answers_linked_out(folder: Path) -> None:
    outside = folder.parent.parent / "outside-answers"
    shutil.rmtree(outside, ignore_errors=True)
    shutil.move(folder / "answers", outside)
    (folder / "answers").symlink_to(outside)
