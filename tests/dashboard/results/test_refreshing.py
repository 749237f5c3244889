"""Stale sets that a page meets are computed by one process at a time, each once in each state."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from answer_builders import store_answers_set
from small_store import stale, write_small_store

from dashboard.results import refreshing
from dashboard.results.refreshing import Keeper, Refreshing
from dashboard.results.worker import Begun, Ended, Reached, Said, compute, said_by_a_process
from loaders.store.store import Store

ONE, OTHER = "base-models", "rl-training"


class Worker:
    """Stands for the process: writes and says what it would, as soon as it may; `fails`: sets it cannot compute."""

    def __init__(self) -> None:
        self.given: list[tuple[str, ...]] = []
        self.fails: set[str] = set()
        self.may_go_on = threading.Event()
        self.may_go_on.set()

    def __call__(self, folder: Path, names: Sequence[str]) -> Iterator[Said]:
        self.given.append(tuple(names))
        for name in names:
            yield Begun(name=name)
            assert self.may_go_on.wait(30)
            if name not in self.fails:
                os.utime(folder / name / "manifest.json")
            yield Ended(name=name, reason="cannot be" if name in self.fails else "")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A results folder in which two sets are stale."""
    monkeypatch.setattr(refreshing, "_now", Refreshing())
    write_small_store(tmp_path)
    for name in (ONE, OTHER):
        stale(tmp_path / name)
    return tmp_path


def ask(keeper: Keeper, *names: str) -> None:
    """Ask, and wait until all is done."""
    thread = keeper.ask(names)
    if thread is not None:
        thread.join(30)
    assert refreshing.now().left == ()


def test_a_set_in_one_state_is_asked_for_once(folder: Path) -> None:
    worker = Worker()
    worker.fails = {ONE}
    keeper = Keeper(folder, worker)
    for _ in range(3):
        ask(keeper, ONE)
    assert worker.given == [(ONE,)]
    assert refreshing.now().failed == {ONE: "cannot be"}
    stale(folder / ONE, title="edited")
    ask(keeper, ONE, OTHER)
    assert worker.given == [(ONE,), (ONE, OTHER)]
    worker.fails = set()
    stale(folder / ONE, title="and again")
    ask(keeper, ONE)
    assert refreshing.now().failed == {}


def test_what_is_asked_for_meanwhile_waits_and_is_not_computed_twice(folder: Path) -> None:
    worker = Worker()
    worker.may_go_on.clear()
    keeper = Keeper(folder, worker)
    thread = keeper.ask([ONE])
    assert thread is not None
    assert keeper.ask([ONE, OTHER]) is None
    stale(folder / ONE, title="edited while it is computed")
    assert keeper.ask([ONE, OTHER]) is None
    assert refreshing.now().left == (ONE, OTHER)
    worker.may_go_on.set()
    thread.join(30)
    assert worker.given == [(ONE,), (OTHER,)]
    assert refreshing.now().n_done == 2


def test_two_versions_do_not_take_turns(folder: Path) -> None:
    worker = Worker()
    keeper = Keeper(folder, worker)
    ask(keeper, ONE)
    stale(folder / ONE, title="that version has computed its findings anew")
    ask(keeper, ONE)
    assert worker.given == [(ONE,)]
    stale(folder / ONE, data_hash="other")
    ask(keeper, ONE)
    assert worker.given == [(ONE,), (ONE,)], "other rates are"


def test_findings_that_are_lost_again_are_computed_again(folder: Path) -> None:
    worker = Worker()
    keeper = Keeper(folder, worker)
    (folder / "chat-vs-base" / "findings.json").unlink()
    for _ in range(2):
        ask(keeper, "chat-vs-base")
    assert len(worker.given) == 2


def test_no_set_of_the_folder_and_no_server_ask_for_nothing(folder: Path, tmp_path: Path) -> None:
    worker = Worker()
    ask(Keeper(folder, worker), "shipped", "..", "")
    refreshing.ask([ONE])
    assert worker.given == []
    assert refreshing.now() == Refreshing()


def test_a_process_that_cannot_be_started_is_said(folder: Path) -> None:
    def fails(folder: Path, names: Sequence[str]) -> Iterator[Said]:
        yield Begun(name=names[0])
        raise OSError("no memory")

    keeper = Keeper(folder, fails)
    ask(keeper, ONE, OTHER)
    assert set(refreshing.now().failed) == {ONE, OTHER}
    assert "the process that computes findings ended early (no memory)" in refreshing.now().failed[OTHER]


def test_what_was_killed_is_said() -> None:
    begun = Refreshing(left=("a", "b")).after(Begun(name="a"))
    assert (begun.at, begun.share) == ("a", 0.0)
    half = begun.after(Reached(share=0.5)).after(Reached(share=0.25))
    assert half.share == 0.5
    one = half.after(Ended(name="a"))
    assert (one.left, one.at, one.share, dict(one.failed)) == (("b",), "", 0.0, {})
    assert one.after(Ended(name="b")).after_the_end(("a", "b"), "exit code 0").failed == {}
    dead = one.asked_for(["c"]).after(Begun(name="b")).after_the_end(("a", "b"), "exit code -9")
    assert dead.left == ("c",)
    assert dead.failed == {
        "b": "b: its findings were not computed: the process that computes findings ended early (exit code -9). "
        "Run: scalewatch findings --refresh"
    }


def test_what_another_process_has_computed_is_not_computed_again(tmp_path: Path) -> None:
    store_answers_set(tmp_path)
    stale(tmp_path / "mine")
    Store(tmp_path).refresh("mine")
    before = (tmp_path / "mine" / "manifest.json").stat().st_ino
    heard: list[Said] = []
    compute(tmp_path, ["mine"], heard.append)
    assert heard == [Begun(name="mine"), Ended(name="mine")]
    assert (tmp_path / "mine" / "manifest.json").stat().st_ino == before


@pytest.mark.parametrize(
    ("code", "why"),
    [
        ("raise SystemExit(3)", "exit code 3"),
        ("import os; os.write(1, bytes([128, 4, 149, 9])); os.kill(os.getpid(), 9)", "exit code -9"),
    ],
)
def test_a_process_that_ends_early_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: str, why: str
) -> None:
    monkeypatch.setattr("dashboard.results.worker._CODE", code)
    with pytest.raises(EOFError, match=why):
        list(said_by_a_process(tmp_path, ["mine"]))
