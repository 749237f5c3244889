"""Writers killed at their steps: each set is the old or the new one, whole, and the next write works.

`python -m benchmarks.store.kills` kills every step of every action; here are some of them, in the slow set all.
"""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from benchmarks.store.actions import ACTIONS
from benchmarks.store.kills import Killer


@pytest.mark.parametrize(("name", "each"), [("import", 12), ("remove", 4), ("rename", 5)])
def test_some_steps_are_killed_and_nothing_is_lost(tmp_path: Path, name: str, each: int) -> None:
    killer = Killer(tmp_path)
    killer.every_step(name, each=each)
    assert killer.landed[name] >= 3


@pytest.mark.slow
@pytest.mark.parametrize("name", [name for name in ACTIONS if name != "check"])
def test_every_step_is_killed_and_nothing_is_lost(tmp_path: Path, name: str) -> None:
    killer = Killer(tmp_path)
    killer.every_step(name)
    assert killer.landed[name] >= 5


@pytest.mark.slow
@pytest.mark.parametrize("name", ACTIONS)
def test_kills_at_random_times(tmp_path: Path, name: str) -> None:
    killer = Killer(tmp_path)
    killer.at_random(name, 10, random.Random(3))
    assert killer.landed[name]
