"""Families in processes of their own: the same to the bit, and no process outlives the program that asked for it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest

from analysis.findings.compute import findings_of
from analysis.findings.findings_json import findings_to_json
from analysis.trends.fit import side_by_side as module
from analysis.trends.fit.side_by_side import LEAST_SERIES, MOST_PROCESSES, FitError, side_by_side, use_processes
from loaders.store.store import Store

STARTS = """
import multiprocessing, time
from analysis.trends.fit.side_by_side import side_by_side, use_processes
if __name__ == "__main__":
    use_processes(2)
    with side_by_side(10**6) as each:
        results = each(time.sleep, [0, *[120] * 6])
        next(results)
        print(len(multiprocessing.active_children()), flush=True)
        next(results)
"""


@pytest.fixture
def two_processes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_most", 2)


def test_findings_are_the_same_to_the_bit(root: Path, two_processes: None, monkeypatch: pytest.MonkeyPatch) -> None:
    rates = Store(root / "cached_results").rates("truthfulqa-families")
    one_by_one = findings_to_json(findings_of(rates, "size"))
    monkeypatch.setattr(module, "LEAST_SERIES", 1)
    assert findings_to_json(findings_of(rates, "size")) == one_by_one


def test_a_small_set_starts_no_process(two_processes: None) -> None:
    with side_by_side(LEAST_SERIES - 1) as each:
        assert each is map
    with side_by_side(LEAST_SERIES) as each:
        assert each is not map


def test_no_process_is_started_unless_the_program_allows_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_most", module._most)
    use_processes(1)
    with side_by_side(10**6) as each:
        assert each is map
    use_processes(10**6)
    assert module._most == MOST_PROCESSES


def test_what_a_task_raises_is_raised_here_and_a_killed_process_is_an_error(two_processes: None) -> None:
    safe = os.environ.get("PYTHONSAFEPATH")
    with side_by_side(LEAST_SERIES) as each:
        with pytest.raises(ValueError, match="no number"):
            list(each(int, ["1", "no number"]))
        assert list(each(int, map(str, range(20)))) == list(range(20))
        with pytest.raises(FitError, match="killed"):
            list(each(os._exit, [9, 9]))
    assert os.environ.get("PYTHONSAFEPATH") == safe


@pytest.mark.parametrize("end", [signal.SIGINT, signal.SIGKILL])
def test_all_processes_end_with_the_program(root: Path, tmp_path: Path, end: signal.Signals) -> None:
    (tmp_path / "starts.py").write_text(STARTS, encoding="utf-8")
    program = subprocess.Popen(
        [sys.executable, str(tmp_path / "starts.py")], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(root)}, start_new_session=True,
    )  # fmt: skip
    try:
        assert program.stdout is not None
        assert program.stdout.readline().strip() == b"2"
        if end == signal.SIGINT:
            os.killpg(program.pid, end)  # as a terminal does
        else:
            program.kill()
        program.communicate(timeout=60)  # the pipes close when the last process that holds them has ended
        assert program.returncode != 0
    finally:
        with suppress(ProcessLookupError):
            os.killpg(program.pid, signal.SIGKILL)
