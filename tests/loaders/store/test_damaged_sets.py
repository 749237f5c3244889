"""One bad set never hides another: whatever is wrong with it, the others are listed and it is named with its reason."""

from __future__ import annotations

import shutil
import signal
from collections.abc import Iterator
from pathlib import Path
from types import FrameType

import pytest
from damaged_sets import Damage, damaged, damages, write_whole_set
from finding_builders import truthfulqa
from small_store import write_set

from dashboard.commands.cli import main
from loaders.store.states import survey
from loaders.store.store import Store

ALL = damages()
LONGEST = 60
"""Seconds after which a read counts as one that never ends."""


class TooLong(BaseException):
    """A read that never ends; nothing that handles errors takes it for one (TimeoutError is an OSError)."""


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A set of every kind of file."""
    return write_whole_set(tmp_path_factory.mktemp("whole"))


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A results folder with one good set."""
    folder = tmp_path_factory.mktemp("damaged") / "results"
    write_set(folder, "good", truthfulqa(), title="Good")
    return folder


@pytest.fixture(autouse=True)
def ends() -> Iterator[None]:
    def too_long(_signal: int, _frame: FrameType | None) -> None:
        raise TooLong(f"not done after {LONGEST} s")

    before = signal.signal(signal.SIGALRM, too_long)
    signal.alarm(LONGEST)
    yield
    signal.alarm(0)
    signal.signal(signal.SIGALRM, before)


def test_there_are_many_of_them() -> None:
    assert len(ALL) >= 120


def check(damage: Damage, err: str) -> None:
    """Is it said what is wrong with the set, and only where something is?"""
    lines = [line for line in err.splitlines() if f"d-{damage.name}" in line or damage.name.startswith("name-")]
    if damage.said == "noticed":
        assert any(damage.word in line for line in lines), (damage.name, lines)
    elif not damage.name.startswith("name-"):
        assert all("was called" in line or "the same data" in line for line in lines), lines


def test_all_of_them_beside_a_good_set(whole: Path, root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = root.with_name("all")
    shutil.copytree(root, folder)
    for damage in ALL:
        damaged(whole, folder, damage)
    assert main(["findings", "--results", str(folder)]) == 1
    out, err = capsys.readouterr()
    assert sum("  good  " in line for line in out.splitlines()) == len(truthfulqa())
    for damage in ALL:
        check(damage, err)
    states = {each.name: each for each in survey(Store(folder))}
    assert states["good"].readable == ("findings", "rates")
    assert not states["good"].damage
    assert states["d-newer"].is_newer
    assert states["d-findings-missing"].is_stale
    assert not states["d-rates-missing"].is_stale
    assert states["d-rates-missing"].readable == ("findings", "answers")


@pytest.mark.slow
@pytest.mark.parametrize("damage", ALL, ids=lambda each: each.name)
def test_each_beside_a_good_set(damage: Damage, whole: Path, root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    damaged(whole, root, damage)
    try:
        code = main(["findings", "--results", str(root)])
        out, err = capsys.readouterr()
    finally:
        for path in root.iterdir():
            if path.is_symlink():
                path.unlink()
            elif path.name != "good":
                shutil.rmtree(path)
    assert sum("  good  " in line for line in out.splitlines()) == len(truthfulqa())
    assert code == (damage.said == "noticed"), err
    check(damage, err)
