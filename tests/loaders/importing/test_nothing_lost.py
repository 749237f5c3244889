"""Imports beside other writers: every row that was said to be stored is in the set afterwards."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from places import ROOT

from analysis.errors import ScalewatchError
from loaders.importing import run as run_module
from loaders.importing.run import import_results
from loaders.store.errors import StoreError
from loaders.store.source_sheet import EvaluationSheet, SourceSheet
from loaders.store.store import Store

HEAD = "model,evaluation,rate,n_questions,family,parameter_count,stage\n"


def table(folder: Path, evaluation: str) -> Path:
    path = folder / f"{evaluation}.csv"
    rows = [f"F-{size},{evaluation},0.{size},500,F,{size}000000000,pretrained\n" for size in range(1, 6)]
    path.write_text(HEAD + "".join(rows))
    return path


def start(folder: Path, *arguments: object, cwd: Path = ROOT) -> subprocess.Popen[str]:
    """The console script, in a process of its own."""
    return subprocess.Popen(
        [sys.executable, "-m", "dashboard.commands.cli", "import", *map(str, arguments)],
        cwd=cwd, env={**os.environ, "PYTHONPATH": str(ROOT)}, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip


def test_what_another_writer_stores_while_files_are_read_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store, gather = Store(tmp_path / "r"), run_module.gather
    first, second = table(tmp_path, "a"), table(tmp_path, "b")

    def slowly(*args: object) -> object:
        monkeypatch.setattr(run_module, "gather", gather)
        import_results([second], "s", Store(store.folder))
        return gather(*args)  # type: ignore[arg-type]

    monkeypatch.setattr(run_module, "gather", slowly)
    assert import_results([first], "s", store).changed
    assert set(store.rates("s")["evaluation"]) == {"a", "b"}
    assert set(store.info("s").files) == {"a.csv", "b.csv"}


def test_files_are_read_again_where_the_sheet_changed_meanwhile(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store, gather = Store(tmp_path / "r"), run_module.gather
    sheet = SourceSheet(title="turned", evaluations={"a": EvaluationSheet(scale=-1, offset=1)})

    def slowly(*args: object) -> object:
        monkeypatch.setattr(run_module, "gather", gather)
        import_results([table(tmp_path, "b")], "s", Store(store.folder), sheet=sheet)
        return gather(*args)  # type: ignore[arg-type]

    monkeypatch.setattr(run_module, "gather", slowly)
    import_results([table(tmp_path, "a")], "s", store)
    rates = store.rates("s").set_index(["evaluation", "checkpoint"])["matching_rate"]
    assert rates["a", "F-1"] == pytest.approx(0.9)
    assert rates["b", "F-1"] == pytest.approx(0.1)


@pytest.mark.slow
def test_two_processes_at_once_lose_nothing_and_the_second_says_that_it_waits(tmp_path: Path) -> None:
    store = Store(tmp_path / "r")
    import_results([table(tmp_path, "a")], "s", store)
    with store.writing():
        running = [start(tmp_path, table(tmp_path, name), "--into", "s", "--results", store.folder) for name in "bc"]
        waits = [process.stderr.readline() for process in running if process.stderr]
    ends = [process.communicate(timeout=60) for process in running]
    assert [process.returncode for process in running] == [0, 0], ends
    assert all("another scalewatch is writing in this folder; waiting for it" in said for said in waits)
    assert set(store.rates("s")["evaluation"]) == {"a", "b", "c"}
    assert store.damage("s", thorough=True) == []


def test_a_set_lies_where_the_user_stands(tmp_path: Path) -> None:
    process = start(tmp_path, table(tmp_path, "a"), "--into", "s", cwd=tmp_path)
    shown, _ = process.communicate(timeout=60)
    assert shown.splitlines()[1:] == [
        f"in {(tmp_path / 'cached_results' / 's').resolve()}",
        "next: scalewatch serve, or scalewatch findings --set s",
    ]
    assert Store(tmp_path / "cached_results").own_sets() == ["s"]


def test_a_bad_name_is_refused_before_anything_is_read(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="Set name 'No Name' is not allowed"):
        import_results([tmp_path / "nowhere"], "No Name", Store(tmp_path / "r"))


def test_a_name_of_a_shipped_set_needs_a_source(tmp_path: Path) -> None:
    shipped, own = tmp_path / "shipped", tmp_path / "r"
    import_results([table(tmp_path, "a")], "s", Store(shipped), sheet=SourceSheet(source="Somebody"))
    store = Store(own, shipped)
    with pytest.raises(ScalewatchError, match="holds results of Somebody"):
        import_results([table(tmp_path, "b")], "s", store)
    assert import_results([table(tmp_path, "b")], "s", store, sheet=SourceSheet(source="Me")).changed
    assert set(store.rates("s")["evaluation"]) == {"b"}
    assert set(Store(shipped).rates("s")["evaluation"]) == {"a"}
