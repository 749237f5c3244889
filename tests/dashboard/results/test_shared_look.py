"""Who asks sees what was so after they asked, and many who ask at once look few times."""

from __future__ import annotations

import itertools
import threading
from time import sleep

import pytest

from dashboard.results.shared_look import SharedLook


def test_one_look_for_all_who_asked_before_it_began(monkeypatch: pytest.MonkeyPatch) -> None:
    looks: list[int] = []
    times = itertools.count()
    told: list[int] = []

    def clock() -> int:
        told.append(next(times))
        return told[-1]

    monkeypatch.setattr("dashboard.results.shared_look.time.monotonic", clock)
    begun, may_end = threading.Event(), threading.Event()

    def look() -> int:
        looks.append(len(looks))
        begun.set()
        assert may_end.wait(10)
        return looks[-1]

    shared = SharedLook(look)
    seen: list[int] = []
    first = threading.Thread(target=lambda: seen.append(shared.now()))
    first.start()
    assert begun.wait(10)
    waiting = [threading.Thread(target=lambda: seen.append(shared.now())) for _ in range(8)]
    for thread in waiting:
        thread.start()
    while len(told) < 1 + 1 + 8:  # the first asked and began, all others asked
        sleep(0.001)
    may_end.set()
    for thread in (first, *waiting):
        thread.join(10)
    assert seen[0] == 0
    assert set(seen[1:]) == {1}, "a look that began before they asked is not good enough, and one is enough"
    assert shared.now() == 2


def test_a_failed_look_is_told_and_not_kept() -> None:
    answers = iter([OSError("gone"), "there"])

    def look() -> str:
        answer = next(answers)
        if isinstance(answer, OSError):
            raise answer
        return answer

    shared = SharedLook(look)
    with pytest.raises(OSError, match="gone"):
        shared.now()
    assert shared.now() == "there"
