"""Whoever reads a set while it is replaced sees the old or the new one, whole."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from answer_builders import answers
from rate_builders import sweep

from loaders.files.whole_folder import write_whole
from loaders.store.source_sheet import SourceSheet
from loaders.store.store import Store

STATES = {6: (0.45, 0.5, 0.55, 0.6, 0.65, 0.7), 4: (0.3, 0.5, 0.4, 0.6)}
"""Rates -> what they are."""
TIMES = 25


def contents(folder: Path, n: int) -> dict[str, bytes]:
    """Files of a stored set of `n` rates and 10 n answers."""
    sheet = SourceSheet(source="made for a test")
    Store(folder).write_set("turns", rates=sweep(STATES[n]), answers=answers().head(10 * n), sheet=sheet, files={})
    paths = [path for path in (folder / "turns").rglob("*") if path.is_file()]
    return {path.relative_to(folder / "turns").as_posix(): path.read_bytes() for path in paths}


def whole_set(store: Store) -> tuple[int, ...]:
    stored = store.read_set("turns")
    assert stored.answers is not None
    return stored.info.n_rates, len(stored.rates), len(stored.answers) // 10, stored.info.n_answers // 10


def findings_and_info(store: Store) -> tuple[int, ...]:
    findings, info = store.findings_and_info("turns")
    return info.n_rates, len(findings[0].points)


def one_by_one(store: Store) -> tuple[int, ...]:
    assert store.sets() == ["turns"]
    assert store.damage("turns") == []
    assert store.stale_sets() == []
    rows = store.answers("turns")
    assert rows is not None
    return (len(store.rates("turns")),) if len(rows) in (40, 60) else ()


@pytest.mark.parametrize("read", [whole_set, findings_and_info, one_by_one])
def test_a_reader_sees_one_state(read: Callable[[Store], tuple[int, ...]], tmp_path: Path) -> None:
    states = [contents(tmp_path / str(n), n) for n in STATES]
    (tmp_path / "results").mkdir()
    place = tmp_path / "results" / "turns"
    write_whole(place, states[0])
    failed: list[Any] = []

    def write() -> None:
        try:
            for turn in range(TIMES):
                write_whole(place, states[turn % 2])
        except OSError as error:
            failed.append(error)

    writer = threading.Thread(target=write)
    writer.start()
    seen = []
    while writer.is_alive():
        seen.append(read(Store(tmp_path / "results")))
    writer.join()
    assert not failed
    assert seen
    assert {len(set(each)) for each in seen} == {1}
    assert {each[0] for each in seen} <= {4, 6}
